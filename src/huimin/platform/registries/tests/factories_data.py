"""A town of a few records for the tests of linkage and golden values: departments' own rows, judged, linked and believed on the engine."""

from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from unittest import mock

import duckdb

from huimin.kernel.identifiers import CitizenId
from huimin.kernel.identifiers.check_digits import credit_check, organisation_check
from huimin.platform.exchange.declarations import Resource, resources, sources
from huimin.platform.exchange.lake import engine, landing
from huimin.platform.exchange.lake.engine import name
from huimin.platform.exchange.tests.factories import batch
from huimin.platform.registries import build
from huimin.platform.registries.declarations import authority, linkage_model
from huimin.platform.registries.reading import EVERYTHING, Reading
from huimin.platform.registries.rules import golden_values

REFERENCE = date(2026, 6, 30)
HOME = "安徽省芜湖市镜湖区赭山街道北门社区中山路12号春江苑3幢2单元501室"


def citizen_id(born: str = "19800214", serial: int = 22, *, division: str = "340202") -> str:
    """A valid number; an odd serial is a man's."""
    return CitizenId.completed(f"{division}{born}{serial:03}")


def uscc(serial: int = 1, *, first: str = "91340200") -> str:
    """A valid credit code of this city."""
    inner = f"{serial:08}"
    body = first + inner + organisation_check(inner)
    return body + credit_check(body)


@dataclass(frozen=True)
class Believed:
    """A golden value as the tests look at it."""

    value: str
    source: str
    day: date | None
    confirmed: tuple[str, ...]
    disputed: tuple[str, ...]


@cache
def connection() -> duckdb.DuckDBPyConnection:
    """One engine for all tests of a process."""
    return engine.connect(Path(mkdtemp()), memory="1GB", threads=2)


def link_and_believe(connection: duckdb.DuckDBPyConnection, *, reference_on: date = REFERENCE) -> None:
    """Make the links and the golden values of everything that is current; those of all shares together in `people`."""
    reading = build.link(connection, policy=authority(), model=linkage_model())
    for table in build.REGISTRIES:
        for share in build.shares(table, reading):
            build.believe(
                connection, table, policy=authority(), reference_on=reference_on, reading=reading, share=share
            )
            more = (
                f"CREATE OR REPLACE TEMP TABLE {table}_all AS FROM {table}"
                if not share
                else f"INSERT INTO {table}_all FROM {table}"
            )
            connection.execute(more)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS FROM {table}_all")


class Town:
    """Records of departments by resource; what is linked to whom and believed of whom."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, str]]] = {}

    def add(self, resource: str, **columns: str) -> tuple[str, str]:
        """A delivered row (record number and day are filled in where the test does not care); returns its reference."""
        rows, records = self.rows.setdefault(resource, []), sources()[resource].records
        own = {records.id: f"{resource}-{len(rows):04}", records.as_of: "2026-06-01"} | columns
        rows.append(own)
        return resource, own[records.id]

    def police(self, number: str, called: str = "张丽", **columns: str) -> tuple[str, str]:
        """A person of the register of residence."""
        own = {
            "公民身份号码": number,
            "姓名": called,
            "性别": CitizenId(number).sex,
            "民族": "01",
            "出生日期": number[6:14],
            "户籍地址": HOME,
            "婚姻状况": "20",
            "文化程度": "20",
            "户号": "H1",
            "人员状态": "正常",
            "更新日期": "20260601",
        }
        return self.add("police.population", **own | columns)

    @contextmanager
    def _current(self, rows: Mapping[str, Iterable[Mapping[str, str]]]) -> Any:
        tables = {}
        for place, (resource, delivered) in enumerate(rows.items()):
            judged, _ = landing.judge(
                connection(),
                iter([batch(delivered)]),
                resource=resources()[resource],
                source=sources()[resource],
                reference_on=REFERENCE,
            )
            tables[resource] = f"town_{place}"
            connection().register("judged", judged)
            connection().execute(
                f"CREATE OR REPLACE TEMP TABLE town_{place} AS FROM judged WHERE rule IS NULL AND operation <> 'D'"
            )
            connection().unregister("judged")

        def current(resource: Resource, columns: list[str], where: str = EVERYTHING) -> str | None:
            table = tables.get(resource.code)
            return f"SELECT {', '.join(columns)} FROM {table} WHERE {where}" if table else None

        reading = Reading(select=current, shares=[EVERYTHING])
        with mock.patch.object(build, "read_current", return_value=reading):
            yield

    def reconcile(self, rows: Mapping[str, Iterable[Mapping[str, str]]] | None = None) -> None:
        """Link and believe everything (or these rows)."""
        with self._current(rows or self.rows):
            link_and_believe(connection())

    def links(self, rows: Mapping[str, Iterable[Mapping[str, str]]] | None = None) -> dict[tuple[str, str], str]:
        """(resource, record) → number of the person or organisation."""
        self.reconcile(rows)
        found = connection().execute(
            "SELECT resource, record_id, number FROM linked UNION ALL SELECT resource, record_id, number FROM org_linked"
        )
        links: dict[tuple[str, str], str] = {}
        for resource, record, number in found.fetchall():
            assert (resource, record) not in links, "a record speaks of two"
            links[resource, record] = number
        return links

    def golden(self, number: str, table: str = "people") -> dict[str, Believed]:
        """Everything that is believed of one person or organisation."""
        self.reconcile()
        rows = connection().execute(f'SELECT "values" FROM {name(table)} WHERE number = $1', [number]).fetchall()
        said = golden_values(rows[0][0]) if rows else {}
        return {
            field: Believed(
                value.value,
                value.source,
                value.day,
                tuple(claim.source for claim in value.confirmed_by),
                tuple(claim.source for claim in value.disputed_by),
            )
            for field, value in said.items()
        }


# ── What departments say of 张丽 ────────────────────────────────────────────────────────────────────────────────────────────
NUMBER = citizen_id()


def ehr(town: Town, *, day: str = "2026-06-01", number: str = NUMBER, called: str = "张丽", **columns: str) -> Any:
    """Her health file."""
    return town.add(
        "health.ehr",
        **{"person.idCard": number, "person.name": called, "updateTime": f"{day}T08:00:00+08:00"} | columns,
    )


def visit(town: Town, *, day: str = "2026-06-01", at: str = HOME, **columns: str) -> Any:
    """A grid visit to her."""
    return town.add(
        "grid.visits",
        **{"person.idNo": NUMBER, "person.name": "张丽", "visitTime": f"{day}T08:00:00+08:00", "place.address": at}
        | columns,
    )


def insured(town: Town, *, day: str = "20260601", **columns: str) -> Any:
    """Her social insurance."""
    return town.add(
        "hrss.insured",
        **{
            "社会保障号码": NUMBER,
            "姓名": "张丽",
            "变更日期": day,
            "cd_operation": "I",
            "cd_time": "2026-06-01 00:00:00",
        }
        | columns,
    )
