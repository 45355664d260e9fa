"""What the doors announce: calls of the hotline, clients of Open311, what goes to a neighbour, what was learned."""

from dataclasses import dataclass

from huimin.platform.journal.events import Fact


@dataclass(frozen=True, kw_only=True)
class CallFact(Fact):
    """Something about a call to the hotline (`call:<number>`). `department` has to answer for it, the first that received it."""

    department: str = ""


@dataclass(frozen=True, kw_only=True)
class CallTicketed(CallFact):
    """A call became a ticket: an incident by the channel of the hotline. `limit` is the kind of time within which the caller hears back."""

    incident: str
    limit: str
    zh = "热线登记为工单"
    en = "The hotline took a ticket"


@dataclass(frozen=True, kw_only=True)
class CallAnswered(CallFact):
    """A question was answered at once; `service` is the guide that the answer cites, if it cites one."""

    category: str
    service: str = ""
    zh = "热线当场答复"
    en = "The hotline answered at once"


@dataclass(frozen=True, kw_only=True)
class CallerToldBack(CallFact):
    """The caller was told what became of it, in time or not."""

    limit: str
    in_time: bool
    zh = "已向来电人反馈"
    en = "The caller was told"


@dataclass(frozen=True, kw_only=True)
class FirstReceiverSet(CallFact):
    """The department that first received the ticket: it answers for it to the end, whoever works on it later (首接负责)."""


@dataclass(frozen=True, kw_only=True)
class CallBackOpened(CallFact):
    """The matter is over: the caller is to be asked how it went."""


@dataclass(frozen=True, kw_only=True)
class CallBackTried(CallFact):
    """The caller was rung and not reached; `tries` so often by now. `over` when it is given up."""

    tries: int
    over: bool


@dataclass(frozen=True, kw_only=True)
class CallerSurveyed(CallFact):
    """The caller said whether it is resolved, and how satisfied he is (1 very satisfied … 5 very dissatisfied)."""

    resolved: bool
    satisfied: int
    zh = "回访完成"
    en = "The caller was called back"


@dataclass(frozen=True, kw_only=True)
class CallerShown(CallFact):
    """Somebody at the desk saw the caller's whole number, to ring it."""


@dataclass(frozen=True, kw_only=True)
class Open311ClientRegistered(Fact):
    """A client of Open311 got its key; the subject is `open311:<public id>`."""


@dataclass(frozen=True, kw_only=True)
class Open311ClientClosed(Fact):
    """The key of a client of Open311 holds no more."""


@dataclass(frozen=True, kw_only=True)
class IncidentForwarded(Fact):
    """An incident is handed to a neighbour's Open311 endpoint; the subject is the incident."""

    neighbour: str
    zh = "转给相邻地区办理"
    en = "Handed to a neighbour"


@dataclass(frozen=True, kw_only=True)
class NeighbourAnswered(Fact):
    """The neighbour said how it stands there: `sent` once taken in, `open`, `closed`, or `failed` where it was given up."""

    neighbour: str
    standing: str
    zh = "相邻地区有回音"
    en = "The neighbour answered"


@dataclass(frozen=True, kw_only=True)
class ClassesLearned(Fact):
    """A model of classes was learned from closed incidents and is in force; the subject is `learned:<number>`."""

    texts: int
    tested: int
    first: int
    three: int


@dataclass(frozen=True, kw_only=True)
class SuggestionJudged(Fact):
    """Somebody settled the class of an incident for which one had been suggested; `place` 1 to 3 where it stood there, else 0."""

    edition: int
    place: int
