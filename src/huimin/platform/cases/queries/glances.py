"""A case at a glance, for lists on a phone: what it is, its clock, who has it now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from huimin.kernel.workdays import WorkCalendar
from huimin.platform.cases.models import Case, Rating
from huimin.platform.cases.queries.files import own_cases, service_of
from huimin.platform.cases.rules import State
from huimin.platform.journal.rules import Actor
from huimin.platform.process.queries import Stand, stands_of
from huimin.platform.process.queries.calendar import work_calendar
from huimin.platform.process.rules.clocks import day_of
from huimin.platform.registries.fields import department_name
from huimin.platform.ui.pieces import Clock


@dataclass(frozen=True, kw_only=True)
class Glance:
    """A case as a list shows it (`cases/glance.html`): `has_it` the departments in the reader's words, `waits`: for the applicant."""

    case: Case
    name: str
    clock: Clock | None
    has_it: Sequence[str]
    waits: bool


def glances_of(cases: Sequence[Case], *, language: str, on: date) -> list[Glance]:
    """These cases at a glance, in their order, in four reads however many there are; who has a part of a life event has the whole."""
    divided = [case.pk for case in cases if case.has_parts]
    parts = list(Case.objects.filter(whole__in=divided).open().order_by("id")) if divided else []
    stands = stands_of([case.reference for case in [*cases, *parts]])
    holders: dict[int | None, list[str]] = {}
    for part in parts:
        stand = stands.get(part.reference)
        holders.setdefault(part.whole_id, []).extend(stand.departments if stand else ())
    calendar = work_calendar()
    return [
        _glance(case, stands.get(case.reference), holders.get(case.pk, ()), language, on, calendar) for case in cases
    ]


def glances_of_parts(whole: Case, *, language: str, on: date) -> list[Glance]:
    """The parts of a life event that are cases of their own, at a glance, in the order in which they were opened."""
    return glances_of(list(whole.parts.order_by("id")), language=language, on=on) if whole.has_parts else []


RATED_AT_MOST: Final = 3
RATED_WITHIN: Final = timedelta(days=30)
"""Who has not rated a case by then is not asked again."""


def unrated_cases(actor: Actor, *, at: datetime) -> list[Case]:
    """The reader's cases that were decided of late and that he may rate, newest first; at most RATED_AT_MOST."""
    decided = own_cases(actor, at=at).applied_for().filter(decided_at__gte=at - RATED_WITHIN)
    decided = decided.exclude(state=State.WITHDRAWN.value)
    rated = Rating.objects.filter(case=OuterRef("pk"))
    return list(decided.filter(~Exists(rated)).order_by("-lodged_at", "-id")[:RATED_AT_MOST])


def _glance(
    case: Case, stand: Stand | None, holders: Sequence[str], language: str, on: date, calendar: WorkCalendar
) -> Glance:
    return Glance(
        case=case,
        name=service_of(case).item.names.text(language),
        clock=clock_of(stand, on, calendar) if stand else None,
        has_it=[
            department_name(code, language) for code in dict.fromkeys([*(stand.departments if stand else ()), *holders])
        ],
        waits=stand.waits_for_applicant if stand else False,
    )


def clock_of(stand: Stand, on: date, calendar: WorkCalendar) -> Clock | None:
    """The clock of the whole; None where nobody promised a day."""
    process = stand.process
    if process.due_on is None:
        return Clock(left=0, total=0, stopped=_("等待中")) if process.clock_stopped else None
    return Clock(
        left=calendar.between(on, process.due_on),
        total=max(calendar.between(day_of(process.started_at), process.due_on), 1),
        until=process.due_on,
        done_on=day_of(process.ended_at) if process.ended_at else None,
    )
