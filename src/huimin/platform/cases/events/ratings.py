"""What applicants say of how it went, and what could not be got done."""

from dataclasses import dataclass

from huimin.platform.journal.events import Fact


@dataclass(frozen=True, kw_only=True)
class RatingFact(Fact):
    """Something happened to a rating. Published only as one of its subclasses; its subject is `rating:<number>`.

    Neither the case nor its applicant is named, and the actor is the system wherever the rater acted: who rated is told to nobody.
    """

    service: str
    department: str


@dataclass(frozen=True, kw_only=True)
class CaseRated(RatingFact):
    """A case that had ended was rated: 1 (very satisfied) to 5 (very dissatisfied), GB/T 39735."""

    level: int
    channel: str

    zh = "评价：{level} 级"
    en = "Rated {level}"


@dataclass(frozen=True, kw_only=True)
class RatingSupplemented(RatingFact):
    """The rater added to what he had said (追评)."""

    zh = "追加评价"
    en = "The rating was supplemented"


@dataclass(frozen=True, kw_only=True)
class BadRatingTaken(RatingFact):
    """The loop after a bad rating came to a step: `open`, `dismissed`, `objected`, `verified`, `answered`, `unhappy`, `closed`."""

    step: str

    zh = "差评处理：{step}"
    en = "Bad rating: {step}"


@dataclass(frozen=True, kw_only=True)
class RaterAnswered(RatingFact):
    """The rater said how satisfied he is after the answer."""

    level: int

    zh = "评价人答复后满意度：{level} 级"
    en = "The rater says {level} after the answer"


@dataclass(frozen=True, kw_only=True)
class RatedCaseShown(RatingFact):
    """Who verifies a bad rating saw which case it is about; published before it is shown. `case_ref` is the case's number."""

    zh = "核实人查看了被评办件"
    en = "Who verifies saw which case was rated"


@dataclass(frozen=True, kw_only=True)
class StuckFact(Fact):
    """Something happened to a matter that somebody could not get done. Only as one of its subclasses; its subject is `stuck:<number>`."""

    service: str
    department: str
    applicant: str


@dataclass(frozen=True, kw_only=True)
class StuckMatterSaid(StuckFact):
    """Somebody said at the counter what he could not get done; `about` is the case that failed, if there was one."""

    matter: str
    about: str = ""

    zh = "反映办不成事"
    en = "Said that it could not be got done"


@dataclass(frozen=True, kw_only=True)
class StuckMatterTaken(StuckFact):
    """A matter came to another step: `open`, `settling`, `telling`, `answered`, `reopened`, `closed`; `answered`: the person has an answer
    that he has not read.
    """

    step: str
    answered: bool

    zh = "办不成事：{step}"
    en = "Could not get it done: {step}"


@dataclass(frozen=True, kw_only=True)
class StuckMatterLookedAt(StuckFact):
    """An official opened a matter, which shows what the person wrote; published before it is shown."""

    zh = "查看办不成事反映"
    en = "The matter was looked at"
