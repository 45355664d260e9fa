"""One work item and the right to it; who has the process now; what happened in it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from huimin.kernel.refusals import NotFound
from huimin.platform.identity import queries as identity
from huimin.platform.identity.declarations import duties
from huimin.platform.journal import queries as journal
from huimin.platform.journal.rules import Actor
from huimin.platform.process.models import Deadline, Process, WorkItem
from huimin.platform.process.models.work import WorkItemQuerySet
from huimin.platform.process.permissions import DECIDE_CARDS, SUPERVISE, SUPERVISE_CITY
from huimin.platform.process.queries.hands import posts_reached, stood_in_for
from huimin.platform.process.rules.graph import NodeKind
from huimin.platform.process.rules.states import AT_A_POST, OPINIONS, ItemKind, ItemState
from huimin.platform.process.rules.tokens import may_go_back, round_scope

if TYPE_CHECKING:
    from huimin.platform.journal.models import EntryQuerySet

ACCOUNT: Final = "account"


class NoSuchWork(NotFound):
    """There is no such work item or process, or the reader has no part in it."""

    zh = "没有找到 {number}，或者它不归您办理。"
    en = "{number} was not found, or is not yours to see."


ALL: Final = ""
"""Every department of the city, where a department's code is asked for."""


def supervised_by(actor: Actor, at: datetime) -> str | None:
    """The code of the department whose work the post that the actor acts in, and really holds, supervises; ALL for the city's, None for
    nobody's.
    """
    if _holds(actor, SUPERVISE_CITY, at):
        return ALL
    return actor.post.partition(".")[0] if _holds(actor, SUPERVISE, at) else None


def may_supervise(actor: Actor, process: Process, *, at: datetime) -> bool:
    """Whether the actor supervises this process: anybody's, or one that his own department answers for or takes part in."""
    department = supervised_by(actor, at)
    if department is None or department == ALL:
        return department == ALL
    answers = Process.objects.filter(pk=process.pk, department__code=department)
    return answers.exists() or process.items.filter(post__department__code=department).exists()


def may_decide_cards(actor: Actor, at: datetime) -> bool:
    """Whether the post that the actor acts in, and really holds, has the duty to say whether a card stands."""
    return _holds(actor, DECIDE_CARDS, at)


def _holds(actor: Actor, permission: str, at: datetime) -> bool:
    if actor.kind != ACCOUNT or actor.post not in identity.post_codes_of(actor.ref, at):
        return False
    duty = duties().get(identity.get_post(actor.post).duty)
    return duty is not None and duty.allows(permission)


def visible_to(actor: Actor, at: datetime) -> WorkItemQuerySet:
    """The items that an actor may see.

    Those of processes in which he takes part: one of its items stands or stood at a post that he holds, or was done
    by himself, or he started the process. Who heads a department sees those in which it takes part, a supervisor of the city all.
    """
    department = supervised_by(actor, at)
    if department == ALL:
        return WorkItem.objects.all()
    hands = [actor.ref, *stood_in_for(actor.ref, at)]
    part, begun = (
        Q(post__code__in=posts_reached(actor.ref, at)) | Q(holder__public_id__in=hands),
        Q(process__started_by=actor.ref),
    )
    if department:
        part |= Q(post__department__code=department)
        begun |= Q(process__department__code=department)
    siblings = WorkItem.objects.filter(process=OuterRef("process")).filter(part)
    return WorkItem.objects.filter(Exists(siblings) | begun)


def access_work_item(actor: Actor, number: str, *, at: datetime) -> WorkItem:
    """The item of this number with process, definition, post and holder. Raises NoSuchWork also when the actor has
    no part in it.
    """
    items = visible_to(actor, at).select_related(
        "process__definition", "post__department", "holder", "previous", "parent__holder"
    )
    found = items.filter(number=number).first()
    if found is None:
        raise NoSuchWork(number=number)
    return found


def access_process(actor: Actor, number: str, *, at: datetime) -> Process:
    """The process of this number. Raises NoSuchWork also when the actor has no part in it."""
    processes = Process.objects.select_related("definition").filter(number=number)
    found = processes.filter(
        Q(started_by=actor.ref) | Q(pk__in=visible_to(actor, at).filter(process__number=number).values("process"))
    ).first()
    if found is None:
        raise NoSuchWork(number=number)
    return found


def last_day(number: str) -> date | None:
    """The last day of the clock of the whole process; None while it stands or where there is none."""
    return Process.objects.filter(number=number).values_list("due_on", flat=True).first()


@dataclass(frozen=True, kw_only=True)
class Acts:
    """What an actor may do with an item now; what is not listed is not offered, and is refused when tried."""

    claim: bool = False
    work: bool = False
    """Complete it, put it back, transfer it, ask others."""
    send_back: bool = False
    """Return it to an earlier step, since there is one."""
    urge: bool = False
    read: bool = False
    """Say that the copy has been read."""
    take_back: bool = False
    """Undo one's own completion, if nobody has gone on."""
    drop: bool = False
    """Do without this signature or opinion."""


def acts_on(item: WorkItem, actor: Actor, *, at: datetime) -> Acts:
    """What the actor may do with the item now, in a few reads."""
    hands = {actor.ref, *stood_in_for(actor.ref, at)}
    holds = item.state == ItemState.HELD and item.holder is not None and item.holder.public_id in hands
    is_live, is_copy = item.closed_at is None, item.kind == ItemKind.COPY
    waits = item.state == ItemState.OPEN and item.post is not None and item.post.code in posts_reached(actor.ref, at)
    asked_by_me = item.kind in OPINIONS and item.parent is not None and item.parent.holder is not None
    supervises = is_live and not holds and may_supervise(actor, item.process, at=at)
    return Acts(
        claim=waits and not is_copy,
        work=holds and not is_copy,
        send_back=holds and item.kind == ItemKind.STEP and bool(earlier_steps(item)),
        urge=is_live and not holds and item.kind in AT_A_POST and (item.process.started_by == actor.ref or supervises),
        read=waits and is_copy,
        take_back=item.state == ItemState.DONE
        and item.kind == ItemKind.STEP
        and item.holder is not None
        and item.holder.public_id == actor.ref
        and item.process.ended_at is None,
        drop=is_live
        and asked_by_me
        and bool(item.parent and item.parent.holder and item.parent.holder.public_id in hands),
    )


def earlier_steps(item: WorkItem) -> list[WorkItem]:
    """The steps to which a work item may go back, the latest first: each node once, with the item that did it last."""
    process = item.process
    graph, rounds = process.definition.graph, process.running_rounds
    done = process.items.filter(state=ItemState.DONE, parent=None, kind__in=[ItemKind.STEP, ItemKind.APPLICANT])
    found: dict[str, WorkItem] = {}
    for earlier in done.select_related("post", "holder", "previous").order_by("-closed_at", "-pk"):
        known = graph.nodes.get(earlier.node)
        if known is None or known.kind is not NodeKind.USER_TASK or earlier.node in found:
            continue
        # Within a running round nobody goes back to another signer: the round would be done twice at once.
        if round_scope(graph, earlier.token, rounds) is None and may_go_back(
            graph, leaving=item.token, back_to=earlier.token
        ):
            earlier.process = process
            found[earlier.node] = earlier
    return list(found.values())


def find_waiting_for_applicant(subject: str) -> list[WorkItem]:
    """What the applicant himself has to do about a subject, the oldest first: to be finished by `operations.answer_for_applicant`."""
    waiting = WorkItem.objects.live().filter(process__subject=subject, kind=ItemKind.APPLICANT)
    return list(waiting.select_related("process__definition").order_by("opened_at", "pk"))


def answer_by(item: WorkItem) -> date | None:
    """The last day on which a step can be done: before the drawing goes on without it, else that of its own limit; None without either."""
    running = item.deadlines.filter(purpose=Deadline.Purpose.BOUNDARY, closed_at=None, due_at__isnull=False)
    ends = running.order_by("due_at").values_list("due_at", flat=True).first()
    if ends is not None:
        return timezone.localdate(ends - timedelta(microseconds=1))
    return item.due_on if item.own_clock else None


def live_steps_about(subjects: Collection[str]) -> WorkItemQuerySet:
    """The steps of officials that somebody still has to do about these subjects, with process, post and holder."""
    live = WorkItem.objects.live().filter(process__subject__in=subjects, kind=ItemKind.STEP)
    return live.select_related("process__definition", "post__department", "holder").order_by("opened_at", "pk")


def ends_of(items: Collection[WorkItem]) -> dict[str, datetime]:
    """When the limits of these steps run out, by the number of the step; of what has no limit, or whose clock stands, nothing."""
    running = Deadline.objects.filter(
        item__in=[item.pk for item in items], purpose=Deadline.Purpose.LIMIT, closed_at=None
    )
    ends = running.filter(due_at__isnull=False).values_list("item__number", "due_at")
    return {number: due_at for number, due_at in ends if due_at is not None}


def subjects_waiting_for_applicant(subjects: Collection[str]) -> set[str]:
    """Of these subjects, those that have a step which the applicant himself has to do."""
    waiting = WorkItem.objects.live().filter(process__subject__in=subjects, kind=ItemKind.APPLICANT)
    return set(waiting.values_list("process__subject", flat=True))


def items_of(process: Process) -> list[WorkItem]:
    """Every item of a process in the order of opening, with post and holder."""
    return list(
        process.items.select_related("post__department", "holder", "process__definition", "parent").order_by(
            "opened_at", "pk"
        )
    )


def trail_of(process: Process, *, at: datetime) -> "EntryQuerySet":
    """What happened in a process, newest first."""
    return journal.entries_about([process.reference], at=at)


def remarks_of(process: Process) -> dict[str, str]:
    """What was written with the acts of a process, by the reference that facts give."""
    return dict(process.remarks.values_list("reference", "text"))


def holds_work(subject: str, actor: Actor, *, at: datetime) -> bool:
    """Whether the actor, or somebody for whom he stands in, has a step about the subject in hand."""
    hands = [actor.ref, *stood_in_for(actor.ref, at)]
    held = WorkItem.objects.live().filter(process__subject=subject, state=ItemState.HELD)
    return held.filter(holder__public_id__in=hands).exists()


def work_in_hand(account_ref: str, post: str) -> QuerySet[WorkItem]:
    """The live items that an account holds at a post, in the order in which they turn yellow."""
    held = WorkItem.objects.live().filter(holder__public_id=account_ref, post__code=post)
    return held.select_related("process__definition", "post__department").order_by("turn_on", "number")
