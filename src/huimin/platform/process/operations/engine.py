"""What the operations share: the lock, and the run of tokens until somebody has to act.

One lock holds a whole family: the row of the root process. Whoever has it may change every process that was called from
there, so that a called process that ends and a parent that is terminated never wait for each other.
"""

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models.functions import Coalesce

from huimin.kernel.refusals import Refusal
from huimin.platform.identity.operations.writing import write_columns
from huimin.platform.journal.events import Fact
from huimin.platform.journal.operations import publish_many
from huimin.platform.journal.rules import Actor
from huimin.platform.process.events import ProcessEnded, ProcessStarted, StepDue
from huimin.platform.process.models import Deadline, Definition, Process, Remark, Serial, WorkItem
from huimin.platform.process.models.work import ProcessOver
from huimin.platform.process.operations.closing import call_off, close_process_clock
from huimin.platform.process.operations.machine import open_sub_case, own_data, take_step
from huimin.platform.process.operations.opening import Opening
from huimin.platform.process.operations.standing import hold_clock
from huimin.platform.process.queries import get_definition
from huimin.platform.process.queries.items import NoSuchWork
from huimin.platform.process.queries.running import ITEM, LOCKED_ROOT, RESTING, drawn
from huimin.platform.process.rules.clocks import day_of
from huimin.platform.process.rules.graph import MACHINE, Limit, Token
from huimin.platform.process.rules.numbers import process_number, process_of
from huimin.platform.process.rules.states import ItemKind, ItemState, ProcessState
from huimin.platform.process.rules.tokens import Advance, advance, dropped, entered, pruned

DEEPEST: int = 8
"""Processes that may call each other in one line: a drawing that calls itself without end is refused, not followed."""


RUN: Final = ("data", "state", "runs", "items_opened", "rounds", "end_node", "ended_at", "department")
"""What a run of tokens changes in its process."""


class CallsTooDeep(Refusal):
    """Processes call each other without end."""

    zh = "流程“{code}”层层调用过深，请检查是否互相调用。"
    en = "The process “{code}” is called too deep: do the definitions call each other?"


def lock(number: str) -> Process:
    """The process, with its family locked until the transaction ends. Raises NoSuchWork, or ProcessOver when it has
    ended.
    """
    process = lock_any(number)
    if process.state != ProcessState.RUNNING:
        raise ProcessOver(number=number)
    return process


def lock_any(number: str) -> Process:
    """As `lock`, whether it runs or has ended. Raises NoSuchWork."""
    found = LOCKED_ROOT.first(number=number)
    if found is None:
        root = Process.objects.filter(number=number).order_by().values_list("root", flat=True).first()
        if root is None:
            raise NoSuchWork(number=number)
        list(Process.objects.select_for_update().filter(pk=root))
        found = drawn(Process.objects.all()).get(number=number)
    return found


def lock_families(processes: Collection[int]) -> None:
    """Lock the families of these processes (keys), in one order, so that no two wait for each other."""
    roots = Process.objects.filter(pk__in=processes).values_list(Coalesce("root", "pk"), flat=True)
    list(Process.objects.select_for_update().filter(pk__in=set(roots)).order_by("pk").values_list("pk", flat=True))


def lock_item(number: str) -> WorkItem:
    """A work item under the lock of its process. Raises NoSuchWork or ProcessOver."""
    return item_in(lock(process_of(number)), number)


def item_in(process: Process, number: str) -> WorkItem:
    """A work item of a locked process. Raises NoSuchWork."""
    item = ITEM.first(process=process.pk, number=number)
    if item is None:
        raise NoSuchWork(number=number)
    item.process = process
    return item


def remark(process: Process, text: str, at: datetime) -> str:
    """Keep what somebody wrote; the reference to put into the fact, empty when nothing was written."""
    if not text.strip():
        return ""
    reference = f"remark:{process.number}/{process.remarks.count() + 1}"
    Remark.objects.create(process=process, reference=reference, text=text.strip()[:1000], written_at=at)
    return reference


def resting_tokens(process: Process) -> list[Token]:
    """Where the tokens of a process rest: live items and running timers, in one read."""
    return [Token(node, scope) for node, scope in RESTING(process=process.pk)]


class Run:
    """The run of a process's tokens within one operation, under the lock.

    `opened` are the nodes that were opened, `facts` what has to be announced besides the operation's own fact. Whatever rested
    at a leaving token must be closed before the run begins.
    """

    def __init__(
        self,
        process: Process,
        *,
        actor: Actor,
        at: datetime,
        said: str = "",
        resting: list[Token] | None = None,
        inside: bool = False,
        before: Sequence[Fact] = (),
    ) -> None:
        self.process, self.actor, self.at, self.said = process, actor, at, said
        self.graph = process.definition.graph
        self.rounds = process.running_rounds
        self.resting = resting_tokens(process) if resting is None else resting
        self.opened: list[str] = []
        self.facts: list[Fact] = list(before)
        self.before = list(before)
        self._inside = inside

    @property
    def ended(self) -> bool:
        """Whether the process has come to its end."""
        return self.process.state == ProcessState.ENDED

    def leave(self, token: Token, *, previous: WorkItem | None = None, outcome: str = "") -> "Run":
        """Let a token leave its node and run until every token rests; ends the process when none is left, and saves it.

        Raises what a condition on the way cannot decide (DataMissing, DataNotComparable), NobodyToAsk, PostNotThere, and
        what a step of the machine refuses.
        """
        self._go(deque([(token, outcome)]), Opening(self.process, self.at, previous))
        return self

    def enter(self, opening: Opening) -> "Run":
        """Let the first token of a new process run, beside what is planned already. Raises what `leave` raises."""
        self._go(deque([(Token(self.graph.start), "")]), opening)
        return self

    def _go(self, moving: deque[tuple[Token, str]], opening: Opening) -> None:
        while moving:
            leaving, outcome = moving.popleft()
            others = [*self.resting, *(waiting for waiting, _ in moving)]
            moved = advance(self.graph, leaving, resting=others, **self._state, outcome=outcome)
            gone = [pair for pair in moving if pair[0] in moved.ended]
            for pair in gone:
                moving.remove(pair)
            self._follow(moved, moving, opening)
        self._settle(opening)

    @property
    def _state(self) -> dict[str, Any]:
        return {"data": {**self.graph.unspoken, **self.process.data}, "runs": self.process.runs, "rounds": self.rounds}

    def drop(self, token: Token) -> "Run":
        """Take an instance off its round, which goes on without it or is over. Raises what `leave` raises."""
        opening = Opening(self.process, self.at)
        moving: deque[tuple[Token, str]] = deque()
        self._follow(dropped(self.graph, token, resting=self.resting, **self._state), moving, opening)
        self._go(moving, opening)
        return self

    def put_down(self, token: Token, *, previous: WorkItem | None = None) -> list[WorkItem]:
        """Let a token come to a node by hand; the items that it rests in. Raises what `leave` raises."""
        opening = Opening(self.process, self.at, previous)
        self.forget_rounds()
        moving: deque[tuple[Token, str]] = deque()
        self._follow(entered(self.graph, token, resting=self.resting, **self._state), moving, opening)
        self._go(moving, opening)
        return opening.items

    def forget_rounds(self) -> None:
        """Forget the rounds that were called off."""
        self.rounds = pruned(self.rounds, self.resting)

    def _follow(self, moved: Advance, moving: deque[tuple[Token, str]], opening: Opening) -> None:
        over = self.rounds.keys() - moved.rounds.keys()
        if over and self.graph.boundaries:
            opening.stand()
            hanging = self.process.deadlines.filter(item=None, purpose=Deadline.Purpose.BOUNDARY, closed_at=None)
            hanging.filter(scope__in=over).update(closed_at=self.at)
        self.process.runs, self.rounds = moved.runs, dict(moved.rounds)
        self.process.data = {**self.process.data, **moved.learned}
        self.process.end_node = moved.end or self.process.end_node
        if moved.ended:
            opening.stand()
            gone = list(moved.ended)
            self.resting = [token for token in self.resting if token not in gone]
            opening.drop(gone)
            call_off(self.process, gone, self.at)
        for reached in moved.opened:
            node = self.graph.nodes[reached.node]
            self.opened.append(node.id)
            if node.kind in MACHINE and not node.after_commit:
                opening.stand()
                self._tell_before()
                moving.append((reached, take_step(self, node, reached)))
                continue
            self.resting.append(reached)
            opening.rest(reached, self.rounds)

    def _tell_before(self) -> None:
        """Announce what comes before the machine's steps, since they announce their own."""
        if self.before:
            publish_many(self.before, actor=self.actor, at=self.at)
            self.facts, self.before = self.facts[len(self.before) :], []

    def _settle(self, opening: Opening) -> None:
        """Write what was opened, start the processes that are called, and end or save this one."""
        self.process.rounds = {scope: one.as_json() for scope, one in self.rounds.items()}
        is_new = self.process.pk is None
        opening.write()
        self.facts.extend(self._fact_of_due(item) for item in opening.items if item.kind == ItemKind.MACHINE)
        for item in [one for one in opening.items if one.kind == ItemKind.CALL]:
            self._call(item, opening)
        if self.process.state != ProcessState.RUNNING:
            return
        if not self.resting:
            self._end()
            return
        hold_clock(self.process, self.resting, self.at)
        if not is_new:
            write_columns(self.process, *RUN)

    def _fact_of_due(self, item: WorkItem) -> StepDue:
        process, number, node = self.process, item.number, item.node
        return StepDue(
            subject=process.reference, about=process.subject, process_kind=process.kind, item=number, node=node
        )

    def _call(self, item: WorkItem, opening: Opening) -> None:
        node, process = self.graph.nodes[item.node], self.process
        self._tell_before()
        own = open_sub_case(self, node, item)
        child_run = begin(
            get_definition(node.called),
            subject=own.subject,
            kind=process.kind if process.kind != process.definition.code else "",
            data=own.data,
            parent=process,
            caller=item,
            department=own.department,
            limit=own.limit,
            inside=True,
            actor=self.actor,
            at=self.at,
        )
        own.begun(child_run.process.number)
        self.facts.extend(child_run.facts)
        if child_run.ended:
            self.come_back(item, child_run.process, previous=opening.previous)

    def come_back(self, item: WorkItem, child: Process, *, previous: WorkItem | None = None) -> None:
        """Go on after a called process has ended: `item` waited for it."""
        node = self.graph.nodes[item.node]
        outcome = child.definition.graph.nodes[child.end_node].datum if child.end_node else child.state
        item.move(ItemState.DONE)
        item.closed_at, item.outcome = self.at, outcome
        item.save(update_fields=["state", "closed_at", "outcome"])
        item.deadlines.filter(closed_at=None).update(closed_at=self.at)
        brought = {name: child.data[name] for name in node.returns if name in child.data}
        answer = {} if node.multi else {node.datum: outcome}
        self.process.data = {**self.process.data, **own_data(self.graph, brought), **answer}
        if item.token in self.resting:
            self.resting.remove(item.token)
        self.leave(item.token, previous=previous, outcome=outcome)

    def _end(self) -> None:
        process = self.process
        process.move(ProcessState.ENDED, self.at)
        close_process_clock(process, self.at)
        write_columns(process, *RUN)
        fact = ProcessEnded(
            subject=process.reference, about=process.subject, process_kind=process.kind, end=process.end_node
        )
        self.facts.append(fact)
        if process.caller_id is not None and not self._inside:
            self.facts.extend(go_on_after(process, actor=self.actor, at=self.at))


def go_on_after(child: Process, *, actor: Actor, at: datetime) -> list[Fact]:
    """Let the process go on that called one which has ended; what has to be announced."""
    if child.parent_id is None or child.caller is None or child.caller.closed_at is not None:
        return []
    parent = Process.objects.select_related("definition").get(pk=child.parent_id)
    if parent.state != ProcessState.RUNNING:
        return []
    item = child.caller
    item.process = parent
    run = Run(parent, actor=actor, at=at)
    run.come_back(item, child)
    return run.facts


def begin(
    definition: Definition,
    *,
    subject: str,
    kind: str,
    data: Mapping[str, Any],
    parent: Process | None = None,
    caller: WorkItem | None = None,
    department: str = "",
    limit: Limit | None = None,
    inside: bool = False,
    number: str = "",
    before: Sequence[Fact] = (),
    actor: Actor,
    at: datetime,
) -> Run:
    """Make a process and let its first token run; `facts` of the run begin with its start. Within a transaction.

    `number` was drawn for it; one is drawn where there is none. `before` are facts that must stand in the journal before what the
    machine's steps announce: those that are still to be announced are among the run's own.

    Raises CallsTooDeep, DataNotFit, and what `Run.leave` raises.
    """
    graph = definition.graph
    process = Process(
        number=number or draw_number(at),
        definition=definition,
        kind=kind or definition.code,
        subject=subject,
        data=own_data(graph, {name: value for name, value in data.items() if not caller or name not in graph.reserved}),
        parent=parent,
        root=(parent.root or parent) if parent else None,
        caller=caller,
        department_id=parent.department_id if parent and not department else None,
        started_by=actor.ref,
        started_at=at,
    )
    _check_depth(process)
    whole = limit or graph.limit
    opening = Opening(process, at, department=department)
    if whole is not None:
        opening.whole(whole)
    run = Run(process, actor=actor, at=at, resting=[], inside=inside, before=before).enter(opening)
    run.facts.insert(
        len(run.before),
        ProcessStarted(
            subject=process.reference,
            about=process.subject,
            process_kind=process.kind,
            definition=definition.code,
            version=definition.version,
            opened=tuple(run.opened),
            ended=run.ended,
            parent=parent.reference if parent else "",
        ),
    )
    return run


def draw_number(at: datetime) -> str:
    """The number of a process that is still to be begun."""
    return process_number(day_of(at).year, Serial.objects.create().pk)


def _check_depth(process: Process) -> None:
    depth, above = 0, process.parent
    while above is not None:
        depth, above = depth + 1, above.parent
        if depth > DEEPEST:
            raise CallsTooDeep(code=process.definition.code)
