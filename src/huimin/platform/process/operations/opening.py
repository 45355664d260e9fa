"""What a run opens: work items and timers with their clocks, written together in a few statements."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from huimin.kernel.refusals import Refusal
from huimin.kernel.workdays import WorkCalendar
from huimin.platform.identity import queries as identity
from huimin.platform.identity.operations.writing import insert_rows
from huimin.platform.process.declarations import supervision
from huimin.platform.process.models import Deadline, Process, WorkItem
from huimin.platform.process.queries import work_calendar
from huimin.platform.process.rules.clocks import NO_TURN, Clock, Due, day_of, due
from huimin.platform.process.rules.expressions import DataMissing
from huimin.platform.process.rules.graph import MACHINE, Limit, Node, NodeKind, Token
from huimin.platform.process.rules.limits import limit_said
from huimin.platform.process.rules.numbers import item_number
from huimin.platform.process.rules.rounds import LITERAL, Round
from huimin.platform.process.rules.states import AT_A_POST, ItemKind
from huimin.platform.process.rules.supervision import next_card
from huimin.platform.process.rules.tokens import instance_of, outer_of

if TYPE_CHECKING:
    from huimin.platform.identity.models import Post

_PLACEHOLDER = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}")
SUPERVISED = (Deadline.Purpose.LIMIT, Deadline.Purpose.PROCESS)
_FIRING = (Deadline.Purpose.BOUNDARY, Deadline.Purpose.TIMER, Deadline.Purpose.OVERDUE)


class PostNotThere(Refusal):
    """A step belongs to a post that is not in the city, so nobody would ever see it."""

    zh = "本市没有岗位“{post}”，这一步无人可办。"
    en = "There is no post “{post}” in this city, so nobody could do this step."


def post_key(code: str) -> int:
    """The key of the post with this code. Raises PostNotThere."""
    found = identity.posts_coded([code]).get(code)
    if found is None:
        raise PostNotThere(post=code)
    return found.pk


def filled(text: str, data: dict[str, object]) -> str:
    """A post as drawn, with data put in for `{names}`. Raises DataMissing."""
    for name in _PLACEHOLDER.findall(text):
        if name not in data:
            raise DataMissing(name=name)
    return _PLACEHOLDER.sub(lambda found: str(data[found[1]]), text)


def _limit_of(node: Node, data: dict[str, object]) -> Limit | None:
    """How long a step may take: as drawn, or as the data say. Raises DataMissing, DataNotFit."""
    if not node.limit_from:
        return node.limit
    if node.limit_from not in data:
        raise DataMissing(name=node.limit_from)
    return limit_said(data[node.limit_from], name=node.limit_from)


def kind_of(node: Node) -> ItemKind:
    """What sort of work item a node opens."""
    if node.kind in MACHINE:
        return ItemKind.MACHINE
    if node.kind is NodeKind.CALL:
        return ItemKind.CALL
    return ItemKind.APPLICANT if node.is_applicants else ItemKind.STEP


@dataclass
class Opening:
    """Items and deadlines to be written. `previous` is the item whose completion leads here, `department` the code of the body that
    answers for a new process.
    """

    process: Process
    at: datetime
    previous: WorkItem | None = None
    department: str = ""
    items: list[WorkItem] = field(default_factory=list)
    deadlines: list[Deadline] = field(default_factory=list)
    _posts: list[str] = field(default_factory=list)

    @cached_property
    def calendar(self) -> WorkCalendar:
        """The city's calendar, read when the first clock needs it."""
        return work_calendar()

    def rest(self, token: Token, rounds: dict[str, Round]) -> None:
        """Plan what a token rests in. Raises DataMissing."""
        node = self.process.definition.graph.nodes[token.node]
        if node.kind is NodeKind.TIMER:
            self._clock(node.id, token.scope, node.limit, Deadline.Purpose.TIMER)
            return
        item = self._item(node, token)
        data = dict(self.process.data)
        around = rounds.get(outer_of(token.scope)) if node.multi else None
        element = around.element(instance_of(token.scope)) if around else ""
        if element.startswith(LITERAL):
            self._posts.append(element.removeprefix(LITERAL))
        else:
            if node.multi is not None and node.multi.element:
                data[node.multi.element] = element
            self._posts.append(filled(node.post, data) if item.kind == ItemKind.STEP else "")
        self._clocks_of(node, item, _limit_of(node, data))

    def item_of(self, token: Token) -> WorkItem | None:
        """The planned item in which a token rests."""
        return next((item for item in self.items if item.token == token), None)

    def _item(self, node: Node, token: Token) -> WorkItem:
        process, at = self.process, self.at
        process.items_opened += 1
        item = WorkItem(
            number=item_number(process.number, process.items_opened),
            process=process,
            node=token.node,
            scope=token.scope,
            kind=kind_of(node),
            opened_at=at,
            urgent=node.urgent,
            due_on=process.due_on,
            turn_on=day_of(at) if node.urgent else process.turn_on,
            clock_stopped=process.clock_stopped,
            previous=self.previous,
        )
        self.items.append(item)
        return item

    def _clocks_of(self, node: Node, item: WorkItem, limit: Limit | None) -> None:
        if limit is not None:
            end = self._clock(node.id, item.scope, limit, Deadline.Purpose.LIMIT, item)
            item.own_clock, item.clock_stopped = True, False
            item.due_on = end.on
            item.turn_on = day_of(item.opened_at) if item.urgent else end.warn_on
            if node.overdue is not None:
                self._clock(node.id, item.scope, limit, Deadline.Purpose.OVERDUE, item)
        self.hang_timers(node, item)

    def hang_timers(self, node: Node, item: WorkItem, but: Collection[Token] = ()) -> None:
        """Plan the timers that are drawn on a node, besides those that run already (`but`).

        A timer on a step done by several hangs on the round, not on one of its instances.
        """
        scope = outer_of(item.scope) if node.multi else item.scope
        for timer in self.process.definition.graph.boundaries.get(node.id, ()):
            running = {*but, *(Token(planned.node, planned.scope) for planned in self.deadlines)}
            if Token(timer.id, scope) not in running and not (node.multi and self._runs(timer.id, scope)):
                self._clock(timer.id, scope, timer.limit, Deadline.Purpose.BOUNDARY, None if node.multi else item)

    def _runs(self, timer: str, scope: str) -> bool:
        """Whether a timer of a round runs already: its later instances must not hang a second one."""
        process = self.process
        return process.pk is not None and process.deadlines.filter(closed_at=None, node=timer, scope=scope).exists()

    def whole(self, limit: Limit) -> None:
        """Plan the clock of the whole process and show it there."""
        end = self._clock("", "", limit, Deadline.Purpose.PROCESS)
        self.process.due_on, self.process.turn_on = end.on, end.warn_on

    def _clock(
        self, node: str, scope: str, limit: Limit | None, purpose: Deadline.Purpose, item: WorkItem | None = None
    ) -> Due:
        assert limit is not None  # the compiler gives every timer a limit, and asks for tasks only where there is one
        clock = Clock(self.at, limit)
        end = due(clock, self.calendar)
        assert end is not None  # a clock that has just begun does not stand
        self.deadlines.append(
            Deadline(
                process=self.process,
                item=item,
                purpose=purpose,
                node=node,
                scope=scope,
                amount=limit.amount,
                unit=limit.unit,
                started_at=self.at,
                due_at=end.at,
                provisional=end.provisional,
                fires=purpose in _FIRING,
                card_at=next_card(supervision().as_rules, "", clock, end, self.calendar)
                if purpose in SUPERVISED
                else None,
            )
        )
        return end

    def drop(self, tokens: list[Token]) -> None:
        """Forget what was planned for tokens that are called off in the same breath."""
        kept = [(item, post) for item, post in zip(self.items, self._posts, strict=True) if item.token not in tokens]
        gone = {item.token for item in self.items} - {item.token for item, _ in kept}
        self.items, self._posts = [item for item, _ in kept], [post for _, post in kept]
        self.deadlines = [one for one in self.deadlines if Token(one.node, one.scope) not in {*tokens, *gone}]

    def stand(self, posts: "Mapping[str, Post]" = MappingProxyType({})) -> None:
        """Let the process be in the store, with the body that answers for it: the one that was named, else that of the first post.

        A new one is written as late as may be, so that it is written once.
        """
        process = self.process
        if process.department_id is None and self.department:
            own = [post.department_id for post in posts.values() if post.code.partition(".")[0] == self.department]
            process.department_id = own[0] if own else identity.get_department(self.department).pk
        elif process.department_id is None:
            process.department_id = next((item.post.department_id for item in self.items if item.post), None)
        if process.pk is None:
            insert_rows([process])

    def write(self) -> None:
        """Write what was planned, and the process where it is new, in a few statements. Raises PostNotThere."""
        wanted = {post for post in self._posts if post}
        found = identity.posts_coded(wanted) if wanted else {}
        for item, code in zip(self.items, self._posts, strict=True):
            if item.kind in AT_A_POST:
                if code not in found:
                    raise PostNotThere(post=code)
                item.post = found[code]
        self.stand(found)
        insert_rows(self.items)
        insert_rows(self.deadlines)


def without_clock(process: Process) -> dict[str, object]:
    """What a work item without a limit of its own shows: the clock of the whole."""
    return {"due_on": process.due_on, "turn_on": process.turn_on or NO_TURN, "clock_stopped": process.clock_stopped}
