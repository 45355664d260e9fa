"""Facts of a small invented office, and who announces them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import ClassVar, Literal

from django.db import connection, transaction

from huimin.platform.journal import operations
from huimin.platform.journal.events import Fact
from huimin.platform.journal.models import Entry
from huimin.platform.journal.rules import Actor, Digest

OFFICIAL = Actor("account", "A7F3K2", post="police.desk")
NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
PERSON = "person:7QK2M9"


@dataclass(frozen=True, kw_only=True)
class PersonLookedUp(Fact):
    """An official looked at a person's data."""

    zh: ClassVar[str] = "因 {purpose} 查询"
    en: ClassVar[str] = "Looked up for {purpose}"
    purpose: str = "case"
    fields: tuple[str, ...] = ("name", "birth_date")


@dataclass(frozen=True, kw_only=True)
class EverythingHappened(Fact):
    """A fact with a field of every kind that may be."""

    code: str
    count: int
    was_so: bool
    on: date
    ended_at: datetime | None
    digest: Digest | None
    way: Literal["in", "out"]
    places: tuple[date, ...]


def look(subject: str = PERSON, **details: object) -> PersonLookedUp:
    return PersonLookedUp(subject=subject, **details)


def published(*facts: Fact, at: datetime = NOON) -> list[Entry]:
    with transaction.atomic():
        return operations.publish_many(facts, actor=OFFICIAL, at=at)


def without_guards() -> None:
    """What an attacker with the database's own password does first."""
    with connection.cursor() as cursor:
        for what in ("update", "delete"):
            on = " ON journal_entry" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER journal_entry_keep_{what}{on}")
