"""A granted correction comes home: as a new version of the department's own record, through exchange like any other."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from huimin.platform.exchange.declarations import sources
from huimin.platform.exchange.operations import land_rows
from huimin.platform.exchange.queries import NotWritableHere, current_row
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.registries.events import CorrectionAwaited, CorrectionFact, CorrectionLanded
from huimin.platform.registries.fields import PEOPLE
from huimin.platform.registries.models import Correction
from huimin.platform.registries.operations.refreshing import refresh
from huimin.platform.registries.queries.corrections import numbers_in, written_as
from huimin.platform.registries.queries.lookup import find_row_of
from huimin.platform.registries.records import records_of
from huimin.platform.registries.rules import claim_of, golden_values

State = Correction.State
UPDATED: Final = "U"


def land_granted_corrections(*, actor: Actor, clock: Callable[[], datetime], limit: int = 50) -> int:
    """Land every granted correction; returns how many became true."""
    return sum(
        land_correction(number=number, actor=actor, at=clock()) for number in numbers_in(State.GRANTED, limit=limit)
    )


def notice_awaited_corrections(*, actor: Actor, clock: Callable[[], datetime], limit: int = 1000) -> int:
    """Notice the corrections that a department has delivered by itself; returns how many became true."""
    return sum(
        land_correction(number=number, actor=actor, at=clock()) for number in numbers_in(State.AWAITED, limit=limit)
    )


def land_correction(*, number: str, actor: Actor, at: datetime) -> bool:
    """Write the granted value into the department's own record and refresh the registry; True once the registry shows it.

    Not one transaction: the lake file comes first, then the delivery, then the registry, then the ticket. Repeating it after a
    crash changes nothing, since the row and its name are made from the ticket alone. Where the department's files have no place for
    the value, the ticket waits for the department's own delivery.
    """
    correction = Correction.objects.get(number=number)
    if correction.state == State.GRANTED:
        correction_delivery = _deliver(correction, actor, at)
        if correction_delivery:
            refresh(correction_delivery, actor=actor, at=at)
        if not correction_delivery or not is_true_now(correction):
            _move(number, State.AWAITED, _awaited(correction), actor=actor, at=at)
            return False
        _move(number, State.LANDED, _landed(correction, correction_delivery), actor=actor, at=at)
        return True
    if correction.state == State.AWAITED and is_true_now(correction):
        _move(number, State.LANDED, _landed(correction, 0), actor=actor, at=at)
        return True
    return False


def is_true_now(correction: Correction) -> bool:
    """Whether the registry shows that the department now says what was granted."""
    row = find_row_of(PEOPLE, correction.person_key)
    said = claim_of(golden_values(row.stored).get(correction.field), correction.resource) if row else None
    return said is not None and said.value == correction.proposed


def _deliver(correction: Correction, actor: Actor, at: datetime) -> int:
    """Land the corrected row; the delivery's number, or 0 where nothing could be written. The day of the row is that of the answer."""
    row = _corrected_row(correction)
    if row is None or correction.answered_at is None:
        return 0
    answered_on = timezone.localdate(correction.answered_at)
    delivery = land_rows(
        correction.resource, [row], actor=actor, at=at, reference_on=answered_on, name=correction.reference
    )
    return delivery.number if delivery.landed or delivery.duplicates else 0


def _corrected_row(correction: Correction) -> dict[str, str | None] | None:
    """The department's own row of this person with the one column changed and its envelope of today, or None."""
    assert correction.answered_at is not None
    try:
        column, text = written_as(correction.resource, correction.field, correction.proposed)
    except NotWritableHere:
        return None
    found = [
        current_row(resource, record)
        for resource, record in records_of(_key_now(correction))
        if resource == correction.resource
    ]
    rows = [row for row in found if row]
    if not rows:
        return None
    _, before = _written_before(correction, text)
    # Of several records of one department, the one that says what was wrong; else the latest.
    row = next((row for row in rows if row.get(column) == before), rows[-1])
    envelope = sources()[correction.resource].records
    moment = timezone.localtime(correction.answered_at)
    dated: dict[str, str | None] = {envelope.as_of: moment.date().isoformat()}
    if envelope.event_at:
        dated[envelope.event_at] = moment.strftime("%Y-%m-%d %H:%M:%S")
    if envelope.operation:
        dated[envelope.operation] = UPDATED
    return {**row, **dated, column: text}


def _written_before(correction: Correction, otherwise: str) -> tuple[str, str]:
    try:
        return written_as(correction.resource, correction.field, correction.before)
    except NotWritableHere:
        return "", otherwise


def _key_now(correction: Correction) -> str:
    row = find_row_of(PEOPLE, correction.person_key)
    return row.key if row else correction.person_key


def _landed(correction: Correction, delivery: int) -> CorrectionLanded:
    return CorrectionLanded(
        subject=f"person:{correction.person_key}",
        correction=correction.number,
        field=correction.field,
        resource=correction.resource,
        delivery=f"delivery:{delivery}" if delivery else "",
    )


def _awaited(correction: Correction) -> CorrectionAwaited:
    return CorrectionAwaited(
        subject=f"person:{correction.person_key}",
        correction=correction.number,
        field=correction.field,
        resource=correction.resource,
    )


def _move(number: str, to: Correction.State, fact: CorrectionFact, *, actor: Actor, at: datetime) -> None:
    with transaction.atomic():
        correction = Correction.objects.select_for_update().get(number=number)
        correction.move(to)
        correction.landed_at = at if to == State.LANDED else None
        correction.save(update_fields=["state", "landed_at"])
        publish(fact, actor=actor, at=at)
