"""Eligibility: the same conditions on the same engine decide one person and scan the registry.

A condition is TRUE, FALSE or NULL; NULL (unknown or disputed) is maybe. All must hold.
"""

import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, Literal

import duckdb
from django.conf import settings

from huimin.platform.catalogue.declarations.eligibility import PARAMETER, Eligible
from huimin.platform.catalogue.declarations.forms import Party
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.catalogue.rules.situations import parameters_of
from huimin.platform.exchange.lake import engine
from huimin.platform.registries.declarations import authority, city
from huimin.platform.registries.exports import NotBuilt, export_known
from huimin.platform.registries.fields import fields_of
from huimin.platform.registries.queries.lookup import find_row_of
from huimin.platform.registries.questions import DIVISION, DIVISION_FIELDS, ENGINE_TYPE
from huimin.platform.registries.records import builds, latest_build
from huimin.platform.registries.rules import GoldenValue, golden_values

Answer = Literal["yes", "no", "maybe"]
Values = Mapping[str, str | None]
"""Registry field → value; None where it is disputed; absent where nobody says anything. `division` is one of them."""
KINDS: Final[Mapping[str, str]] = {"on": "DATE", "city": "VARCHAR"}
WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one condition says of one party: True, False, or None where it cannot be told."""

    condition: Eligible
    holds: bool | None


@dataclass(frozen=True, slots=True)
class Found:
    """What all conditions say together: no if one says no, maybe if one cannot be told, else yes."""

    verdicts: tuple[Verdict, ...]

    @property
    def answer(self) -> Answer:
        """The three-valued answer."""
        said = {verdict.holds for verdict in self.verdicts}
        return "no" if False in said else "maybe" if None in said else "yes"

    @property
    def open(self) -> tuple[Verdict, ...]:
        """The conditions that make it no, or else those that make it maybe: their sentences are the reasons."""
        decisive = False if self.answer == "no" else None
        return tuple(verdict for verdict in self.verdicts if verdict.holds is decisive)


def _registry(service: Service, party: str) -> str:
    found = service.form.party(party)
    return found.registry if found else "people"


def applying_party(service: Service) -> Party:
    """Who applies: the first party, or the one called the applicant where the first is not known yet (a newborn, a firm to be)."""
    return service.form.applying


def bound(condition: Eligible, owner: str = "") -> str:
    """The condition's text with its parameters as the engine takes them; those of the service's own begin with `owner`."""
    return _bound(condition.rule, owner)


@lru_cache(maxsize=4096)
def _bound(rule: str, owner: str) -> str:
    def cast(found: re.Match[str]) -> str:
        name = found[1]
        return f"CAST(${name if name in KINDS else owner + name} AS {KINDS.get(name, 'BIGINT')})"

    return PARAMETER.sub(cast, rule)


def given_to(service: Service, conditions: tuple[Eligible, ...], on: date) -> dict[str, Any]:
    """The parameters that these conditions name (the engine refuses others): the day, the city, the service's own."""
    known = {"on": on, "city": city().division[:4], **parameters_of(service.item)}
    named = frozenset[str]().union(*(condition.parameters for condition in conditions))
    return {name: known[name] for name in named}


@cache
def _bench() -> duckdb.DuckDBPyConnection:
    """An empty engine, kept: conditions see nothing but the values that they are given."""
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    connection.execute("SET enable_external_access = false")
    return connection


_HAND: Final = threading.local()


def _asked(text: str, given: Mapping[str, Any]) -> tuple[Any, ...]:
    """The one row that a question without tables gives: parsed once, and run as written, since one row is not worth optimising for."""
    cursor = getattr(_HAND, "cursor", None)
    if cursor is None:
        cursor = _HAND.cursor = _bench().cursor()
        cursor.execute("PRAGMA disable_optimizer")
    row: tuple[Any, ...] = cursor.execute(_parsed(text), given).fetchall()[0]
    return row


@lru_cache(maxsize=512)
def _parsed(text: str) -> duckdb.Statement:
    (statement,) = _bench().cursor().extract_statements(text)
    return statement


def _row(registry: str, values: Values, given: dict[str, Any], said: str) -> str:
    """One row of the registry as the engine's FROM clause, with the columns that `said` names; its values are added to the parameters."""
    policies, (named, row) = getattr(authority(), registry), _row_named(registry, said)
    given |= {f"field_{field}": values[field] if field in values else policies[field].absent for field in named}
    given[f"field_{DIVISION}"] = values.get(DIVISION)
    return row


@lru_cache(maxsize=512)
def _row_named(registry: str, said: str) -> tuple[tuple[str, ...], str]:
    """The fields that conditions name, and the row that has them."""
    words, kinds = frozenset(WORD.findall(said)), fields_of(registry)
    named = tuple(field for field in kinds if field in words)
    columns = [f"CAST($field_{one} AS {ENGINE_TYPE.get(kinds[one].kind, 'VARCHAR')}) AS {one}" for one in named]
    return named, f"(SELECT {', '.join([*columns, f'CAST($field_{DIVISION} AS VARCHAR) AS {DIVISION}'])})"


def decide_values(service: Service, parties: Mapping[str, Values], *, on: date) -> Found:
    """What the conditions say of these parties' values on this day. A party that is not given is unknown."""
    verdicts: list[Verdict] = []
    eligibility = service.eligibility
    for party in eligibility.parties if eligibility else ():
        conditions = eligibility.about(party) if eligibility else ()
        given = given_to(service, conditions, on)
        said = ", ".join(f"({bound(condition)})" for condition in conditions)
        row = _row(_registry(service, party), parties.get(party, {}), given, said)
        answers = _asked(f"SELECT {said} FROM {row}", given)
        verdicts += [Verdict(condition, answer) for condition, answer in zip(conditions, answers, strict=True)]
    return Found(tuple(verdicts))


def decide_services(services: Iterable[Service], registry: str, values: Values, *, on: date) -> dict[str, Found]:
    """What the conditions of all these services say of one who would apply for them, in one pass of the engine; by the service's code.

    Conditions about other parties (a spouse) cannot be told. `values` are those of a person or organisation, as `registry` says.
    """
    conditions = [
        (service, condition)
        for service in services
        for condition in (service.eligibility.conditions if service.eligibility else ())
    ]
    given: dict[str, Any] = {}
    said = ["NULL"]  # so that there is something to ask also where nothing can be told
    place: dict[tuple[str, str], int] = {}
    for service, condition in conditions:
        party = applying_party(service)
        if condition.of != party.code or party.registry != registry:
            continue
        owner = f"{service.code}__"
        parameters = given_to(service, (condition,), on)
        given |= {name if name in KINDS else owner + name: value for name, value in parameters.items()}
        place[service.code, condition.code] = len(said)
        said.append(f"({bound(condition, owner)})")
    asked = ", ".join(said)
    row = _row(registry, values, given, asked)
    answers = _asked(f"SELECT {asked} FROM {row}", given)
    found: dict[str, list[Verdict]] = {}
    for service, condition in conditions:
        where = place.get((service.code, condition.code), 0)
        found.setdefault(service.code, []).append(Verdict(condition, answers[where]))
    return {code: Found(tuple(verdicts)) for code, verdicts in found.items()}


def decide(service: Service, people: Mapping[str, str], *, on: date) -> Found:
    """What the conditions say of these parties as the serving registry has them today. `people`: party → registry key.

    This is no look: the caller shows only what the reader may see. A party without a key, or whom nobody knows, is unknown.
    """
    parties: dict[str, Values] = {}
    for party, key in people.items():
        registry = _registry(service, party)
        row = find_row_of(registry, key)
        if row is not None:
            parties[party] = values_of_row(registry, row.stored, row.division)
    return decide_values(service, parties, on=on)


def values_of_row(registry: str, stored: str, division: str) -> dict[str, str | None]:
    """As `values_of`, of a serving row's golden values as JSON."""
    return values_of(registry, golden_values(stored), division)


def values_of(registry: str, golden: Mapping[str, GoldenValue], division: str) -> dict[str, str | None]:
    """Golden values and the district as conditions see them: what is disputed is not known."""
    found = {field: None if value.is_disputed else value.value for field, value in golden.items()}
    said = next((golden[field] for field in DIVISION_FIELDS[registry] if field in golden), None)
    found[DIVISION] = None if said is None or said.is_disputed else division
    return found


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan of the registry: keys for which all conditions hold, and those for which they may, with the conditions left open."""

    yes: tuple[str, ...]
    maybe: tuple[tuple[str, tuple[str, ...]], ...]
    scanned: int


def known_file(registry: str) -> Path:
    """The registry of the latest build as conditions see it, written once for each build. Raises NotBuilt."""
    build = latest_build()
    if build is None:
        raise NotBuilt
    path = builds() / build.folder / f"{registry}_known.parquet"
    if not path.exists():
        # Written aside and moved: whoever looks meanwhile sees a whole file or none.
        aside = path.with_name(f"{registry}_known.writing.parquet")
        export_known(registry, aside)
        aside.rename(path)
    return path


def scan_statement(service: Service, source: str) -> str:
    """The query that finds everybody for whom no condition says no: the key, and a bit for each condition that cannot be told.

    `source` is what the engine reads from: columns as `registries.exports.export_known` writes them.
    """
    conditions = service.eligibility.conditions if service.eligibility else ()
    texts = [bound(condition) for condition in conditions]
    left = " + ".join(f"CASE WHEN ({text}) IS NULL THEN {1 << number} ELSE 0 END" for number, text in enumerate(texts))
    kept = " AND ".join(f"({text}) IS NOT FALSE" for text in texts)
    return f"SELECT key, CAST({left or '0'} AS INTEGER) AS untold FROM {source} WHERE {kept or 'TRUE'}"


def scan(service: Service, *, on: date) -> Scan:
    """Everybody of the registry who may have the service on this day, by the very text that decides one person.

    The service's conditions speak of one party (checked at start). Raises NotBuilt.
    """
    conditions = service.eligibility.conditions if service.eligibility else ()
    registry = _registry(service, conditions[0].of) if conditions else "people"
    with engine.connect(Path(settings.HOME) / "spill", macros=False) as connection:
        return scan_file(service, known_file(registry), connection, on=on)


def scan_file(service: Service, path: Path, connection: duckdb.DuckDBPyConnection, *, on: date) -> Scan:
    """The scan of one file, as `registries.exports.export_known` writes it."""
    conditions = service.eligibility.conditions if service.eligibility else ()
    source = f"read_parquet('{engine.text(path)}')"
    (scanned,) = engine.one(connection, f"SELECT count(*) FROM {source}")
    given = given_to(service, conditions, on)
    table = connection.execute(scan_statement(service, source), given).fetchnumpy()
    keys, untold = table["key"], table["untold"]
    told = untold == 0
    maybe = tuple(
        (key, tuple(one.code for number, one in enumerate(conditions) if bits >> number & 1))
        for key, bits in zip(keys[~told].tolist(), untold[~told].tolist(), strict=True)
    )
    return Scan(tuple(keys[told].tolist()), maybe, int(scanned))
