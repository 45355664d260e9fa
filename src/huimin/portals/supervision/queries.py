"""What the board shows: aggregates of open cases, tallies of months, counts of cards. No case is read, and nobody's data."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from huimin.platform.cases.queries import oversight
from huimin.platform.cases.queries.oversight import ALL, Live
from huimin.platform.indicators import queries as indicators
from huimin.platform.indicators.rules import RATES, Counts, total
from huimin.platform.process.queries import get_definition
from huimin.platform.process.queries import supervision as supervised
from huimin.platform.process.queries.definitions import DefinitionUnknown
from huimin.platform.process.rules.clocks import Standing

MONTHS: Final = 12
"""How many months the board looks back."""
STANDINGS: Final = (Standing.DUE, Standing.LATE, Standing.STOPPED)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the board: a department, service or district. `open` cases, of which `standing` so many by what their clock says."""

    code: str
    counts: Counts = field(default_factory=Counts)
    open: int = 0
    standing: Mapping[str, int] = field(default_factory=dict)
    cards: int = 0
    points: int = 0

    def figure(self, name: str) -> float | None:
        """A figure of the line by its column: a count, a rate in percent, or the average of days; None where there is none."""
        if name in RATES:
            return RATES[name].percent(self.counts)
        own: dict[str, float | None] = {
            "open": self.open,
            "cards": self.cards,
            "points": self.points,
            "received": self.counts.received,
            "finished": self.counts.finished,
            "days": self.counts.average_days,
        }
        return own[name] if name in own else self.standing.get(name, 0)


@dataclass(frozen=True, kw_only=True)
class Board:
    """The board for whoever oversees `department` (ALL: the city) in a month, as of an instant."""

    department: str
    month: date
    at: datetime
    city: Row
    lodged_today: int
    ended_today: int
    departments: Sequence[Row]
    services: Sequence[Row]
    divisions: Sequence[Row]
    months: Mapping[date, Counts]
    cards: Sequence[supervised.CardCount]


def board(*, department: str = ALL, month: date, today: date, at: datetime) -> Board:
    """Everything on the board, in a fixed number of reads however many cases, departments and months there are."""
    since, until = indicators.span_of(month)
    live = oversight.live(department=department, on=today)
    begun, tomorrow = indicators.instant_of(today), indicators.instant_of(today + timedelta(days=1))
    cards = supervised.open_cards(department)
    counts = {
        name: indicators.tallies_by(name, month, department=department)
        for name in ("department", "service", "division")
    }
    open_cards, points = (
        supervised.open_cards_by_department(),
        supervised.points_by_department(since=since, until=until),
    )
    departments = [
        row for row in _rows("department", live, counts["department"], open_cards, points)
        if department in (ALL, row.code)
    ]  # fmt: skip
    return Board(
        department=department,
        month=month,
        at=at,
        city=Row(
            code=department,
            counts=total(counts["department"].values()),
            open=sum(one.number for one in live),
            standing=_by_standing(live),
            cards=sum(one.number for one in cards),
            points=sum(row.points for row in departments),
        ),
        lodged_today=oversight.lodged_between(begun, tomorrow, department=department),
        ended_today=oversight.ended_between(begun, tomorrow, department=department),
        departments=departments,
        services=_rows("service", live, counts["service"]),
        divisions=_rows("division", live, counts["division"]),
        months=indicators.tallies_by_month(months_back(today)[-1], department=department),
        cards=cards,
    )


def months_back(today: date) -> list[date]:
    """The months that the board can be turned to, the current one first."""
    found = [indicators.month_of(today)]
    while len(found) < MONTHS:
        found.append(indicators.month_of(found[-1] - timedelta(days=1)))
    return found


def _by_standing(live: Iterable[Live]) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for one in live:
        found[one.standing] += one.number
    return {standing.value: found[standing.value] for standing in STANDINGS}


def _rows(
    name: str,
    live: Sequence[Live],
    counts: Mapping[str, Counts],
    cards: Mapping[str, int] | None = None,
    points: Mapping[str, int] | None = None,
) -> list[Row]:
    cards, points = cards or {}, points or {}
    now: dict[str, list[Live]] = {}
    for one in live:
        now.setdefault(getattr(one, name), []).append(one)
    return [
        Row(
            code=code,
            counts=counts.get(code, Counts()),
            open=sum(one.number for one in now.get(code, ())),
            standing=_by_standing(now.get(code, ())),
            cards=cards.get(code, 0),
            points=points.get(code, 0),
        )
        for code in sorted({*now, *counts, *cards, *points})
    ]


@dataclass(frozen=True, kw_only=True)
class Worked:
    """What a department did in a month, by step and by person; steps come with their names in both languages."""

    steps: Sequence[tuple[str, supervised.Work]]
    people: Sequence[tuple[str, supervised.Work]]


def worked(department: str, month: date, language: str) -> Worked:
    """Who and which steps did what in a month."""
    since, until = indicators.span_of(month)
    steps = supervised.work_by_step(department, since=since, until=until)
    people = supervised.work_by_person(department, since=since, until=until)
    return Worked(
        steps=[(_step_name(*one.what, language), one) for one in steps], people=[(one.what[1], one) for one in people]
    )


def _step_name(code: str, node: str, language: str) -> str:
    """What a step is called in the newest drawing, with the drawing's name; its codes where it is drawn no more."""
    try:
        graph = get_definition(code).graph
    except DefinitionUnknown:
        return f"{code} · {node}"
    name = graph.nodes[node].named(language) if node in graph.nodes else node
    return f"{graph.named(language)} · {name}"
