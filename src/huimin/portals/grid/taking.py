"""What a handset hands in, opened and given to the app that it belongs to; each item once, each with its answer."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from huimin.kernel.coordinates import Point
from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.grid import sealing
from huimin.platform.grid.operations.handsets import KeyHasOtherContent, take_item
from huimin.platform.grid.operations.patrols import Passed, record_patrol
from huimin.platform.grid.operations.visits import Found, record_visit
from huimin.platform.incidents.operations import check_incident, report_incident, verify_incident
from huimin.platform.incidents.rules import Channel, NewPhoto, NewReport
from huimin.platform.journal.rules import Actor
from huimin.platform.process.queries import live_steps_about

if TYPE_CHECKING:
    from huimin.platform.grid.models import Handset

LENGTH: Final = 4
TRY_AGAIN: Final = frozenset({429, 503})
"""Statuses of refusals that pass: what was refused so is not answered for good."""
_log = logging.getLogger(__name__)


class NotAsAsked(BadInput):
    """The content is not of the form that its kind has."""

    zh = "内容不完整或格式不对，没有收下。请重新填报。"
    en = "The content is incomplete or not of the right form; it was not taken. Please fill it in again."


class TaskGone(Refusal):
    """The step has been done by somebody else, or the incident has ended or gone on without it."""

    zh = "{number} 的这一步已由同事办理，或案件已结束，没有重复办理。"
    en = "This step of {number} was done by a colleague meanwhile, or the incident has ended; nothing was done twice."


class Later(Exception):
    """Nothing is kept, and it may be sent again."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__()
        self.refusal = refusal


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """An item as it came."""

    key: str
    kind: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the handset is told: `words` in both languages, so that it is the same whenever it is asked again."""

    key: str
    status: str
    known: bool = False
    number: str = ""
    words: Mapping[str, str]

    def said_in(self, language: str) -> dict[str, Any]:
        """As it goes over the wire."""
        sentence = self.words.get(language, "")
        return {
            "key": self.key,
            "status": self.status,
            "known": self.known,
            "number": self.number,
            "sentence": sentence,
        }


LATER: Final = {
    "zh": "服务器这会儿没有收下，稍后会自动再送。",
    "en": "The server could not take it just now; it will be sent again by itself.",
}


def _words(refusal: Refusal) -> dict[str, str]:
    return {"zh": refusal.sentence("zh"), "en": refusal.sentence("en")}


def take(item: Sealed, *, handset: "Handset", actor: Actor, at: datetime) -> Answer:
    """Open an item and hand it to its app, exactly once; never raises for one item, so that the others of its batch go on."""
    try:
        content = sealing.unseal(sealing.take_out(handset.secret), item.key, item.content)
        answered = take_item(
            handset=handset,
            key=item.key,
            kind=item.kind,
            content=content,
            act=lambda: _act(item, content, actor, at, handset),
            refused=_words,
            at=at,
        )
    except Later as later:
        return Answer(key=item.key, status="later", words=_words(later.refusal))
    except (sealing.NotSealedForUs, KeyHasOtherContent) as refusal:
        return Answer(key=item.key, status="refused", words=_words(refusal))
    except Exception:
        # One item that breaks something holds up no other. What an error says may be personal: only its class is logged.
        _log.warning("an item of kind %s could not be taken", item.kind, exc_info=_is_debugged())
        return Answer(key=item.key, status="later", words=LATER)
    return Answer(
        key=item.key,
        status="refused" if answered.is_refused else "taken",
        known=answered.known,
        number=str(answered.answer.get("number", "")),
        words=answered.answer,
    )


def _is_debugged() -> bool:
    return _log.isEnabledFor(logging.DEBUG)


@dataclass(frozen=True, kw_only=True)
class Opened:
    """An item opened: its JSON, and its photos."""

    key: str
    said: Any
    photos: Sequence[NewPhoto]


def _act(item: Sealed, content: bytes, actor: Actor, at: datetime, handset: "Handset") -> Mapping[str, Any]:
    act = ACTS.get(item.kind)
    if act is None:
        raise NotAsAsked
    try:
        return act(_opened(item, content), actor, at, handset)
    except Refusal as refusal:
        if refusal.status in TRY_AGAIN:
            raise Later(refusal) from refusal
        raise


class _Photo(BaseModel):
    size: int = Field(gt=0)
    taken_at: datetime | None = None


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", str_max_length=2_000)
    photos: list[_Photo] = Field(default_factory=list, max_length=9)


def _opened(item: Sealed, content: bytes) -> Opened:
    """Four bytes say how long the JSON is; the photos follow it, each as long as the JSON says."""
    try:
        end = LENGTH + int.from_bytes(content[:LENGTH])
        said = FORMS[item.kind].model_validate_json(content[LENGTH:end])
        photos = []
        for one in said.photos:
            photos.append(NewPhoto(content=content[end : end + one.size], taken_at=one.taken_at))
            end += one.size
    except (ValidationError, ValueError) as problem:
        raise NotAsAsked from problem
    if end != len(content):
        raise NotAsAsked
    return Opened(key=item.key, said=said, photos=photos)


def packed(said: Mapping[str, Any], photos: Sequence[bytes] = ()) -> bytes:
    """The content of an item as a handset writes it; `said` names its photos' sizes."""
    head = json.dumps(said, ensure_ascii=False).encode()
    return len(head).to_bytes(LENGTH) + head + b"".join(photos)


class ReportSaid(_Said):
    """A report: place and moment are those at which it was made."""

    observed_at: datetime
    longitude: float | None = None
    latitude: float | None = None
    address: str = ""
    class_code: str = ""
    description: str = ""
    urgent: bool = False
    confirms: str = ""


class StepSaid(_Said):
    """A step of one's task: the work item, how it ended, a word on it."""

    item: str
    incident: str
    step: str
    outcome: str
    note: str = ""


class FoundSaid(BaseModel):
    """What was found of one person at a visit."""

    model_config = ConfigDict(extra="forbid", str_max_length=300)
    what: Literal["here", "moved", "changed", "new"]
    person: str = ""
    values: dict[str, str] = Field(default_factory=dict)


class VisitSaid(_Said):
    """A visit."""

    house: str
    seen_at: datetime
    found: list[FoundSaid]


class PatrolSaid(_Said):
    """A part of a patrol; points are `[instant, longitude, latitude]`."""

    patrol: str = Field(pattern=r"^[A-Za-z0-9-]{8,64}$")
    points: list[tuple[datetime, float, float]]
    ended_at: datetime | None = None


def _report(opened: Opened, actor: Actor, at: datetime, handset: "Handset") -> Mapping[str, Any]:
    said: ReportSaid = opened.said
    report = NewReport(
        key=opened.key,
        channel=Channel.WORKER,
        description=said.description,
        class_code=said.class_code,
        longitude=said.longitude,
        latitude=said.latitude,
        datum="wgs84",
        address=said.address,
        observed_at=min(said.observed_at, at),
        photos=opened.photos,
        urgent=said.urgent,
        confirms=said.confirms,
        handset=handset.number,
    )
    done = report_incident(report=report, sender=f"account:{actor.ref}", actor=actor, at=at)
    number = done.incident.number
    if done.joined:
        words = {"zh": f"已并入 {number}。", "en": f"Joined to {number}."}
    else:
        words = {"zh": f"已收到，编号 {number}。", "en": f"Taken; its number is {number}."}
    return {"number": number, **words}


STEPS: Final[Mapping[tuple[str, str], Callable[..., Any]]] = {
    ("verify", "confirmed"): partial(verify_incident, found=True),
    ("verify", "not_found"): partial(verify_incident, found=False),
    ("check", "passed"): partial(check_incident, passed=True),
    ("check", "failed"): partial(check_incident, passed=False),
}
"""What a worker does at each step, by its end."""


def _step(opened: Opened, actor: Actor, at: datetime, handset: "Handset") -> Mapping[str, Any]:
    said: StepSaid = opened.said
    do = STEPS.get((said.step, said.outcome))
    if do is None:
        raise NotAsAsked
    # The very step that he saw: one that came back since is another, to be seen to anew.
    if not live_steps_about([f"incident:{said.incident}"]).filter(number=said.item).exists():
        raise TaskGone(number=said.incident)
    do(said.incident, said=said.note, photos=opened.photos, actor=actor, at=at)
    return {"number": said.incident, "zh": f"{said.incident} 已办理。", "en": f"{said.incident} is done."}


def _visit(opened: Opened, actor: Actor, at: datetime, handset: "Handset") -> Mapping[str, Any]:
    said: VisitSaid = opened.said
    found = [Found(what=one.what, person_key=one.person, values=one.values) for one in said.found]
    visit = record_visit(
        worker=handset.worker,
        key=opened.key,
        house=said.house,
        found=found,
        seen_at=said.seen_at,
        actor=actor,
        at=at,
    )
    tickets = visit.findings.exclude(correction="").count()
    words = {
        "zh": f"走访已记录；{tickets} 处不同已转有关部门核实。",
        "en": f"The visit is recorded; {tickets} differences went to the departments.",
    }
    return {"number": visit.number, **words}


def _patrol(opened: Opened, actor: Actor, at: datetime, handset: "Handset") -> Mapping[str, Any]:
    said: PatrolSaid = opened.said
    points = [Passed(when, Point(longitude, latitude)) for when, longitude, latitude in said.points]
    patrol = record_patrol(
        worker=handset.worker, key=said.patrol, points=points, ended_at=said.ended_at, actor=actor, at=at
    )
    return {"number": patrol.number, "zh": "巡查轨迹已收到。", "en": "The track was taken."}


Act = Callable[[Opened, Actor, datetime, "Handset"], Mapping[str, Any]]
ACTS: Final[Mapping[str, Act]] = {"report": _report, "step": _step, "visit": _visit, "patrol": _patrol}
FORMS: Final[Mapping[str, type[_Said]]] = {
    "report": ReportSaid,
    "step": StepSaid,
    "visit": VisitSaid,
    "patrol": PatrolSaid,
}
