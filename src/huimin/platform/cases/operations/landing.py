"""The decision goes back: as the department's own record, through exchange like any delivery, within the minute.

The step only remembers what has to be written (it shares a transaction with an official's click); a periodic job lands it. Repeating it
after a crash changes nothing: the row and its name are made from the case alone.
"""

from datetime import datetime
from typing import Final

from django.utils import timezone

from huimin.platform.cases.models import Case, OutcomeRecord
from huimin.platform.cases.operations.deciding import said_by
from huimin.platform.cases.queries.files import lock_case, service_of
from huimin.platform.cases.queries.known import parties_of
from huimin.platform.exchange.declarations import sources
from huimin.platform.exchange.operations import land_rows
from huimin.platform.exchange.queries import column_text
from huimin.platform.journal.rules import Actor

INSERTED: Final = "I"
A_ROUND: Final = 50


def remember_outcome(number: str, *, at: datetime) -> int:
    """Remember every record that the service's outcome gives back; gives how many. Raises NothingToSay."""
    case = lock_case(number)
    service = service_of(case)
    today = timezone.localdate(at)
    parties = parties_of(case.parties, on=today)
    for returned in service.item.outcome.records:
        items = {item: said_by(source, case, service, parties, today) for item, source in returned.items.items()}
        OutcomeRecord.objects.get_or_create(
            case=case, resource=returned.resource, defaults={"items": items, "decided_on": today}
        )
    return len(service.item.outcome.records)


def land_outcomes(*, actor: Actor, at: datetime) -> int:
    """Land what is remembered, oldest first; gives how many. A row that its department's rules refuse waits in its quarantine."""
    waiting = OutcomeRecord.objects.filter(delivery=None).select_related("case").order_by("id")[:A_ROUND]
    for record in waiting:
        delivery = land_rows(
            record.resource,
            [_row(record, record.case, at)],
            actor=actor,
            at=at,
            reference_on=record.decided_on,
            name=record.case.reference,
        )
        OutcomeRecord.objects.filter(pk=record.pk).update(delivery=delivery.number)
    return len(waiting)


def _row(record: OutcomeRecord, case: Case, at: datetime) -> dict[str, str | None]:
    """The department's own row: its columns and its words, its envelope of the day of the decision."""
    source = sources()[record.resource]
    row: dict[str, str | None] = {}
    for item, value in record.items.items():
        column, text = column_text(record.resource, item, value)
        row[column] = text
    envelope = source.records
    row.setdefault(envelope.id, case.number)
    row.setdefault(envelope.as_of, record.decided_on.isoformat())
    if envelope.event_at:
        row[envelope.event_at] = timezone.localtime(case.decided_at or at).strftime("%Y-%m-%d %H:%M:%S")
    if envelope.operation:
        row[envelope.operation] = INSERTED
    return row
