"""Running the linkage on an engine connection: evidence in, links out."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa

from huimin.platform.exchange.declarations import Resource
from huimin.platform.exchange.lake.engine import name, one, text
from huimin.platform.registries.declarations import LinkageModel
from huimin.platform.registries.linkage import evidence
from huimin.platform.registries.reading import EVERYTHING, Reading, Select

HERE = Path(__file__).parent
# How a record came to its person.
METHODS = ("number", "former_number", "tax_number", "evidence")


@cache
def _syllable(character: str) -> str:
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - its dictionaries take a quarter of a second, and few processes link

    return lazy_pinyin(character)[0]


@cache
def _sql(file: str) -> str:
    return (HERE / file).read_text(encoding="utf-8")


def _statements(connection: duckdb.DuckDBPyConnection, file: str, **values: object) -> None:
    """Run a file's statements with `$name` standing for these values."""
    connection.execute(re.sub(r"\$([a-z_]+)", lambda found: str(values[found[1]]), _sql(file)))


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """The types and tables that links and golden values share, empty."""
    connection.execute(
        "DROP TABLE IF EXISTS people_link; DROP TABLE IF EXISTS organisations_link; DROP TYPE IF EXISTS hm_method"
    )
    connection.execute(f"CREATE TYPE hm_method AS ENUM ({', '.join(_quoted(method) for method in METHODS)})")
    _statements(connection, "prepare.sql")


def link(
    connection: duckdb.DuckDBPyConnection,
    *,
    resources: Sequence[Resource],
    reading: Reading,
    model: LinkageModel,
    authorities: Sequence[str],
) -> None:
    """Make `people_link` and `organisations_link`(source, record_id, subject, method, score) and whom they speak of, `people_subject`
    and `organisations_subject`(subject, number, share), from the current records; `source` is a resource's place in `resources`.

    `authorities` are the resources believed first for a name, whose name stands for a number. The result depends on the set of
    records and on the model only.
    """
    prepare(connection)
    sources = {resource.code: place for place, resource in enumerate(resources)}
    believed = [sources[code] for code in authorities if code in sources]
    people = {place: resource for place, resource in enumerate(resources) if resource.subject != "organisation"}
    organisations = {place: resource for place, resource in enumerate(resources) if resource.subject != "person"}
    _former(connection, people.values(), reading.select)
    for share, condition in enumerate([*reading.shares, _MOVED] if len(reading.shares) > 1 else reading.shares):
        _gather(connection, "evidence", people, reading.select, evidence.PERSON_EVIDENCE, condition)
        _sounds(connection)
        _statements(
            connection,
            "anchors.sql",
            authorities=", ".join(map(str, believed)) or "NULL",
            share=share % len(reading.shares),
        )
    connection.execute("DROP TABLE evidence; DROP TABLE member; DROP TABLE claim; DROP TABLE anchored")
    _join_strays(connection, model)
    _gather_organisations(connection, organisations, people, reading.select)
    _statements(connection, "organisations.sql", authorities=", ".join(map(str, believed)) or "NULL")


def _join_strays(connection: duckdb.DuckDBPyConnection, model: LinkageModel) -> None:
    """First those with much evidence of a kind that names its person, then the others among everybody, again while that links anybody:
    a linked stray brings new telephones and addresses.
    """
    weights = {feature: f"({bits}::FLOAT)" for feature, bits in model.people.items()}
    bounds = {"rarity_cap": model.rarity_cap, "lead": model.lead}
    _statements(connection, "city.sql")
    for round_ in range(model.passes + 1):
        _statements(connection, "blocks.sql" if round_ else "sure.sql")
        _statements(connection, "pairs.sql", crowd=model.crowd, crowd_bare=model.crowd_of_a_name)
        enough = model.accept if round_ else model.sure
        _statements(connection, "decide.sql", **weights, **bounds, enough=enough)
        _statements(connection, "join.sql")
        if not round_:
            connection.execute(
                "DELETE FROM hit; CREATE OR REPLACE TEMP TABLE fresh AS SELECT subject FROM people_subject"
            )
        elif one(connection, "SELECT count(*) FROM fresh") == (0,):
            break
    connection.execute(
        "DROP TABLE hit; DROP TABLE pair; DROP TABLE profile; DROP TABLE held; DROP TABLE trait; DROP TABLE alias"
    )


# Shares keep the records of one number together. Those of a former number and of the one that replaced it are taken last, by themselves.
_MOVED = "moved"


def _former(connection: duckdb.DuckDBPyConnection, people: Iterable[Resource], select: Select) -> None:
    """Make `former`(number, current): numbers that were replaced, where only one replaced them; and `moved`, both of them."""
    parts = ["SELECT '' AS former, '' AS number LIMIT 0"]
    for resource in people:
        former, own = resource.item_feeding("former_citizen_id"), resource.item_feeding("citizen_id")
        query = former and own and select(resource, [f"{name(former)} AS former", f"{name(own)} AS number"])
        if query:
            parts.append(
                f"SELECT * FROM ({query}) WHERE former IS NOT NULL AND number IS NOT NULL AND former <> number"
            )
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE former AS
        SELECT former AS number, min(number) AS current FROM (({") UNION ALL (".join(parts)}))
        GROUP BY former HAVING count(DISTINCT number) = 1;
        CREATE OR REPLACE TEMP TABLE moved AS SELECT number FROM former UNION SELECT current FROM former""")


def _gather(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    resources: dict[int, Resource],
    select: Select,
    columns: evidence.Evidence,
    condition: str = EVERYTHING,
) -> None:
    """Make `table` of the evidence that the records of one share give."""
    parts = []
    for source, resource in resources.items():
        number = resource.item_feeding("citizen_id")
        where = condition
        if condition == _MOVED:
            where = f"{name(number)} IN (SELECT number FROM moved)" if number else "FALSE"
        elif condition != EVERYTHING and number:
            where = f"{condition} AND ({name(number)} IS NULL OR {name(number)} NOT IN (SELECT number FROM moved))"
        own = [f"CAST({source} AS UTINYINT) AS source", *evidence.columns(resource, columns)]
        if query := select(resource, own, where):
            parts.append(query)
    kinds = {
        "source": "UTINYINT",
        "record_id": "VARCHAR",
        "as_of": "TIMESTAMP",
        "named": "BOOLEAN",
        "parent_ids": "VARCHAR[]",
    }
    kinds |= {column: kind for column, (_, _, kind) in columns.items()}
    parts.append(f"SELECT {', '.join(f'CAST(NULL AS {kind}) AS {column}' for column, kind in kinds.items())} LIMIT 0")
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS " + " UNION ALL BY NAME ".join(f"({part})" for part in parts)
    )


def _gather_organisations(
    connection: duckdb.DuckDBPyConnection,
    organisations: dict[int, Resource],
    people: dict[int, Resource],
    select: Select,
) -> None:
    """Make `org_evidence`.

    Of the accounts that either may hold, organisations hold those under an organisation's name, or under a credit code without a
    person's name, unless that is a person's number (one citizen number in some hundreds passes as a credit code).
    """
    both = [source for source in organisations if source in people]
    _gather(connection, "org_evidence", organisations, select, evidence.ORGANISATION_EVIDENCE)
    if both:
        connection.execute(f"""
            DELETE FROM org_evidence WHERE source IN ({", ".join(map(str, both))}) AND organisation_key IS NULL
            AND (uscc IS NULL OR named OR (source, record_id) IN (
                SELECT (source, record_id) FROM people_link WHERE source IN ({", ".join(map(str, both))})))""")


def _sounds(connection: duckdb.DuckDBPyConnection) -> None:
    """How each name is pronounced (toneless pinyin): homophones are the commonest slip of a clerk."""
    rows = connection.execute(
        "SELECT DISTINCT name_key FROM evidence WHERE named AND name_key NOT IN (SELECT name_key FROM sound)"
    ).fetchall()
    names = [row[0] for row in rows]
    table = pa.table(
        {
            "name_key": pa.array(names, pa.string()),
            "sound": pa.array([" ".join(map(_syllable, name)) for name in names], pa.string()),
        }
    )
    connection.register("sounds", table)
    connection.execute("INSERT INTO sound SELECT * FROM sounds")
    connection.unregister("sounds")


def _quoted(value: str) -> str:
    return f"'{text(value)}'"
