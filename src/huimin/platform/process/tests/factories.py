"""Synthetic posts, officials and definitions for tests."""

from datetime import UTC, datetime, timedelta
from itertools import count, pairwise

from huimin.platform.identity.models import Account, Department, Post, PostHolding
from huimin.platform.journal.rules import Actor
from huimin.platform.process import operations, ports
from huimin.platform.process.models import Definition

NOW = datetime(2026, 6, 3, 2, 0, tzinfo=UTC)
"""Wednesday, 3 June 2026, ten in the morning in Beijing; 19 June is the Dragon Boat Festival."""

SYSTEM = Actor(kind="system", ref="test")
_serial = count(1)


def make_post(code: str, duty: str = "data_officer") -> Post:
    department, _ = Department.objects.get_or_create(
        code=code.split(".")[0],
        defaults={"name": f"{code.split('.')[0]}局", "name_en": code.split(".")[0].title(), "kind": "government"},
    )
    post, _ = Post.objects.get_or_create(
        code=code, defaults={"department": department, "title": f"{code}岗", "title_en": code, "duty": duty}
    )
    return post


def make_official(*posts: str, name: str = "", duty: str = "data_officer") -> Account:
    number = next(_serial)
    account = Account.objects.create(
        username=f"official{number}",
        name=name or f"合成人员{number}",
        kind="official",
        opened_at=NOW - timedelta(days=400),
    )
    for code in posts:
        PostHolding.objects.create(account=account, post=make_post(code, duty), starts_at=NOW - timedelta(days=300))
    return account


def actor_of(account: Account, post: str = "") -> Actor:
    return Actor(kind="account", ref=account.public_id, post=post)


def bpmn(body: str, name: str = "流程") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:hm="urn:huimin:process" targetNamespace="urn:test">\n'
        f'<process id="p" name="{name}" isExecutable="true">\n{body}\n</process>\n</definitions>\n'
    )


class Drawing:
    """Draws BPMN in a few words: nodes by method, flows by `line`."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._flows = count(1)

    def start(self, id: str = "start") -> "Drawing":  # noqa: A002
        return self._add(f'<startEvent id="{id}"/>')

    def end(self, id: str = "end") -> "Drawing":  # noqa: A002
        return self._add(f'<endEvent id="{id}"/>')

    def user(self, id: str, post: str = "gaj.data", attributes: str = "") -> "Drawing":  # noqa: A002
        return self._add(f'<userTask id="{id}" name="{id}" hm:post="{post}" {attributes}/>')

    def service(self, id: str, step: str) -> "Drawing":  # noqa: A002
        return self._add(f'<serviceTask id="{id}" hm:step="{step}"/>')

    def exclusive(self, id: str, default: str = "") -> "Drawing":  # noqa: A002
        return self._add(f'<exclusiveGateway id="{id}"' + (f' default="{default}"' if default else "") + "/>")

    def parallel(self, id: str) -> "Drawing":  # noqa: A002
        return self._add(f'<parallelGateway id="{id}"/>')

    def decision(self, id: str, decision: str, outcomes: str) -> "Drawing":  # noqa: A002
        return self._add(f'<businessRuleTask id="{id}" hm:decision="{decision}" hm:outcomes="{outcomes}"/>')

    def call(self, id: str, called: str, attributes: str = "") -> "Drawing":  # noqa: A002
        return self._add(f'<callActivity id="{id}" name="{id}" calledElement="{called}" {attributes}/>')

    def inclusive(self, id: str, default: str = "") -> "Drawing":  # noqa: A002
        return self._add(f'<inclusiveGateway id="{id}"' + (f' default="{default}"' if default else "") + "/>")

    def terminate(self, id: str) -> "Drawing":  # noqa: A002
        return self._add(f'<endEvent id="{id}"><terminateEventDefinition/></endEvent>')

    def round(self, id: str, times: int, sequential: bool = False, until: str = "") -> "Drawing":  # noqa: A002
        condition = f"<completionCondition>{until.replace('>', '&gt;')}</completionCondition>" if until else ""
        return self._add(
            f'<userTask id="{id}" name="{id}" hm:post="gaj.data">'
            f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
            f"<loopCardinality>{times}</loopCardinality>{condition}</multiInstanceLoopCharacteristics></userTask>"
        )

    def each(self, id: str, *, attributes: str = "", sequential: bool = False, until: str = "") -> "Drawing":  # noqa: A002
        """A step done by every post of the list `posts`."""
        condition = f"<completionCondition>{until.replace('>', '&gt;')}</completionCondition>" if until else ""
        return self._add(
            f'<userTask id="{id}" name="{id}" hm:post="{{each}}" {attributes}>'
            f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}" hm:collection="posts" hm:element="each">'
            f"{condition}</multiInstanceLoopCharacteristics></userTask>"
        )

    def timer(self, id: str, working_days: int) -> "Drawing":  # noqa: A002
        return self._add(
            f'<intermediateCatchEvent id="{id}" hm:workingDays="{working_days}"><timerEventDefinition/></intermediateCatchEvent>'
        )

    def boundary(self, id: str, on: str, working_days: int, interrupting: bool = True) -> "Drawing":  # noqa: A002
        cancel = "" if interrupting else ' cancelActivity="false"'
        return self._add(
            f'<boundaryEvent id="{id}" attachedToRef="{on}" hm:workingDays="{working_days}"{cancel}><timerEventDefinition/></boundaryEvent>'
        )

    def line(self, *nodes: str, when: str = "", id: str = "") -> "Drawing":  # noqa: A002
        condition = f"<conditionExpression>{when}</conditionExpression>" if when else ""
        for source, target in pairwise(nodes):
            flow = id or f"f{next(self._flows)}"
            self._add(f'<sequenceFlow id="{flow}" sourceRef="{source}" targetRef="{target}">{condition}</sequenceFlow>')
        return self

    def text(self) -> str:
        return bpmn("\n".join(self.parts))

    def _add(self, part: str) -> "Drawing":
        self.parts.append(part)
        return self


def publish(code: str, drawing: Drawing) -> Definition:
    return operations.publish_definition(code=code, text=drawing.text(), actor=SYSTEM, at=NOW)


def two_steps() -> Drawing:
    """check, then decide; five and two working days."""
    return (
        Drawing()
        .start()
        .user("check", "gaj.data", 'hm:workingDays="5" hm:outcomes="ok bad"')
        .user("decide", "mzj.data", 'hm:workingDays="2"')
        .end()
        .line("start", "check", "decide", "end")
    )


def side_by_side() -> Drawing:
    """intake, then two departments at once, then a conclusion."""
    return (
        Drawing()
        .start()
        .user("intake", "gaj.data")
        .parallel("split")
        .user("left", "gaj.data")
        .user("right", "mzj.data")
        .parallel("join")
        .user("conclude", "gaj.data")
        .end()
        .line("start", "intake", "split")
        .line("split", "left", "join")
        .line("split", "right", "join")
        .line("join", "conclude", "end")
    )


class TestSubject(ports.SubjectView):
    """A subject view of the tests; counts how often titles are asked for."""

    label = "试验事项"
    template = ""
    asked = 0

    def titles(self, subjects, *, actor, at):
        type(self).asked += 1
        return {subject: f"题 {subject}" for subject in subjects}

    def outcomes(self, node):
        return [ports.Outcome("ok", "同意"), ports.Outcome("bad", "不同意", needs_reason=True)]
