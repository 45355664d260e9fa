"""What is declared of notices: `notices.yaml` of every app says what is told of, `channels.yaml` of the city how."""

import re
from collections.abc import Mapping
from datetime import time, timedelta
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from string import Formatter
from typing import Annotated, Final

from django.conf import settings
from pydantic import Field, RootModel, field_validator

from huimin.kernel.declarations import Declaration, load
from huimin.kernel.refusals import NotFound
from huimin.platform.journal.events import Fact
from huimin.platform.notifications.rules import LONGEST_SMS, Channel, Quiet, Rate

STANDARD: Final = Path(__file__).with_name("channels.yaml")
LEFT_FOR_VALUES: Final = 26
"""Characters of a text message that its values may take: a service's name, a case's number."""
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]


class NoSuchNotice(NotFound):
    """No table declares a notice of this code."""

    zh = "没有这种通知。"
    en = "There is no such notice."


class Words(Declaration):
    """The same in both languages, perhaps with `{placeholders}`."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def text(self, language: str) -> str:
        """The words in that language."""
        return self.en if language.startswith("en") else self.zh

    def filled(self, language: str, values: Mapping[str, str]) -> str:
        """The words with their values. Raises KeyError for one that is not given."""
        return self.text(language).format(**values)

    @property
    def names(self) -> frozenset[str]:
        """What the placeholders ask for."""
        said = (name for text in (self.zh, self.en) for _, name, _, _ in Formatter().parse(text) if name)
        return frozenset(said)


class Notice(Declaration):
    """A row of a table: the fact that is told of and the values of its fields that matter; the words; the ways beside the pages.

    Without `fact` a job of the app tells it. `official`: in the pages whatever its reader wishes. `urgent`: at night too, and at once.
    `sms`: at most 70 characters with its values.
    """

    topic: Code
    fact: str = ""
    when: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    official: bool = False
    urgent: bool = False
    subject: Words
    text: Words
    sms: Words | None = None

    @field_validator("sms")
    @classmethod
    def _one_message(cls, sms: Words | None) -> Words | None:
        """What stands around the values leaves them room."""
        if sms and any(
            len(re.sub(r"\{[^}]*\}", "", text)) > LONGEST_SMS - LEFT_FOR_VALUES for text in (sms.zh, sms.en)
        ):
            raise ValueError(f"a text message has {LONGEST_SMS} characters, {LEFT_FOR_VALUES} of them for its values")
        return sms

    def tells_of(self, fact: Fact) -> bool:
        """Whether this fact is told by this row."""
        return fact.kind == self.fact and all(str(getattr(fact, name)) in said for name, said in self.when.items())

    @property
    def ways(self) -> tuple[Channel, ...]:
        """The ways beside the pages: an e-mail always, a text message where it has words."""
        return (Channel.EMAIL, Channel.SMS) if self.sms else (Channel.EMAIL,)


class NoticesFile(RootModel[dict[Code, Notice]]):
    """`notices.yaml`: notices by code."""


class QuietHours(Declaration):
    """From when to when (exclusive), local time."""

    begins: str
    ends: str

    @field_validator("begins", "ends")
    @classmethod
    def _a_time(cls, text: str) -> str:
        if not _CLOCK.fullmatch(text):
            raise ValueError("a time of day, as 22:00")
        return text


class RateLimit(Declaration):
    """At most so many messages to one person in so many minutes."""

    most: int = Field(ge=1, le=1000)
    minutes: int = Field(ge=1, le=10_080)


class Topic(Declaration):
    """What a reader may wish to be told of, or not."""

    names: Words
    hint: Words


class ChannelsFile(Declaration):
    """`channels.yaml`: when and how often people are reached, and the topics among which they choose."""

    quiet: QuietHours
    email: RateLimit
    sms: RateLimit
    topics: dict[Code, Topic]

    @property
    def quiet_hours(self) -> Quiet:
        """The night, as the rules take it."""
        return Quiet(time.fromisoformat(self.quiet.begins), time.fromisoformat(self.quiet.ends))

    def rate(self, channel: Channel) -> Rate:
        """How much one person gets by this way."""
        limit = {Channel.EMAIL: self.email, Channel.SMS: self.sms}[channel]
        return Rate(limit.most, timedelta(minutes=limit.minutes))


@lru_cache(maxsize=4)
def _read(path: Path) -> ChannelsFile:
    return load(ChannelsFile, path)


def channels() -> ChannelsFile:
    """The city's, or what comes with the house. Raises DeclarationWrong."""
    own = Path(settings.CITIES) / settings.CITY / "channels.yaml"
    return _read(own if own.is_file() else STANDARD)


@cache
def tables() -> Mapping[Path, Mapping[str, Notice]]:
    """Every app's table by its path. Raises DeclarationWrong."""
    found = {}
    for app in settings.HUIMIN_APPS:
        spec = find_spec(app)
        path = Path(spec.origin or "").with_name("notices.yaml") if spec else None
        if path and path.is_file():
            found[path] = load(NoticesFile, path).root
    return found


@cache
def notices() -> Mapping[str, Notice]:
    """Every notice of every table, by code."""
    return {code: notice for table in tables().values() for code, notice in table.items()}


def notices_of_topic(topic: str) -> list[Notice]:
    """Those among which a reader chooses by the topic."""
    return [notice for notice in notices().values() if notice.topic == topic]


def get_notice(code: str) -> Notice:
    """The notice of this code. Raises NoSuchNotice."""
    if notice := notices().get(code):
        return notice
    raise NoSuchNotice


@cache
def _codes_by_fact() -> Mapping[str, tuple[str, ...]]:
    kinds = {notice.fact for notice in notices().values() if notice.fact}
    return {kind: tuple(code for code, notice in notices().items() if notice.fact == kind) for kind in kinds}


def notices_of(fact: Fact) -> list[str]:
    """The codes of the notices that tell of this fact; mostly none."""
    return [code for code in _codes_by_fact().get(fact.kind, ()) if notices()[code].tells_of(fact)]
