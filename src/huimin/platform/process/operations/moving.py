"""Moving running processes to another version of their definition."""

from datetime import datetime

from django.db import transaction

from huimin.kernel.refusals import Refusal
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.process.events import ProcessMoved
from huimin.platform.process.models import Deadline, Process
from huimin.platform.process.operations.engine import lock, resting_tokens
from huimin.platform.process.operations.opening import Opening
from huimin.platform.process.operations.standing import hold_clock
from huimin.platform.process.queries import get_definition
from huimin.platform.process.rules.graph import Graph, Token
from huimin.platform.process.rules.moving import Reason, reasons_against


class CannotMove(Refusal):
    """A running process cannot go on under the other version; `reasons` say why."""

    zh = "{number} 不能迁移：{why}。"
    en = "{number} cannot be moved: {why}."

    def __init__(self, *, number: str, reasons: list[Reason]) -> None:
        self.reasons = reasons
        super().__init__(number=number, why="")

    def sentence(self, language: str = "zh") -> str:
        """The sentence with every reason, in that language."""
        english = language.lower().startswith("en")
        why = ("; " if english else "；").join(reason.said(language) for reason in self.reasons)
        return (self.en if english else self.zh).format(number=self.details["number"], why=why)


def move_process(*, number: str, to_version: int | None = None, actor: Actor, at: datetime) -> Process:
    """Let a running process go on under another version of its definition (the newest when not given). What is open stays open,
    with the limits that it began under; timers that the new version hangs on open steps begin now, those that it has not are closed.

    Raises CannotMove with every reason, NoSuchWork, ProcessOver, DefinitionUnknown.
    """
    with transaction.atomic():
        process = lock(number)
        old = process.definition
        new = get_definition(old.code, to_version)
        tokens = resting_tokens(process)
        reasons = reasons_against(old.graph, new.graph, tokens=tokens, rounds=process.running_rounds, data=process.data)
        if reasons:
            raise CannotMove(number=number, reasons=reasons)
        process.definition = new
        _rehang_timers(process, new.graph, at)
        hold_clock(process, tokens, at)
        process.save()
        fact = ProcessMoved(
            subject=process.reference,
            about=process.subject,
            process_kind=process.kind,
            from_version=old.version,
            to_version=new.version,
        )
        publish(fact, actor=actor, at=at)
    return process


def _rehang_timers(process: Process, graph: Graph, at: datetime) -> None:
    """Close boundary timers that the new drawing has not, and begin those that it hangs on what is open."""
    running = process.deadlines.filter(closed_at=None, purpose=Deadline.Purpose.BOUNDARY)
    known: set[Token] = set()
    for deadline in running:
        timer = graph.nodes.get(deadline.node)
        if timer is None or not timer.attached_to:
            deadline.closed_at = at
            deadline.save(update_fields=["closed_at"])
        else:
            known.add(Token(deadline.node, deadline.scope))
    opening = Opening(process, at)
    for item in process.items.filter(closed_at=None, parent=None):
        opening.hang_timers(graph.nodes[item.node], item, but=known)
    opening.write()
