"""How a process was gone through, as the journal tells it: what the rules of electronic supervision look at."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count

from huimin.platform.identity import queries as identity
from huimin.platform.identity.declarations import duties
from huimin.platform.journal import queries as journal
from huimin.platform.process.events import (
    ClockStopped,
    OpinionGiven,
    OverdueHandled,
    ProcessEnded,
    SignerDropped,
    WorkCompleted,
    WorkTakenBack,
)
from huimin.platform.process.models import Process, WorkItem
from huimin.platform.process.permissions import SUPERVISE
from huimin.platform.process.queries.items import NoSuchWork
from huimin.platform.process.rules.graph import Node, NodeKind
from huimin.platform.process.rules.states import ItemKind
from huimin.platform.process.rules.violations import Conduct, Deed, Place, Stop, Unheard

if TYPE_CHECKING:
    from huimin.platform.identity.models import Post
    from huimin.platform.journal.models import Entry

TOLD: Final = (ClockStopped, OpinionGiven, OverdueHandled, ProcessEnded, SignerDropped, WorkCompleted, WorkTakenBack)
_NAME: Final = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}")


def conduct_of(number: str) -> Conduct:
    """How the process of this number was gone through, in four reads however long it took. Raises NoSuchWork."""
    process = Process.objects.select_related("definition").filter(number=number).first()
    if process is None:
        raise NoSuchWork(number=number)
    kinds = [fact.kind for fact in TOLD]
    entries = list(reversed(journal.entries_about([process.reference], kinds=kinds)))
    items = {item.number: item for item in process.items.select_related("post", "parent")}
    nodes, data = process.definition.graph.nodes, process.data
    drawn = {name: post for name, node in nodes.items() if (post := _post_drawn(node, data))}
    posts = identity.posts_coded(sorted(set(drawn.values())))
    places = {name: _place(posts[code]) for name, code in drawn.items() if code in posts}
    told = [(entry, entry.fact) for entry in entries]
    undone = {fact.item for _entry, fact in told if isinstance(fact, WorkTakenBack)}
    deeds = [
        _deed(entry, fact, items, places)
        for entry, fact in told
        if isinstance(fact, WorkCompleted | OverdueHandled) and fact.outcome and fact.item not in undone
    ]
    return Conduct(
        kind=process.kind,
        subject=process.subject,
        graph=process.definition.graph,
        end=process.end_node,
        deeds=deeds,
        stops=_stops(told, items),
        unheard=[
            Unheard(fact=entry.number, item=_asker(items.get(fact.item)))
            for entry, fact in told
            if isinstance(fact, SignerDropped)
        ],
        last_fact=entries[-1].number if entries else "",
    )


def waiting_again(among: Collection[str], *, more_than: int) -> list[str]:
    """The numbers of processes that wait for their applicant now, and in which one of these outcomes came more often than that."""
    waiting = WorkItem.objects.live().filter(post=None, kind=ItemKind.APPLICANT).values("process")
    asked = WorkItem.objects.filter(process__in=waiting, outcome__in=among).values("process__number")
    return list(asked.annotate(times=Count("id")).filter(times__gt=more_than).values_list("process__number", flat=True))


def _post_drawn(node: Node, data: Mapping[str, Any]) -> str:
    """The post that a step is drawn for; nothing where the machine or the applicant acts, or each of a list of posts."""
    if node.kind is not NodeKind.USER_TASK or node.is_applicants or node.multi is not None:
        return ""
    return _NAME.sub(lambda found: str(data.get(found[1], "")), node.post)


def _place(post: "Post | None") -> Place:
    return Place(post=post.code, department=post.code.partition(".")[0], duty=post.duty) if post else Place()


def _asker(item: WorkItem | None) -> str:
    """The step whose holder had asked: he answers for going on without the opinion."""
    return item.parent.number if item and item.parent else ""


def _deed(
    entry: "Entry", fact: WorkCompleted | OverdueHandled, items: Mapping[str, WorkItem], places: Mapping[str, Place]
) -> Deed:
    item = items.get(fact.item)
    return Deed(
        fact=entry.number,
        item=fact.item,
        node=fact.node,
        outcome=fact.outcome,
        at_post=_place(item.post if item else None),
        drawn=places.get(fact.node),
        unattended=isinstance(fact, OverdueHandled),
        reasoned=bool(fact.remark),
    )


def _stops(told: Sequence[tuple["Entry", Any]], items: Mapping[str, WorkItem]) -> list[Stop]:
    """Clocks that were stopped by hand, each with whether a head had agreed before, or did it himself."""
    found: list[Stop] = []
    agreed: set[str] = set()
    for entry, fact in told:
        if isinstance(fact, OpinionGiven) and _heads(items.get(fact.item)) and _is_yes(items[fact.item], fact.outcome):
            agreed.add(fact.of)
        if isinstance(fact, ClockStopped):
            is_agreed = fact.item in agreed or _heads(items.get(fact.item))
            found.append(Stop(fact=entry.number, item=fact.item, reason=fact.reason, agreed=is_agreed))
    return found


def _heads(item: WorkItem | None) -> bool:
    """Whether a piece of work is done at the post of somebody who heads a department."""
    duty = duties().get(item.post.duty) if item and item.post else None
    return duty is not None and duty.allows(SUPERVISE)


def _is_yes(item: WorkItem, outcome: str) -> bool:
    """An opinion agrees when it is the first of the outcomes that are drawn."""
    return outcome == item.drawn.outcomes[0]
