"""Deliveries and returned rows as the pieces of a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from huimin.platform.exchange.declarations import resources, sources
from huimin.platform.exchange.http import words
from huimin.platform.exchange.models import Delivery, QuarantinedRow
from huimin.platform.exchange.trials import MappedRow, columns_at_fault, map_rows, visible
from huimin.platform.identity.queries import names_of_accounts
from huimin.platform.journal.queries import entries_about
from huimin.platform.ui.charts import Bar, BarChart, number
from huimin.platform.ui.pieces import QueueRow, Trail, TrailEntry

TRAIL_LENGTH: Final = 20
LONGEST_SHOWN: Final = 60
NO_RECORD_ID: Final = "no_record_id"


@dataclass(frozen=True, kw_only=True)
class Sum:
    """The delivered rows and what became of them; whether it adds up, the returned rows counted one by one."""

    delivered: int
    landed: int
    returned: int
    duplicates: int
    kept: int

    @property
    def agrees(self) -> bool:
        """Whether the three add up and every returned row is really there."""
        return self.delivered == self.landed + self.returned + self.duplicates and self.returned == self.kept


def shortened(text: str) -> str:
    """The beginning of a text that is too long for a table, and how long it is."""
    if len(text) <= LONGEST_SHOWN:
        return text
    return _("%(beginning)s……（共 %(n)d 字）") % {"beginning": text[:LONGEST_SHOWN], "n": len(text)}


def rules_of(delivery: Delivery) -> dict[str, int]:
    """How many rows of the delivery went back for which rule, most first."""
    counted = QuarantinedRow.objects.filter(delivery=delivery).values("rule").annotate(n=Count("id"))
    return {row["rule"]: row["n"] for row in counted.order_by("-n", "rule")}


def sum_of(delivery: Delivery, rules: Mapping[str, int]) -> Sum:
    """The sum of a delivery."""
    return Sum(
        delivered=delivery.delivered,
        landed=delivery.landed,
        returned=delivery.quarantined,
        duplicates=delivery.duplicates,
        kept=sum(rules.values()),
    )


def reasons_of(rules: Mapping[str, int]) -> BarChart | None:
    """The reasons of return as bars; None where nothing went back."""
    if not rules:
        return None
    return BarChart(
        title=_("退回原因"),
        summary=_("最多的是“%(rule)s”。") % {"rule": words.rule_word(next(iter(rules)))},
        unit=_("行"),
        heading=_("原因"),
        bars=[Bar(label=words.rule_word(rule), value=count) for rule, count in rules.items()],
    )


def delivery_rows(deliveries: Sequence[Delivery]) -> list[QueueRow]:
    """The rows of the list of deliveries."""
    return [
        QueueRow(
            number=_("第 %(n)s 次") % {"n": delivery.number},
            url=reverse("exchange:delivery", args=[delivery.number]),
            what=_("%(resource)s · %(day)s · %(mode)s")
            % {
                "resource": words.resource_word(delivery.resource),
                "day": delivery.reference_on.isoformat(),
                "mode": words.MODES[Delivery.Mode(delivery.mode)],
            },
            who=words.department_word(delivery.department),
            note=_("%(delivered)s 行 = %(landed)s 入库 + %(returned)s 退回 + %(duplicates)s 重复")
            % {
                "delivered": number(delivery.delivered),
                "landed": number(delivery.landed),
                "returned": number(delivery.quarantined),
                "duplicates": number(delivery.duplicates),
            },
            next_act=str(words.STATES[Delivery.State(delivery.state)]),
        )
        for delivery in deliveries
    ]


@dataclass(frozen=True, kw_only=True)
class ReturnedRow:
    """A returned row as a page shows it: raw → mapped → why, and what may still be done with it."""

    row: QuarantinedRow
    mapped: MappedRow
    names: Sequence[str]
    rule: str
    sentence: str
    state: str

    @property
    def is_waiting(self) -> bool:
        """Whether it may be corrected or let go."""
        return self.row.state == QuarantinedRow.State.WAITING and self.row.delivery.state != Delivery.State.WITHDRAWN

    @property
    def faults(self) -> list[tuple[str, str, str]]:
        """Where the rule points: each column at fault with its text and what the mapping makes of it."""
        source = sources().get(self.row.delivery.resource)
        columns = self.row.columns
        at_fault = columns_at_fault(self.row.rule, columns, source) if source else set()
        values = {item.column: item.value for item in self.mapped.items if item.value and not item.doubted}
        return [
            (column, shortened(visible(columns.get(column, ""))), shortened(values.get(column, "")))
            for column in sorted(at_fault)
            if columns.get(column) or self.row.rule == NO_RECORD_ID
        ]

    @property
    def raw(self) -> str:
        """The row as delivered, where it could not be cut into columns."""
        return visible(self.row.raw)

    @property
    def named_items(self) -> list[tuple[str, object]]:
        """Each item with its name."""
        return list(zip(self.names, self.mapped.items, strict=True))


def returned_rows(rows: Sequence[QuarantinedRow]) -> list[ReturnedRow]:
    """Returned rows with what the mapping makes of them: one statement of the engine for each delivery among them."""
    mapped: dict[int, MappedRow] = {}
    for delivery in {row.delivery_id: row.delivery for row in rows}.values():
        own = [row for row in rows if row.delivery_id == delivery.number]
        source = sources().get(delivery.resource)
        if source is None:
            continue
        found = map_rows(
            [row.columns for row in own],
            resource=resources()[delivery.resource],
            source=source,
            reference_on=delivery.reference_on,
            lines=[row.id for row in own],
        )
        mapped |= {one.line: one for one in found}
    return [
        _returned(row, mapped.get(row.id) or MappedRow(line=row.id, record_id="", rule="", raw="", items=()))
        for row in rows
    ]


def _returned(row: QuarantinedRow, mapped: MappedRow) -> ReturnedRow:
    resource = resources().get(row.delivery.resource)
    return ReturnedRow(
        row=row,
        mapped=mapped,
        names=[words.item_word(resource, item.item) for item in mapped.items],
        rule=words.rule_word(row.rule),
        sentence=words.rule_sentence(row.rule),
        state=str(words.ROW_STATES[QuarantinedRow.State(row.state)]),
    )


def trail_of(delivery: Delivery, *, at: datetime) -> Trail:
    """What happened with a delivery, newest first, in words."""
    entries = list(entries_about([f"delivery:{delivery.number}"], at=at)[:TRAIL_LENGTH])
    names = names_of_accounts(sorted({entry.actor_ref for entry in entries}))
    language = "en" if words.is_english() else "zh"
    return Trail(
        entries=[
            TrailEntry(
                at=entry.at,
                who=names.get(entry.actor_ref) or (_("系统") if entry.actor_kind == "system" else entry.actor_ref),
                act=entry.fact.sentence(language),
            )
            for entry in entries
        ],
        label=_("这次交付的经过"),
    )
