"""What tests of the operators do over and over: begin a process, take a step, look where it stands."""

from datetime import timedelta
from typing import Final

from huimin.platform.journal.queries import entries_about
from huimin.platform.process import operations
from huimin.platform.process.models import Process, WorkItem
from huimin.platform.process.tests.factories import NOW, SYSTEM, Drawing, actor_of, publish

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
POSTS: Final = ["gaj.data", "mzj.data", "wjw.data"]


def begun(drawing, code="trial", data=None, **kwargs) -> Process:
    publish(code, drawing)
    return operations.start(code, subject="thing:1", data=data or {}, actor=SYSTEM, at=NOW, **kwargs)


def live(process) -> dict[str, WorkItem]:
    return {item.node: item for item in WorkItem.objects.filter(process=process, closed_at=None, parent=None)}


def at_post(process, post) -> WorkItem:
    return WorkItem.objects.get(process=process, closed_at=None, post__code=post)


def do(item, account, outcome="done", at=NOW, **kwargs) -> WorkItem:
    operations.claim(number=item.number, actor=actor_of(account), at=at)
    return operations.complete(number=item.number, outcome=outcome, actor=actor_of(account), at=at, **kwargs)


def state_of(process) -> str:
    process.refresh_from_db()
    return process.state


def facts(process) -> list[str]:
    return [entry.kind.removeprefix("process.") for entry in entries_about([process.reference])][::-1]


def asked(until="", sequential=False, attributes='hm:outcomes="agree refuse"') -> Drawing:
    """every post of the list is asked, then the police conclude if all agree."""
    return (
        Drawing().start().each("ask", attributes=attributes, until=until, sequential=sequential).exclusive("all", "no")
        .user("conclude").end().end("refused").line("start", "ask", "all").line("all", "conclude", when="ask == 'agree'")
        .line("all", "refused", id="no").line("conclude", "end")
    )  # fmt: skip


def three_steps() -> Drawing:
    return (
        Drawing().start().user("intake").user("check", "mzj.data").user("decide", "wjw.data", 'hm:outcomes="ok bad"').end()
        .line("start", "intake", "check", "decide", "end")
    )  # fmt: skip
