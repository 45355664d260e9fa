"""What visits found goes back as the department's own records, through exchange like any delivery, within the minute.

The visit only remembers it (it shares a transaction with the handset's answer); a periodic job lands it. Repeating it after a crash changes
nothing: the row and its name are made from the visit alone. One that cannot be written holds up no other.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone

from huimin.kernel.refusals import Refusal
from huimin.platform.exchange.declarations import sources
from huimin.platform.exchange.operations import land_rows
from huimin.platform.exchange.queries import column_text
from huimin.platform.grid.models import Finding
from huimin.platform.journal.rules import Actor

RESOURCE: Final = "grid.visits"
A_ROUND: Final = 50
FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=6)
SENT_BACK: Final = {
    "zh": "部门的数据规则退回了这条记录，原因见数据台的退回行。",
    "en": "The department's rules sent this record back; the reason stands among the returned rows of the data office.",
}


def land_visits(*, actor: Actor, at: datetime) -> int:
    """Land the findings that are due, oldest first; gives how many came in. What has landed lies with the visit no longer."""
    due = Finding.objects.filter(Q(again_at=None) | Q(again_at__lte=at), is_record=True, delivery=None)
    return sum(_land(one, actor=actor, at=at) for one in due.select_related("visit").order_by("id")[:A_ROUND])


def _land(finding: Finding, *, actor: Actor, at: datetime) -> bool:
    seen_on = timezone.localdate(finding.visit.seen_at)
    try:
        delivery = land_rows(
            RESOURCE,
            [_row(finding)],
            actor=actor,
            at=at,
            reference_on=seen_on,
            name=f"{finding.visit.reference}.{finding.place}",
        )
    except Refusal as refusal:
        wait = min(FIRST_WAIT * 2 ** min(finding.tries, 10), LONGEST_WAIT)
        Finding.objects.filter(pk=finding.pk).update(
            problem={"zh": refusal.sentence("zh"), "en": refusal.sentence("en")},
            tries=finding.tries + 1,
            again_at=at + wait,
        )
        return False
    came_in = bool(delivery.landed or delivery.duplicates)
    Finding.objects.filter(pk=finding.pk).update(
        delivery=delivery.number, items={}, problem={} if came_in else SENT_BACK, tries=finding.tries + 1, again_at=None
    )
    return came_in


def _row(finding: Finding) -> dict[str, str | None]:
    """The department's own row: its columns and its words."""
    row: dict[str, str | None] = {}
    for item, value in finding.items.items():
        column, text = column_text(RESOURCE, item, value)
        row[column] = text
    envelope = sources()[RESOURCE].records
    row[envelope.id] = f"{finding.visit.number}.{finding.place}"
    row[envelope.as_of] = timezone.localtime(finding.visit.seen_at).isoformat(timespec="seconds")
    return row
