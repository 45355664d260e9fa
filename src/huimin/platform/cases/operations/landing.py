"""The decision goes back: as the department's own record, through exchange like any delivery, within the minute.

The step only remembers what has to be written (it shares a transaction with an official's click); a periodic job lands it. Repeating it
after a crash changes nothing: the row and its name are made from the case alone. One record that cannot be written holds up no other: it
keeps its problem, is tried again ever more rarely, and stands on the case's desk and among the doctor's findings meanwhile.
"""

import logging
import traceback
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone

from huimin.kernel.refusals import Refusal
from huimin.platform.cases.models import Case, OutcomeRecord
from huimin.platform.cases.operations.registering import issue_code
from huimin.platform.cases.queries.files import lock_case, service_of
from huimin.platform.cases.queries.said import said_in
from huimin.platform.exchange.declarations import resources, sources
from huimin.platform.exchange.operations import land_rows
from huimin.platform.exchange.queries import column_text, delivery_records, find_records
from huimin.platform.journal.rules import Actor

INSERTED: Final = "I"
A_ROUND: Final = 50
FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=6)
SENT_BACK: Final = {
    "zh": "部门的数据规则退回了这条记录，原因见数据台的退回行。",
    "en": "The department's rules sent this record back; the reason stands among the returned rows of the data office.",
}
BROKEN: Final = {
    "zh": "写入部门数据时出错（{what}），系统会再试。持续不成时请告诉系统管理员。",
    "en": "Writing the department's record failed ({what}); it will be tried again. If it goes on failing, tell the administrator.",
}
_log = logging.getLogger(__name__)


def remember_outcome(number: str, *, at: datetime) -> int:
    """Remember every record that the service's outcome gives back; gives how many. Raises NothingToSay."""
    case = lock_case(number)
    service = service_of(case)
    today = timezone.localdate(at)
    issue_code(case, service, at=at)
    said = said_in(case, service, today=today)
    for place, returned in enumerate(service.item.outcome.records):
        kinds = resources()[returned.resource].items
        told = {item: said.for_item(source, kinds[item].type) for item, source in returned.items.items()}
        OutcomeRecord.objects.get_or_create(
            case=case,
            resource=returned.resource,
            place=place,
            defaults={
                "items": {item: text for item, text in told.items() if text},
                "succeeds": {
                    item: said.for_item(source, kinds[item].type) for item, source in returned.succeeds.items()
                },
                "decided_on": today,
            },
        )
    return len(service.item.outcome.records)


def land_outcomes(*, actor: Actor, at: datetime) -> int:
    """Land what is remembered and due, oldest first; gives how many came in. What cannot be landed waits, with its problem.

    A row that its department's rules refuse waits in its quarantine: that is a problem too, but of the department's, so it is not repeated.
    """
    due = OutcomeRecord.objects.filter(Q(again_at=None) | Q(again_at__lte=at), delivery=None)
    return sum(_land(record, actor=actor, at=at) for record in due.select_related("case").order_by("id")[:A_ROUND])


def _land(record: OutcomeRecord, *, actor: Actor, at: datetime) -> bool:
    problem: dict[str, str] = {}
    number = None
    try:
        delivery = land_rows(
            record.resource,
            [_row(record, record.case, at)],
            actor=actor,
            at=at,
            reference_on=record.decided_on,
            name=record.case.reference if not record.place else f"{record.case.reference}.{record.place}",
        )
        number = delivery.number
        problem = {} if delivery.landed or delivery.duplicates else SENT_BACK
    except Refusal as refusal:
        problem = {"zh": refusal.sentence("zh"), "en": refusal.sentence("en")}
    except Exception as error:
        # Whatever is wrong with this one, the next ones are other people's decisions. What an error says may be personal: not logged.
        _log.warning("outcome of %s could not be landed: %s", record.case.number, _where(error))
        problem = {language: text.format(what=type(error).__name__) for language, text in BROKEN.items()}
    tries = record.tries + 1
    OutcomeRecord.objects.filter(pk=record.pk).update(
        delivery=number,
        problem=problem,
        tries=tries,
        again_at=None if number else at + min(FIRST_WAIT * 2 ** min(tries - 1, 10), LONGEST_WAIT),
    )
    return number is not None


def follow_correction(before: int, after: int) -> int:
    """The department brought the rows again that it had sent back of a delivery: whose row came in has no problem any more; how many.

    What is sent back once more is followed on in the delivery that brought it.
    """
    _resource, landed = delivery_records(after)
    return OutcomeRecord.objects.filter(delivery=before).update(delivery=after, problem={} if landed else SENT_BACK)


def _where(error: Exception) -> str:
    """The exception's class and the place it came from."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__qualname__} in {last.name}:{last.lineno}"


def _row(record: OutcomeRecord, case: Case, at: datetime) -> dict[str, str | None]:
    """The department's own row: its columns and its words, its envelope of the day of the decision."""
    source = sources()[record.resource]
    row: dict[str, str | None] = {}
    for item, value in record.items.items():
        declared = source.column(item)
        if declared is not None and declared.constant == value:
            continue  # every row of this resource states it
        column, text = column_text(record.resource, item, value)
        row[column] = text
    envelope = source.records
    own = case.number if not record.place else f"{case.number}.{record.place}"
    before = find_records(record.resource, record.succeeds) if all(record.succeeds.values()) else []
    row.setdefault(envelope.id, before[0] if record.succeeds and before else own)
    row.setdefault(envelope.as_of, record.decided_on.isoformat())
    if envelope.event_at:
        row[envelope.event_at] = timezone.localtime(case.decided_at or at).strftime("%Y-%m-%d %H:%M:%S")
    if envelope.operation:
        row[envelope.operation] = INSERTED
    return row
