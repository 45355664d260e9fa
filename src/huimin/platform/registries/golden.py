"""Golden values: a pure function of the current records, their links and the city's authority policy, as engine SQL.

For each subject and field: the latest valid value of the most authoritative source that has one, then the freshest of the rest; with its
source and day, who says the same, and who disputes it (design: docs/decisions/0007-golden-values.md). Every source has one latest word
on a field, so a subject is one wide row: the sources are joined side by side, and the choice is arithmetic within the row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from huimin.platform.exchange.declarations import ItemType, Resource
from huimin.platform.exchange.lake.engine import name, one, text
from huimin.platform.registries.declarations import FieldPolicy
from huimin.platform.registries.reading import Select

# Which column of an item is compared when two sources are held against each other; the value itself for all other types.
COMPARED = {
    ItemType.PERSON_NAME: "_key",
    ItemType.ADDRESS: "_key",
    ItemType.ORGANISATION_NAME: "_key",
    ItemType.HOLDER_NAME: "_key",
}
# Values of these types hold no sign that JSON would have to escape.
PLAIN = {
    ItemType.DATE,
    ItemType.COUNT,
    ItemType.NUMBER,
    ItemType.TRUTH,
    ItemType.CITIZEN_ID,
    ItemType.USCC,
    ItemType.PHONE,
    ItemType.CODE,
}
# A claim without a day is older than any other.
_NO_DAY = "DATE '0001-01-01'"


# A claim as a number, greatest for the golden one: how far up in the order of authorities, then its day, then its source's place.
_PLACES, _DAYS = 64, 1 << 24


@dataclass(frozen=True, kw_only=True)
class _Voice:
    """What one source says of one field: expressions over the wide row."""

    place: int
    code: str
    value: str
    alike: str
    day: str
    is_plain: bool


def _fed(resource: Resource, policies: Mapping[str, FieldPolicy]) -> dict[str, str]:
    """The fields that a resource has something to say about, with the item that says it."""
    return {field: item for field in policies if (item := resource.item_feeding(field))}


def _alike(resource: Resource, item: str, policy: FieldPolicy) -> str | None:
    """What of a value is compared with others', where that is not the value itself."""
    compared = f"CAST({name(item + COMPARED.get(resource.items[item].type, ''))} AS VARCHAR)"
    if policy.compare == "first_digit":
        return f"left({compared}, 1)"
    return compared if resource.items[item].type in COMPARED else None


def columns_said(resource: Resource, policies: Mapping[str, FieldPolicy]) -> list[str]:
    """SELECT expressions over a resource's records: the record's number and day, and each field's value and comparable form."""
    fed = _fed(resource, policies)
    if not fed:
        return []
    columns = ["record_id", "CAST(as_of AS DATE) AS day"]
    for field, item in fed.items():
        columns.append(f"CAST({name(item)} AS VARCHAR) AS {field}")
        if (alike := _alike(resource, item, policies[field])) is not None:
            # What is no value may have a comparable form all the same.
            columns.append(f"CASE WHEN {name(item)} IS NOT NULL THEN {alike} END AS {field}__alike")
    return columns


def _latest_words(connection: duckdb.DuckDBPyConnection, source: int, columns: Sequence[str]) -> bool:
    """Make `said_<source>` from `saying`, one row a subject; whether its days are by field (somebody is spoken of more than once)."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE several AS SELECT subject FROM saying GROUP BY subject HAVING count(*) > 1"
    )
    if one(connection, "SELECT count(*) FROM several") == (0,):
        connection.execute(f"DROP TABLE IF EXISTS said_{source}; ALTER TABLE saying RENAME TO said_{source}")
        return False
    fields = [column for column in columns if not column.endswith("__alike")]
    single = [*columns, *(f"day AS {field}__day" for field in fields)]
    latest, parts = [], []
    for field in fields:
        alike = f"{field}__alike" if f"{field}__alike" in columns else "NULL"
        latest.append(
            f"arg_max({{'value': {field}, 'alike': {alike}, 'day': day}}, {{'day': coalesce(day, {_NO_DAY}), 'value': {field}}})"
            f" FILTER ({field} IS NOT NULL) AS {field}"
        )
    for column in columns:
        field = column.removesuffix("__alike")
        parts.append(f"{field}.{'value' if field == column else 'alike'} AS {column}")
    parts += [f"{field}.day AS {field}__day" for field in fields]
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE said_{source} AS
        SELECT subject, {", ".join(single)} FROM saying WHERE subject NOT IN (SELECT subject FROM several)
        UNION ALL
        SELECT subject, {", ".join(parts)} FROM (
            SELECT subject, {", ".join(latest)} FROM saying WHERE subject IN (SELECT subject FROM several) GROUP BY subject)""")
    return True


def _voices(
    connection: duckdb.DuckDBPyConnection,
    *,
    table: str,
    resources: Mapping[int, Resource],
    policies: Mapping[str, FieldPolicy],
    select: Select,
    number_field: str,
) -> dict[str, list[_Voice]]:
    """Make `said_<source>`(subject, and of each field its value, comparable form and day) for every source that has anything to say;
    returns who speaks of which field, in the order of their codes.
    """
    voices: dict[str, list[_Voice]] = {field: [] for field in policies}
    for place, (source, resource) in enumerate(sorted(resources.items(), key=lambda found: found[1].code), start=1):
        columns = columns_said(resource, policies)
        records = columns and select(resource, columns)
        if not records:
            continue
        fed = _fed(resource, policies)
        # Another person's number, or a former one, says nothing about this person's number.
        own = (
            f" REPLACE (CASE WHEN {number_field} = number THEN {number_field} END AS {number_field})"
            if number_field in fed
            else ""
        )
        connection.execute(f"""
            CREATE OR REPLACE TEMP TABLE saying AS SELECT * EXCLUDE (number, record_id){own} FROM (
                SELECT n.subject, n.number, c.* FROM ({records}) AS c
                JOIN {table}_linked_now AS l ON l.source = {source} AND l.record_id = c.record_id
                JOIN {table}_now AS n ON n.subject = l.subject)""")
        kept = [column.rpartition(" AS ")[2] for column in columns[2:]]
        by_field = _latest_words(connection, source, kept)
        for field, item in fed.items():
            voices[field].append(
                _Voice(
                    place=place,
                    code=resource.code,
                    value=f"s{source}_{field}",
                    alike=f"s{source}_{field}__alike" if f"{field}__alike" in kept else f"s{source}_{field}",
                    day=f"s{source}_{field}__day" if by_field else f"s{source}_day",
                    is_plain=resource.items[item].type in PLAIN,
                )
            )
    return voices


def _choice(policy: FieldPolicy, voices: Sequence[_Voice]) -> str:
    """The greatest claim as a number, NULL where there is none to believe."""
    claims = []
    for voice in voices:
        rank = len(policy.authority) - policy.authority.index(voice.code) if voice.code in policy.authority else 0
        believed = (
            f"{voice.value} = '{text(policy.believed)}'"
            if policy.believed is not None
            else f"{voice.value} IS NOT NULL"
        )
        day = f"coalesce({voice.day} - {_NO_DAY}, 0)"
        claims.append(f"CASE WHEN {believed} THEN {rank * _DAYS * _PLACES + voice.place} + {day} * {_PLACES} END")
    return f"greatest({', '.join(claims)})" if len(claims) > 1 else claims[0]


def _by_place(field: str, voices: Sequence[_Voice], what: str) -> str:
    cases = " ".join(f"WHEN {voice.place} THEN {getattr(voice, what)}" for voice in voices)
    return f"CASE {field}__choice % {_PLACES} {cases} END"


def _claim(voice: _Voice) -> str:
    """One source's claim as the inside of a JSON list: source, value, day."""
    value = f"'\"', {voice.value}, '\"'" if voice.is_plain else f"CAST(to_json({voice.value}) AS VARCHAR)"
    return f"""concat(',["{voice.code}",', {value}, CASE WHEN {voice.day} IS NULL THEN ',null]' ELSE concat(',"', {voice.day}, '"]') END)"""


def _standing(field: str, policy: FieldPolicy, voices: Sequence[_Voice], reference_on: date) -> tuple[str, str]:
    """Who says the same, and who disputes it: both as the inside of a JSON list, '' where nobody does."""
    confirmed, disputed = [], []
    for voice in voices:
        other = f"{field}__choice % {_PLACES} <> {voice.place}"
        within = "TRUE"
        if policy.disputes == "later":
            within = f"coalesce({voice.day}, {_NO_DAY}) > coalesce({field}__as_of, {_NO_DAY})"
        elif policy.window_days is not None:
            within = f"{voice.day} >= DATE '{reference_on}' - {policy.window_days}"
        confirmed.append(f"CASE WHEN {voice.alike} = {field}__alike AND {other} THEN {_claim(voice)} END")
        disputed.append(f"CASE WHEN {voice.alike} <> {field}__alike AND {within} THEN {_claim(voice)} END")
    return f"concat({', '.join(confirmed)})", f"concat({', '.join(disputed)})"


def build(
    connection: duckdb.DuckDBPyConnection,
    *,
    table: str,
    resources: Mapping[int, Resource],
    policies: Mapping[str, FieldPolicy],
    select: Select,
    number_field: str,
    reference_on: date,
) -> None:
    """Make `table`(subject, number; of each field F: F, F__source, F__as_of, F__disputed; name_key, disputed, values): one row for each
    of the subjects of `<table>_now`(subject, number), of whom the records of `<table>_linked_now`(source, record_id, subject) speak.

    `resources` by their place in links; `number_field` is the field that holds a subject's number;
    `reference_on` is the day from which the windows of dispute reach back. `values` is the JSON that `rules.golden_values` reads.
    """
    voices = _voices(
        connection, table=table, resources=resources, policies=policies, select=select, number_field=number_field
    )
    spoken = {field: said for field, said in voices.items() if said}
    columns = sorted(
        {column for said in spoken.values() for voice in said for column in (voice.value, voice.alike, voice.day)}
    )
    wide = "".join(f", {column.replace('_', '.', 1)} AS {column}" for column in columns)
    sources = sorted({column.partition("_")[0] for column in columns})
    joined = " ".join(f"LEFT JOIN said_{source[1:]} AS {source} ON {source}.subject = n.subject" for source in sources)
    choices = [f"{_choice(policies[field], said)} AS {field}__choice" for field, said in spoken.items()]
    chosen, standing, shown, entries = [], [], [], []
    for field, said in spoken.items():
        codes = " ".join(f"WHEN {voice.place} THEN '{text(voice.code)}'" for voice in said)
        chosen += [
            f"{_by_place(field, said, 'value')} AS {field}",
            f"{_by_place(field, said, 'alike')} AS {field}__alike",
            f"CASE {field}__choice % {_PLACES} {codes} END AS {field}__source",
            f"nullif({_NO_DAY} + CAST({field}__choice // {_PLACES} % {_DAYS} AS INTEGER), {_NO_DAY}) AS {field}__as_of",
        ]
        confirmed, disputed = _standing(field, policies[field], said, reference_on)
        standing += [
            f"{confirmed} AS {field}__confirmed",
            f"CASE WHEN {field} IS NOT NULL THEN {disputed} END AS {field}__disputing",
        ]
    for field in sorted(spoken):
        plain = all(voice.is_plain for voice in spoken[field])
        value = f"'\"', {field}, '\"'" if plain else f"CAST(to_json({field}) AS VARCHAR)"
        entries.append(f"""CASE WHEN {field} IS NOT NULL THEN concat(',"{field}":{{"v":', {value}, ',"s":"', {field}__source, '","d":',
            CASE WHEN {field}__as_of IS NULL THEN 'null' ELSE concat('"', {field}__as_of, '"') END,
            ',"c":[', substr({field}__confirmed, 2), '],"x":[', substr({field}__disputing, 2), ']}}') END""")
    for field in policies:
        if field in spoken:
            shown += [
                field,
                f"{field}__source",
                f"{field}__as_of",
                f"coalesce({field}__disputing <> '', FALSE) AS {field}__disputed",
            ]
        else:
            shown += [
                f"NULL::VARCHAR AS {field}",
                f"NULL::VARCHAR AS {field}__source",
                f"NULL::DATE AS {field}__as_of",
                f"FALSE AS {field}__disputed",
            ]
    disputes = " + ".join(f"CAST(coalesce({field}__disputing <> '', FALSE) AS INTEGER)" for field in spoken) or "0"
    name_key = "coalesce(name__alike, '')" if "name" in spoken else "''"
    any_value = " OR ".join(f"{field} IS NOT NULL" for field in spoken) or "FALSE"
    steps = [choices, chosen, standing]
    rows = f"SELECT n.subject, n.number{wide} FROM {table}_now AS n {joined}"
    for step in steps:
        rows = f"SELECT *{''.join(f', {part}' for part in step)} FROM ({rows})"
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE {table} AS
        SELECT subject, number, {", ".join(shown)}, {name_key} AS name_key, {disputes} AS disputed,
               '{{' || substr(concat({", ".join(entries) or "''"}), 2) || '}}' AS "values"
        FROM ({rows}) WHERE {any_value}""")
