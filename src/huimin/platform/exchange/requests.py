"""Requests for data as people may see them: those of one's own department, those asked of it, and all of them at the data office."""

from django.db.models import Q, QuerySet

from huimin.kernel.refusals import NotFound
from huimin.platform.exchange.declarations import sources
from huimin.platform.exchange.models import DataRequest
from huimin.platform.exchange.reach import Reach

REFERENCE = "request:"


def requests_in(reach: Reach) -> QuerySet[DataRequest]:
    """The requests that the departments within reach made, or that were made of them."""
    if reach.departments is None:
        return DataRequest.objects.all()
    return DataRequest.objects.filter(Q(department__in=reach.departments) | Q(resource__in=sorted(reach.sources())))


def access_request(reach: Reach, number: str) -> DataRequest:
    """A request within reach. Raises NotFound."""
    if found := requests_in(reach).filter(number=number).first():
        return found
    raise NotFound


def find_request(reference: str) -> DataRequest | None:
    """The request that a process is about."""
    return DataRequest.objects.filter(number=reference.removeprefix(REFERENCE)).first()


def numbered(references: list[str]) -> dict[str, DataRequest]:
    """Requests by the reference that processes give, in one read."""
    numbers = [reference.removeprefix(REFERENCE) for reference in references]
    return {found.reference: found for found in DataRequest.objects.filter(number__in=numbers)}


def may_end(reach: Reach, request: DataRequest) -> bool:
    """Whether the reader's department may stop it: the one that provides, the one that asked, or the data office."""
    if request.state != DataRequest.State.GRANTED:
        return False
    source = sources().get(request.resource)
    return reach.covers(request.department) or (source is not None and reach.covers(source.department))
