"""Resources, sources, rows and lakes for the tests of landing: small, declared in code, synthetic."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import duckdb
import pyarrow as pa
from pydantic import TypeAdapter

from huimin.platform.exchange.declarations import Resource, Source, sources
from huimin.platform.exchange.forms import AnyForm, Form, write
from huimin.platform.exchange.lake import engine, landing
from huimin.platform.exchange.lake.landing import Landed
from huimin.platform.journal.rules import Actor

REFERENCE = date(2026, 6, 30)
AT = datetime(2026, 6, 30, 12, tzinfo=UTC)
ACTOR = Actor(kind="system", ref="tests")
FORM: TypeAdapter[AnyForm] = TypeAdapter(Form)


@cache
def connection() -> duckdb.DuckDBPyConnection:
    """One engine for all unit tests: its macros take longer to make than a test."""
    return engine.connect(Path(mkdtemp()), memory="512MB", threads=1)


def resource(items: Mapping[str, str | dict[str, Any]] | None = None, *, code: str = "test.things") -> Resource:
    """A resource with these items: name → type, or name → the item's declaration."""
    declared = {
        name: {"zh": name, "en": name} | ({"type": item} if isinstance(item, str) else item)
        for name, item in (items or {"name": "person_name"}).items()
    }
    names = {"zh": code, "en": code}
    return Resource.model_validate(
        {
            "code": code,
            "names": names,
            "classification": "-",
            "abstract": names,
            "format": "file",
            "share": "open",
            "open": False,
            "cycle": "daily",
            "subject": "person",
            "absence": "unknown",
            "items": declared,
        }
    )


def source(columns: Mapping[str, Any], *, identity: Sequence[str] = (), envelope: bool = False) -> Source:
    """A source whose rows have 号 (record number) and 日 (as of); with `envelope` also 时 (event) and 动 (operation)."""
    delivered = [column for item in columns.values() if (column := item if isinstance(item, str) else item.get("from"))]
    delivered += [other for item in columns.values() if isinstance(item, dict) for other in item.get("when", {})]
    records = {"id": "号", "as_of": "日"} | ({"event_at": "时", "operation": "动"} if envelope else {})
    names = list(dict.fromkeys([*records.values(), *delivered]))
    return Source.model_validate(
        {
            "resource": "test.things",
            "department": "office",
            "files": ["office/things_*.csv"],
            "records": records,
            "form": {"kind": "delimited", "columns": names, "identity_columns": list(identity)},
            "columns": dict(columns),
        }
    )


def batch(rows: Iterable[Mapping[str, Any]]) -> pa.RecordBatch:
    """Delivered rows as a form gives them; `_line`, `_defect` and `_raw` may stand in a row."""
    rows = list(rows)
    columns = list(dict.fromkeys(column for row in rows for column in row if not column.startswith("_")))
    return pa.record_batch(
        {
            "_line": pa.array([row.get("_line", place) for place, row in enumerate(rows, 1)], pa.int64()),
            "_defect": pa.array([row.get("_defect") for row in rows], pa.string()),
            "_raw": pa.array([row.get("_raw") for row in rows], pa.string()),
            **{column: pa.array([row.get(column) for row in rows], pa.string()) for column in columns},
        }
    )


def judged(
    rows: Iterable[Mapping[str, Any]], resource: Resource, source: Source, *, reference_on: date = REFERENCE
) -> list[dict[str, Any]]:
    """The rows as records with their rule, in the order of delivery."""
    table, _ = landing.judge(
        connection(), iter([batch(rows)]), resource=resource, source=source, reference_on=reference_on
    )
    return sorted(table.to_pylist(), key=lambda row: row["line"])


def read_as(
    kind: str, texts: Sequence[str | None], *, column: Mapping[str, Any] | None = None, **item: Any
) -> list[dict[str, Any]]:
    """What landing makes of delivered texts declared as an item of this type: value under `v`, further forms as `v_…`."""
    rows = [{"号": str(place), "日": "2026-06-01", "文": text} for place, text in enumerate(texts)]
    return judged(rows, resource({"v": {"type": kind} | item}), source({"v": {"from": "文"} | dict(column or {})}))


def values(kind: str, texts: Sequence[str | None], **item: Any) -> list[Any]:
    """The values alone of `read_as`."""
    return [row["v"] for row in read_as(kind, texts, **item)]


def land(
    lake: Path, rows: Iterable[Mapping[str, Any]], resource: Resource, source: Source, *, reference_on: date = REFERENCE
) -> Landed:
    """Land rows into a lake folder."""
    return landing.land(
        connection(), iter([batch(rows)]), resource=resource, source=source, reference_on=reference_on, lake=lake
    )


# ── Files of the city's departments, for tests with a database ─────────────────────────────────────────────────────────
def delivered_file(
    inbox: Path, resource: str, rows: Sequence[Mapping[str, str | None]], *, day: date = REFERENCE, label: str = ""
) -> Path:
    """Rows as their department would deliver them: its own form, folder and file name. `label` tells files of a day apart."""
    source = sources()[resource]
    path = inbox / source.files[0].replace("*", f"{day:%Y%m%d}{label}")
    path.parent.mkdir(parents=True, exist_ok=True)
    names = [*source.form.names, *(column for row in rows for column in row if column not in source.form.names)]
    table = pa.table({name: pa.array([row.get(name) for row in rows], pa.string()) for name in dict.fromkeys(names)})
    write(table, source.form, path)
    return path


def insured(number: str, name: str = "张丽", **changes: str) -> dict[str, str]:
    """A row of the medical insurance bureau."""
    return {
        "参保编号": number,
        "证件号码": "11010519491231002X",
        "姓名": name,
        "性别": "女",
        "最近变更时间": "2026-05-01 08:00:00",
    } | changes


def pensioner(
    number: str, name: str = "张丽", *, at: str = "2026-05-30 08:00:00", what: str = "I", **changes: str
) -> dict[str, str]:
    """A row of the social security bureau, with its exchange envelope."""
    return {
        "row_guid": number,
        "姓名": name,
        "变更日期": at[:10].replace("-", ""),
        "cd_operation": what,
        "cd_batch": "1",
        "cd_time": at,
    } | changes
