"""Whose deliveries a reader may see: those of his own department, or everybody's when he oversees the exchange.

Every page and every operation on behalf of a person asks here for the thing and for the right to it together.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest

from huimin.kernel.refusals import NotFound, NotPermitted
from huimin.platform.exchange.declarations import Source, sources
from huimin.platform.exchange.models import Delivery, QuarantinedRow, UploadBatch, UploadJob
from huimin.platform.exchange.permissions import OVERSEE
from huimin.platform.identity.permissions import Who, may, who_of


class NotYourResource(NotPermitted):
    """Another department answers for the resource."""

    zh = "{resource} 由别的部门提供，您只能处理本部门的资源。"
    en = "{resource} is provided by another department; you may only handle your own department's resources."


@dataclass(frozen=True)
class Reach:
    """The departments whose deliveries may be seen; None stands for all of them."""

    departments: frozenset[str] | None

    def covers(self, department: str) -> bool:
        """Whether this department's deliveries may be seen."""
        return self.departments is None or department in self.departments

    def where(self, column: str) -> Mapping[str, frozenset[str]]:
        """The same as a lookup over a column that holds department codes."""
        return {} if self.departments is None else {f"{column}__in": self.departments}

    def sources(self) -> dict[str, Source]:
        """The sources of these departments, by resource code."""
        return {code: source for code, source in sources().items() if self.covers(source.department)}


def _home(who: Who) -> frozenset[str]:
    if who.client is not None:
        return frozenset({who.client.department.code})
    return frozenset({who.post.department.code}) if who.post is not None else frozenset()


def reach_of(request: HttpRequest) -> Reach:
    """What this reader reaches, in the post that he acts in now."""
    return Reach(None if may(request, OVERSEE) else _home(who_of(request)))


def deliveries(reach: Reach) -> QuerySet[Delivery]:
    """The deliveries within reach."""
    return Delivery.objects.filter(**reach.where("department"))


def access_delivery(reach: Reach, number: int) -> Delivery:
    """A delivery within reach. Raises NotFound."""
    if delivery := deliveries(reach).filter(number=number).first():
        return delivery
    raise NotFound


def returned_rows(reach: Reach) -> QuerySet[QuarantinedRow]:
    """The rows that wait for their department within reach; those of withdrawn deliveries wait for nobody."""
    rows = QuarantinedRow.objects.filter(state=QuarantinedRow.State.WAITING, **reach.where("delivery__department"))
    return rows.exclude(delivery__state=Delivery.State.WITHDRAWN).select_related("delivery")


def access_returned_row(reach: Reach, number: int, row: int) -> QuarantinedRow:
    """A returned row of a delivery within reach, in any state. Raises NotFound."""
    rows = QuarantinedRow.objects.filter(**reach.where("delivery__department")).select_related("delivery")
    if found := rows.filter(delivery_id=number, id=row).first():
        return found
    raise NotFound


def batches(reach: Reach) -> QuerySet[UploadBatch]:
    """The uploads within reach, whoever of the department made them."""
    return UploadBatch.objects.filter(**reach.where("department"))


def access_batch(reach: Reach, public_id: str) -> UploadBatch:
    """An upload within reach. Raises NotFound."""
    if batch := batches(reach).filter(public_id=public_id).first():
        return batch
    raise NotFound


def jobs_of(batch: UploadBatch) -> list[UploadJob]:
    """The files of an upload, in the order in which they were sent."""
    return list(batch.jobs.select_related("delivery").order_by("id"))


def get_source(reach: Reach, resource: str) -> Source:
    """The source of a resource within reach. Raises NotFound when nobody delivers it, NotYourResource when others do."""
    source = sources().get(resource)
    if source is None:
        raise NotFound
    if not reach.covers(source.department):
        raise NotYourResource(resource=resource)
    return source
