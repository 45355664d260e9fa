"""Where the process of something stands, for what follows it: a rating, a matter that could not be got done."""

from dataclasses import dataclass
from datetime import datetime

from huimin.platform.process.queries import trace
from huimin.platform.process.rules.clocks import day_of


@dataclass(frozen=True, kw_only=True)
class Standing:
    """`node`: the step at which the process rests, or the end that it reached; `done` the step that was finished with `outcome` and the
    words `remark`, within its limit if `in_time`.
    """

    node: str
    done: str = ""
    outcome: str = ""
    remark: str = ""
    in_time: bool = True


def standing_of(reference: str, *, item: str = "", remark: str = "", at: datetime) -> Standing:
    """Where the process about this subject stands, and what was said with the work item `item` under the reference `remark`."""
    story = trace(reference, facts_at_most=0, at=at)
    line = story.lines[-1]
    waiting = story.waiting
    node = waiting[0].node if waiting else line.process.end_node
    finished = next((one for one in line.items if one.number == item), None)
    if finished is None:
        return Standing(node=node)
    on_time = finished.due_on is None or finished.closed_at is None or day_of(finished.closed_at) <= finished.due_on
    return Standing(
        node=node,
        done=finished.node,
        outcome=finished.outcome,
        remark=story.remarks.get(remark, ""),
        in_time=on_time,
    )
