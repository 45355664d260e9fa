"""Finding one person or organisation: one raw keyed read, by number, by name and birth, or by credit code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Final

import duckdb
from django.conf import settings

from huimin.kernel.identifiers import CitizenId, Uscc
from huimin.kernel.refusals import BadInput, NotFound, Refusal
from huimin.platform.exchange.lake import engine
from huimin.platform.identity.declarations import this_city
from huimin.platform.identity.queries import grants_to, read_rows
from huimin.platform.journal.rules import Actor
from huimin.platform.registries.fields import ORGANISATIONS, PEOPLE, RESOURCE
from huimin.platform.registries.models import Organisation, Person
from huimin.platform.registries.queries.cards import Row

TABLE: Final = {PEOPLE: Person._meta.db_table, ORGANISATIONS: Organisation._meta.db_table}


class NobodyFound(NotFound):
    """Nobody of this number or name, or nobody whom the asker may see: the two are not told apart."""

    zh = "没有查到，或不在您的授权范围内。这次查询已记录。"
    en = "Nobody was found, or nobody whom you may see. The query has been recorded."


class SeveralFound(Refusal):
    """A name and a date of birth that several people share."""

    zh = "同名同日出生的不止一人，请改用公民身份号码查询。这次查询已记录。"
    en = "Several people share this name and date of birth; please ask by identity number. The query has been recorded."


class NameMissing(BadInput):
    """Asked by name without a name, or without a date of birth."""

    zh = "请填写姓名和出生日期，或者公民身份号码。"
    en = "Give the name and date of birth, or the identity number."


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked by, in comparable form: the columns that identify the row, and which fields one must be allowed to ask about."""

    registry: str
    by: str
    columns: Mapping[str, str | date]

    @property
    def fields(self) -> tuple[str, ...]:
        """The registry fields that are searched by."""
        return BY_FIELDS[self.by]

    @property
    def asked(self) -> str:
        """What was asked as one text, for its keyed digest."""
        return "\x1f".join(str(value) for value in self.columns.values())


BY_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "number": ("citizen_id",),
    "name_birth": ("name", "birth_date"),
    "uscc": ("uscc",),
}


def wanted_number(text: str) -> Wanted:
    """Ask by citizen number as typed. Raises the kernel's refusal for what is none."""
    return Wanted(registry=PEOPLE, by="number", columns={"number": CitizenId.parse(text)})


def wanted_name(name: str, born: date | None) -> Wanted:
    """Ask by name and date of birth. Raises NameMissing."""
    key = name_key(name)
    if not key or born is None:
        raise NameMissing(field="name")
    return Wanted(registry=PEOPLE, by="name_birth", columns={"name_key": key, "birth_date": born})


def wanted_uscc(text: str) -> Wanted:
    """Ask by unified social credit code as typed. Raises the kernel's refusal for what is none."""
    return Wanted(registry=ORGANISATIONS, by="uscc", columns={"number": Uscc.parse(text)})


def find_row(wanted: Wanted) -> Row | None:
    """The one row, or None. Raises SeveralFound. One statement on an index, without the ORM: this is the hot path."""
    conditions = " AND ".join(f'"{column}" = %s' for column in [*wanted.columns, "merged_into"])
    return _one(wanted.registry, conditions, [*wanted.columns.values(), ""])


def find_row_of(registry: str, key: str) -> Row | None:
    """The row of a key; where it was merged, the row that stands for it. One statement: every form and every lodging begins with it."""
    stands = f'SELECT COALESCE(NULLIF(merged_into, %s), "key") FROM {TABLE[registry]} WHERE "key" = %s'
    return _one(registry, f'"key" = ({stands})', ["", key])


def find_rows_of(registry: str, keys: Sequence[str]) -> dict[str, Row]:
    """The rows of several keys, by the key asked for; where one was merged, the row that stands for it. Two statements at most."""
    asked = {key: key for key in keys}
    rows = _several(registry, list(asked))
    merged = {key: row_and_into[1] for key, row_and_into in rows.items() if row_and_into[1]}
    if merged:
        rows |= _several(registry, list(merged.values()))
    return {key: rows[stands][0] for key in asked if (stands := merged.get(key, key)) in rows}


def _several(registry: str, keys: Sequence[str]) -> dict[str, tuple[Row, str]]:
    """Rows by key, each with the key that it was merged into, or nothing."""
    if not keys:
        return {}
    places = ", ".join(["%s"] * len(keys))
    statement = (
        f'SELECT "key", number, division, "values", merged_into FROM {TABLE[registry]} WHERE "key" IN ({places})'
    )
    return {
        row[0]: (Row(registry=registry, key=row[0], number=row[1], division=row[2], stored=row[3]), row[4])
        for row in read_rows(statement, list(keys))
    }


def _one(registry: str, conditions: str, parameters: list[str | date]) -> Row | None:
    statement = f'SELECT "key", number, division, "values" FROM {TABLE[registry]} WHERE {conditions} LIMIT 2'
    rows = read_rows(statement, parameters)
    if len(rows) > 1:
        raise SeveralFound
    return (
        Row(registry=registry, key=rows[0][0], number=rows[0][1], division=rows[0][2], stored=rows[0][3])
        if rows
        else None
    )


@cache
def reading_engine() -> duckdb.DuckDBPyConnection:
    """An engine with the macros of landing, kept for the life of the process; every call takes a cursor of its own."""
    return engine.connect(Path(settings.HOME) / "spill", threads=1)


def name_key(name: str) -> str:
    """The comparable form of a person's name, by the same macro as landing and linkage use; '' where nothing is left of it."""
    (key,) = reading_engine().cursor().execute("SELECT hm_name_key($1)", [name]).fetchall()[0]
    return key or ""


def purposes_of(actor: Actor, registry: str, at: datetime) -> list[str]:
    """The purposes for which the post acted in, or the calling system, may look at a registry, in the city's order."""
    own = grants_to(actor, at).filter(resource=RESOURCE[registry])
    held = {purpose for purposes in own.values_list("purposes", flat=True) for purpose in purposes}
    return [code for code in this_city().grants.purposes if code in held]
