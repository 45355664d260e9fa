"""Public notices: those that stand today, the objections to a case, one's own."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from huimin.kernel.refusals import NotFound
from huimin.platform.cases.models import Case, Notice, Objection
from huimin.platform.cases.rules import OPEN
from huimin.platform.identity.queries import get_account
from huimin.platform.journal.rules import Actor
from huimin.platform.process.queries import work_calendar
from huimin.platform.process.rules.clocks import Clock, due
from huimin.platform.process.rules.graph import Graph

LOOKED_BACK: Final = timedelta(days=31)


class NoSuchNotice(NotFound):
    """There is no such notice, or its days are over."""

    zh = "没有这条公示，或者公示期已经结束。"
    en = "There is no such notice, or its days are over."


class NoSuchObjection(NotFound):
    """There is no such objection, or the reader may not know of it."""

    zh = "没有这条异议。"
    en = "There is no such objection."


def standing_notices(*, on: date) -> QuerySet[Notice]:
    """The notices of a day: of cases that are not over."""
    open_states = [state.value for state in OPEN]
    return Notice.objects.filter(since__lte=on, until__gt=on, case__state__in=open_states).select_related("case")


def recent_notices(*, on: date) -> QuerySet[Notice]:
    """The notices that stand on a day or ended within LOOKED_BACK before it, of cases that are not over: a timer may still run for them."""
    open_states = [state.value for state in OPEN]
    return Notice.objects.filter(until__gt=on - LOOKED_BACK, case__state__in=open_states).select_related("case")


def get_notice(public_id: str, *, on: date) -> Notice:
    """A notice that stands on a day. Raises NoSuchNotice."""
    if notice := standing_notices(on=on).filter(public_id=public_id).first():
        return notice
    raise NoSuchNotice


def lock_objection(public_id: str) -> Objection:
    """An objection, held for the rest of the transaction. Raises NoSuchObjection."""
    found = Objection.objects.select_for_update(of=("self",)).select_related("notice__case")
    if objection := found.filter(public_id=public_id).first():
        return objection
    raise NoSuchObjection


def get_objection(public_id: str) -> Objection:
    """An objection with its notice and case. Raises NoSuchObjection."""
    if objection := Objection.objects.select_related("notice__case").filter(public_id=public_id).first():
        return objection
    raise NoSuchObjection


def last_day_after(graph: Graph, node: str, *, at: datetime) -> date:
    """The last day for which the timer drawn behind a node waits, from an instant. Raises AssertionError where none is drawn."""
    limit = graph.nodes[timer_after(graph, node)].limit
    assert limit is not None, f"{node}: a notice needs a timer behind it, which says how long it stands"
    end = due(Clock(at, limit), work_calendar())
    assert end is not None
    return end.on


def timer_after(graph: Graph, node: str) -> str:
    """The node behind a step that puts a case in public: the timer that says how long."""
    return graph.outgoing[node][0].target


def notices_of(case: Case) -> list[Notice]:
    """The notices of a case, with what was said against each, oldest first; those of a whole also where the same body decides a part."""
    of_whole = Q(case__parts=case, case__department=case.department)
    found = Notice.objects.filter(Q(case=case) | of_whole).distinct()
    return list(found.select_related("case").prefetch_related("objections").order_by("since", "id"))


def is_decided_by(case: Case, actor: Actor) -> bool:
    """Whether the actor acts for the department that decides the case: who only supervises answers nobody in its name."""
    return actor.post.partition(".")[0] == case.department


def own_objections(actor: Actor) -> QuerySet[Objection]:
    """What the reader himself objected to, also while he acts for somebody else: an objection is made in one's own name."""
    key = get_account(actor.ref).person_key
    found = Objection.objects.select_related("notice__case")
    return found.filter(objector=f"person:{key}") if key else found.none()
