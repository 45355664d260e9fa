"""Agreeing to a part of what was asked for: fewer items, fewer of them whole, fewer rows, a shorter term."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from huimin.kernel.refusals import BadInput, NotFound
from huimin.platform.exchange.declarations import resources
from huimin.platform.exchange.events import DataRequestNarrowed
from huimin.platform.exchange.models import DataRequest
from huimin.platform.exchange.operations.deliveries import ReasonMissing
from huimin.platform.exchange.operations.sharing import NoDistrict, divisions_of_reader
from huimin.platform.exchange.requests import REFERENCE
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.process import operations as process
from huimin.platform.process.queries import work_in_hand

NARROWED = "narrowed"
"""How the step that answers a request ends when it is agreed to in part."""
NARROWING = ("decide", "arbitrate")
"""The steps that may end so."""


class NotLess(BadInput):
    """What is to be left of a request goes beyond what was asked for, or is all of it."""

    zh = "只能比申请的少：去掉信息项、改为掩码、只给辖区内的记录，或缩短期限；全部同意的，请直接选“同意”。"
    en = "Give less than was asked for: fewer items, masked ones, only the district's records, a shorter term; to all of it, just agree."


@dataclass(frozen=True, kw_only=True)
class Part:
    """What is left of a request: its `items`, those of them shown whole, which rows, and the first day without."""

    items: Sequence[str]
    plain: Sequence[str]
    rows: str
    until: date


def narrow_request(*, number: str, item: str, to: Part, note: str, actor: Actor, at: datetime) -> DataRequest:
    """Agree to a part of a request, by the official who holds the step that answers it (`item`, the number of his work item).

    The step is finished with that, the grant is of this part only, and who asked is told what was left out and why.
    Raises NotFound where the step is not in his hands, NotLess, NoDistrict, ReasonMissing, and what `process.complete` raises.
    """
    with transaction.atomic():
        request = held_request(number, item, actor)
        if not note.strip():
            raise ReasonMissing(field="note")
        left = _left(request, to, timezone.localdate(at))
        request.asked_for = {
            "items": request.items,
            "plain": request.plain,
            "rows": request.rows,
            "until": request.until.isoformat(),
        }
        request.items, request.plain, request.rows, request.until = left.items, left.plain, left.rows, left.until
        request.narrowed_because = note.strip()
        request.save(update_fields=["asked_for", "items", "plain", "rows", "until", "narrowed_because"])
        fact = DataRequestNarrowed(
            subject=request.reference,
            resource=request.resource,
            items=tuple(request.items),
            plain=tuple(request.plain),
            rows=request.rows,
            until=request.until,
        )
        publish(fact, actor=actor, at=at)
        process.complete(number=item, outcome=NARROWED, data={"narrowed": True}, note=note, actor=actor, at=at)
    request.refresh_from_db()
    return request


def held_request(number: str, item: str, actor: Actor) -> DataRequest:
    """The open request that a work item in the actor's hands is to answer, locked where a transaction runs. Raises NotFound."""
    held = work_in_hand(actor.ref, actor.post) if actor.kind == "account" and actor.post else None
    if (
        held is None
        or not held.filter(number=item, node__in=NARROWING, process__subject=f"{REFERENCE}{number}").exists()
    ):
        raise NotFound
    requests = DataRequest.objects.filter(number=number, state=DataRequest.State.OPEN)
    if transaction.get_connection().in_atomic_block:
        requests = requests.select_for_update()
    found = requests.first()
    if found is None:
        raise NotFound
    return found


def _left(request: DataRequest, to: Part, today: date) -> Part:
    resource = resources()[request.resource]
    items = [item for item in request.items if item in to.items]
    plain = [item for item in items if item in request.plain and (item in to.plain or resource.mask_of(item) is None)]
    left = Part(items=items, plain=plain, rows=to.rows, until=to.until)
    asked = Part(items=request.items, plain=request.plain, rows=request.rows, until=request.until)
    all_rows = DataRequest.Rows.EVERYTHING
    is_within = today < left.until <= asked.until and (left.rows == asked.rows or asked.rows == all_rows)
    if not items or set(to.items) - set(request.items) or not is_within or left == asked:
        raise NotLess
    if left.rows != all_rows and not (
        resource.address_item and divisions_of_reader(_reader(request), request.department)
    ):
        raise NoDistrict(field="rows")
    return left


def _reader(request: DataRequest) -> str:
    return request.reader_post or request.reader_client
