"""Golden values with their source, date and standing, worked out from the delivered rows by the city's data agreement. Labels only.

Candidates are each resource's latest valid value among its current rows; the order of authorities chooses; a field is disputed when
the chosen value and the other resources' values inside of the field's window are not all the same.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa

from huimin.platform.exchange.declarations import Column, Source
from huimin.tooling.synth import damage, reading

Identity: Final = str


@dataclass(frozen=True)
class Field:
    """One registry field: its order of authorities, its reader, what makes two values the same, its window in days (None: no end)."""

    authorities: tuple[str, ...]
    read: Callable[[str], str | None]
    same: Callable[[str], str] = Identity
    window: int | None = None


_POLICE: Final = ("police.population", "police.migrants")
_YEAR, _THREE_YEARS = 365, 1095

PEOPLE: Final[Mapping[str, Field]] = MappingProxyType(
    {
        "citizen_id": Field(_POLICE, reading.citizen_number),
        "name": Field(_POLICE, reading.name, reading.same_name),
        "sex": Field(_POLICE, reading.sex),
        "birth_date": Field(_POLICE, reading.date),
        "ethnicity": Field(_POLICE, reading.ethnicity),
        "marital_status": Field(
            ("civil.marriage", "police.population"), reading.marital_status, lambda code: code[0], _THREE_YEARS
        ),
        "education": Field(
            ("hrss.insured", "police.population"), reading.education, lambda code: code[0], _THREE_YEARS
        ),
        "hukou_address": Field(_POLICE, reading.address, reading.same_address, _THREE_YEARS),
        "residence_address": Field(("grid.visits", "police.migrants"), reading.address, reading.same_address, _YEAR),
        "phone": Field((), reading.phone, Identity, _YEAR),
        "employer_name": Field(("hrss.insured", "fund.members"), reading.words, Identity, _YEAR),
        "employer_uscc": Field(("hrss.insured", "fund.members"), reading.credit_code, Identity, _YEAR),
        "disability_level": Field(("disabled.persons", "civil.lowincome"), reading.level, Identity, _THREE_YEARS),
    }
)
ORGANISATIONS: Final[Mapping[str, Field]] = MappingProxyType(
    {
        name: Field(("market.entities", "staffing.institutions"), read, same)
        for name, read, same in (
            ("uscc", reading.credit_code, Identity),
            ("name", reading.words, Identity),
            ("org_type", reading.words, Identity),
            ("status", reading.words, Identity),
            ("legal_representative", reading.name, reading.same_name),
            ("address", reading.address, reading.same_address),
            ("industry", reading.industry, Identity),
            ("registered_capital", reading.amount, Identity),
        )
    }
)
DECEASED: Final = "deceased"


class Said(NamedTuple):
    """A resource's latest valid value about somebody: the day and the values of that day."""

    day: int
    values: tuple[str, ...]


def texts(table: Any, mapping: Column | None) -> list[str | None] | None:
    """What a resource says of an item, in the codes of the agreement; None where it says nothing."""
    if mapping is None:
        return None
    if mapping.constant is not None:
        return [mapping.constant] * int(table.num_rows)
    values: list[str | None] = table[mapping.source].to_pylist()
    if mapping.part is not None:
        first, length = mapping.part
        values = [value[first - 1 : first - 1 + length] if value else value for value in values]
    for other, wanted in (mapping.when or {}).items():
        values = [
            value if told == wanted else None for value, told in zip(values, table[other].to_pylist(), strict=True)
        ]
    if mapping.codes is not None:
        codes = mapping.codes
        values = [codes.get(value) if value else None for value in values]
    if mapping.divide is not None:
        values = [str(float(value) / mapping.divide) if value else None for value in values]
    return values


def collect(
    said: dict[tuple[int, str], dict[str, Said]],
    resource: str,
    source: Source,
    table: Any,
    fields: Mapping[str, Field],
    *,
    key: str,
    numbers: Mapping[int, str],
    today: int,
) -> None:
    """Add one resource's current rows: for each subject and field its latest valid values. `numbers` are people's own."""
    subjects, days = table[key].to_pylist(), table[damage.AS_OF].to_pylist()
    for name, field in fields.items():
        values = texts(table, source.column(name))
        if values is None:
            continue
        for subject, day, value in zip(subjects, days, values, strict=True):
            if subject < 0 or not value or (read := field.read(value)) is None:
                continue
            if name == "citizen_id" and numbers.get(subject) != read:
                continue  # a valid number, but another's or a former one
            if name == "birth_date" and read > _iso(today):
                continue  # a day, but nobody can be born on it yet
            held = said[subject, name].get(resource)
            if held is None or day > held.day:
                said[subject, name][resource] = Said(day, (read,))
            elif day == held.day and read not in held.values:
                said[subject, name][resource] = Said(day, (*held.values, read))


def chosen(field: Field, said: Mapping[str, Said]) -> list[tuple[str, str, int]]:
    """The right answers, as value, resource and day: those of the first authority that has one, else all of the freshest day."""
    for authority in field.authorities:
        if authority in said:
            return [(value, authority, said[authority].day) for value in said[authority].values]
    freshest = max((one.day for one in said.values()), default=0)
    return sorted(
        (value, resource, one.day) for resource, one in said.items() if one.day == freshest for value in one.values
    )


def disputed(field: Field, said: Mapping[str, Said], answers: Iterable[tuple[str, str, int]], *, today: int) -> bool:
    """Whether the chosen value and those inside of the window differ."""
    voices = {field.same(value) for value, _, _ in list(answers)[:1]}
    for one in said.values():
        if field.window is None or one.day >= today - field.window:
            voices |= {field.same(value) for value in one.values[:1]}
    return len(voices) > 1


def _iso(day: int) -> str:
    return str(np.datetime64(int(day), "D"))


def _row(uid: str, name: str, answers: list[tuple[str, str, int]], is_disputed: bool) -> dict[str, Any]:
    first = answers[0] if answers else None
    return {
        "uid": uid,
        "field": name,
        "expected": first[0] if first else None,
        "source": first[1] if first else None,
        "as_of": _iso(first[2]) if first else None,
        "accepted": json.dumps([[value, resource] for value, resource, _ in answers], ensure_ascii=False),
        "disputed": is_disputed,
    }


def _death(said: Mapping[str, Said], police: tuple[int, str] | None) -> tuple[list[tuple[str, str, int]], bool]:
    """Death certificates, then the police's cancellation; disputed where the police still say otherwise afterwards."""
    certificate = said.get("health.deaths")
    if certificate:
        return [("True", "health.deaths", certificate.day)], bool(
            police and police[1] == "false" and police[0] > certificate.day
        )
    if police and police[1] == "true":
        return [("True", "police.population", police[0])], False
    return [], False


SCHEMA: Final = pa.schema(
    [(name, pa.string()) for name in ("uid", "field", "expected", "source", "as_of", "accepted")]
    + [("disputed", pa.bool_())]
)


def golden_people(
    current: Mapping[str, Any],
    sources: Mapping[str, Source],
    numbers: Mapping[int, str],
    uid: Callable[[int], str],
    *,
    today: int,
) -> Any:
    """Golden values of everybody whom some current row is about; `current` has each resource's current rows."""
    said: dict[tuple[int, str], dict[str, Said]] = defaultdict(dict)
    subjects: set[int] = set()
    police: dict[int, tuple[int, str]] = {}
    dead: dict[int, dict[str, Said]] = defaultdict(dict)
    for resource, table in current.items():
        subjects.update(subject for subject in table[damage.WHO].to_pylist() if subject >= 0)
        collect(said, resource, sources[resource], table, PEOPLE, key=damage.WHO, numbers=numbers, today=today)
        told = texts(table, sources[resource].column(DECEASED)) or []
        for subject, day, value in zip(
            table[damage.WHO].to_pylist(), table[damage.AS_OF].to_pylist(), told, strict=False
        ):
            if value and resource == "health.deaths":
                dead[subject][resource] = Said(day, (value,))
            elif value and day >= police.get(subject, (-(10**9), ""))[0]:
                police[subject] = (day, value)
    rows = []
    for subject in sorted(subjects):
        for name, field in PEOPLE.items():
            values = said.get((subject, name), {})
            answers = chosen(field, values)
            rows.append(_row(uid(subject), name, answers, disputed(field, values, answers, today=today)))
        rows.append(_row(uid(subject), DECEASED, *_death(dead[subject], police.get(subject))))
    return pa.Table.from_pylist(rows, SCHEMA)


def golden_organisations(
    current: Mapping[str, Any], sources: Mapping[str, Source], uid: Callable[[int], str], *, today: int
) -> Any:
    """Golden values of every organisation in a register of its own kind or the tax office's."""
    said: dict[tuple[int, str], dict[str, Said]] = defaultdict(dict)
    subjects: set[int] = set()
    for resource, table in current.items():
        subjects.update(subject for subject in table[damage.ORGANISATION].to_pylist() if subject >= 0)
        if resource in ("market.entities", "staffing.institutions", "tax.payers"):
            collect(
                said,
                resource,
                sources[resource],
                table,
                ORGANISATIONS,
                key=damage.ORGANISATION,
                numbers={},
                today=today,
            )
    rows = []
    for subject in sorted(subjects):
        for name, field in ORGANISATIONS.items():
            values = said.get((subject, name), {})
            answers = chosen(field, values)
            rows.append(_row(uid(subject), name, answers, disputed(field, values, answers, today=today)))
    return pa.Table.from_pylist(rows, SCHEMA)
