"""Landing one delivery: first the lake file, written and synced; then the row that makes it exist, in one transaction with its fact."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from fnmatch import fnmatch
from hashlib import sha256
from pathlib import Path

import duckdb
import pyarrow as pa
from django.conf import settings
from django.db import IntegrityError, transaction

from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.exchange import forms
from huimin.platform.exchange.declarations import Source, resources, sources
from huimin.platform.exchange.events import DeliveryLanded, ReturnedRowsResubmitted
from huimin.platform.exchange.forms.rows import RESERVED, text_array
from huimin.platform.exchange.lake import engine, files, landing
from huimin.platform.exchange.lake.landing import Landed
from huimin.platform.exchange.models import Delivery, QuarantinedRow
from huimin.platform.exchange.queries import lake, landed_records, standing
from huimin.platform.exchange.rules import LONGEST_OTHER, RETURNED_MARK, answered_rows, falls_too_far
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor

DATE_IN_NAME = re.compile(r"(?<!\d)(20\d{2})(\d{2})(\d{2})(?!\d)")


class NobodysFile(BadInput):
    """No source of this city declares a file of this name."""

    zh = "没有部门登记过这样的文件：{file}。请核对文件名，或在 sources 中登记。"
    en = "No department has declared a file like {file}. Check its name, or declare it in the city's sources."


class AlreadyLanded(Refusal):
    """Two hands delivered the same content at the same moment; the other one was first."""

    zh = "同样的内容刚刚已由他人送达：{file}。"
    en = "The same content was delivered a moment ago: {file}."


class NothingWaits(BadInput):
    """A file of corrected rows, and no delivery that they could have been returned from."""

    zh = "没有找到“{file}”所更正的交付：没有以原文件名交付且有退回行的记录。请按下载时的文件名上传。"
    en = "No delivery with returned rows fits “{file}”. Upload the corrected rows under the name of the file that you downloaded."


def source_of(path: Path) -> Source:
    """The source whose declared patterns fit a file, by its last folder and name or its name alone. Raises NobodysFile."""
    placed = f"{path.parent.name}/{path.name}"
    for source in sources().values():
        if any(fnmatch(placed, pattern) or fnmatch(path.name, pattern.rsplit("/", 1)[-1]) for pattern in source.files):
            return source
    raise NobodysFile(file=path.name)


def _mode(source: Source, path: Path) -> Delivery.Mode:
    patterns = source.full
    is_full = patterns is None or any(fnmatch(path.name, pattern.rsplit("/", 1)[-1]) for pattern in patterns)
    return Delivery.Mode.FULL if is_full else Delivery.Mode.INCREMENT


def reference_day(path: Path, arrived_on: date) -> date:
    """The day that a file speaks of: the date in its name, else the day it arrived."""
    if found := DATE_IN_NAME.search(path.name):
        year, month, day = map(int, found.groups())
        try:
            return date(year, month, day)
        except ValueError:
            return arrived_on
    return arrived_on


def land_file(
    path: Path,
    *,
    actor: Actor,
    at: datetime,
    arrived_at: datetime | None = None,
    file_name: str | None = None,
    report: Callable[[int], None] = lambda rows: None,
) -> Delivery:
    """Land a department's file. The same content again changes nothing: its delivery is returned (or noted as repeated under a new name).

    `arrived_at` is when it was handed over (default: now); `file_name` what to call it (default: folder/name); `report` is told now and
    then how many rows have been judged. A file of corrected rows (the name under which they were given back) completes the delivery
    that they were returned from. Raises NobodysFile; NothingWaits; forms.FormMismatch when the file is not in the agreed form.
    """
    source = source_of(path)
    arrived = arrived_at or at
    called = file_name or f"{path.parent.name}/{path.name}"
    corrects = _corrected_by(path, source, called) if path.stem.endswith(RETURNED_MARK) else None
    return _land(
        source=source,
        batches=forms.read(path, source.form),
        mode=Delivery.Mode.INCREMENT if corrects else _mode(source, path),
        reference_on=corrects.reference_on if corrects else reference_day(path, arrived.date()),
        file_name=called,
        corrects=corrects,
        report=report,
        content=files.content_name(path),
        arrived_at=arrived,
        actor=actor,
        at=at,
    )


def land_rows(
    resource: str,
    rows: Sequence[Mapping[str, str | None]],
    *,
    actor: Actor,
    at: datetime,
    reference_on: date | None = None,
    name: str = "push",
) -> Delivery:
    """Land pushed rows (the department's own columns) as an increment, by the same rules as a file. Raises
    NobodysFile for an unknown resource.
    """
    source = sources().get(resource)
    if source is None:
        raise NobodysFile(file=resource)
    # What a form says of a row (its line, its defect) is not the caller's to say.
    columns = sorted({column for row in rows for column in row} - RESERVED)
    batch = pa.record_batch(
        {
            "_line": pa.array(range(1, len(rows) + 1), pa.int64()),
            "_defect": pa.array([_defect(row) for row in rows], pa.string()),
            "_raw": pa.nulls(len(rows), pa.string()),
            **{column: text_array([row.get(column) for row in rows])[0] for column in columns},
        }
    )
    return _land(
        source=source,
        batches=iter([batch]),
        mode=Delivery.Mode.INCREMENT,
        reference_on=reference_on or at.date(),
        file_name=name,
        content=sha256(
            json.dumps(
                [resource, at.isoformat() if name == "push" else name, list(map(dict, rows))], sort_keys=True
            ).encode()
        ).hexdigest(),
        arrived_at=at,
        actor=actor,
        at=at,
        using=engine.borrowed,
    )


def _defect(row: Mapping[str, str | None]) -> str | None:
    return forms.Defect.CONTROL_CHARACTER if any("\x00" in value for value in row.values() if value) else None


def _land(
    *,
    source: Source,
    batches: Iterator[pa.RecordBatch],
    mode: Delivery.Mode,
    reference_on: date,
    file_name: str,
    content: str,
    arrived_at: datetime,
    actor: Actor,
    at: datetime,
    corrects: Delivery | None = None,
    report: Callable[[int], None] = lambda rows: None,
    using: Callable[[Path], AbstractContextManager[duckdb.DuckDBPyConnection]] = engine.connect,
) -> Delivery:
    known = Delivery.objects.filter(resource=source.resource, content=content, state__in=["standing", "held"]).first()
    if known is not None:
        return _note_repeated(known, file_name=file_name, arrived_at=arrived_at, actor=actor, at=at)
    resource = resources()[source.resource]
    with using(Path(settings.HOME) / "spill") as connection:
        landed = landing.land(
            connection, batches, resource=resource, source=source, reference_on=reference_on, lake=lake(), report=report
        )
    held = mode == Delivery.Mode.FULL and falls_too_far(_replaced(source.resource, reference_on), landed.tally.landed)
    delivery = Delivery(
        resource=source.resource,
        department=source.department,
        file_name=file_name,
        content=content,
        mode=mode,
        state=Delivery.State.HELD if held else Delivery.State.STANDING,
        reference_on=reference_on,
        arrived_at=arrived_at,
        lake_file=landed.file or "",
        delivered=landed.tally.delivered,
        landed=landed.tally.landed,
        quarantined=landed.tally.quarantined,
        duplicates=landed.tally.duplicates,
        doubted=landed.doubted,
        reason="fall" if held else "",
    )
    with transaction.atomic():
        # The same content may have come by two ways at once: the constraint `content_stands_once` decides.
        try:
            with transaction.atomic():
                delivery.save(force_insert=True)
        except IntegrityError as taken:
            raise AlreadyLanded(file=file_name) from taken
        _keep_returned(delivery, landed)
        publish(_landed_fact(delivery), actor=actor, at=at)
        if corrects is not None:
            _settle_returned(corrects, delivery, actor=actor, at=at)
    return delivery


def _corrected_by(path: Path, source: Source, called: str) -> Delivery:
    """The delivery whose returned rows a file brings back corrected. Raises NothingWaits when none of them waits."""
    name = f"{path.stem.removesuffix(RETURNED_MARK)}{path.suffix}"
    names = {f"{folder}/{name}" for folder in (source.department, path.parent.name, called.rpartition("/")[0])}
    came = Delivery.objects.filter(resource=source.resource, file_name__in=names).exclude(
        state=Delivery.State.WITHDRAWN
    )
    with_returned = came.filter(quarantined__gt=0).order_by("-number")
    if found := with_returned.first():
        return found
    raise NothingWaits(file=path.name)


def _settle_returned(corrects: Delivery, delivery: Delivery, *, actor: Actor, at: datetime) -> None:
    """The rows that wait and that the new delivery brings again, landed or returned anew, wait no more."""
    waiting = QuarantinedRow.objects.select_for_update().filter(delivery=corrects, state=QuarantinedRow.State.WAITING)
    came = [*landed_records(delivery), *delivery.quarantine.values_list("record_id", flat=True)]
    answered = answered_rows(list(waiting.order_by("line", "id").values_list("id", "record_id")), came)
    QuarantinedRow.objects.filter(id__in=answered).update(
        state=QuarantinedRow.State.RESUBMITTED, resubmitted_as=delivery
    )
    fact = ReturnedRowsResubmitted(
        subject=f"delivery:{corrects.number}",
        resource=corrects.resource,
        rows=len(answered),
        delivery=f"delivery:{delivery.number}",
    )
    publish(fact, actor=actor, at=at)


def _note_repeated(known: Delivery, *, file_name: str, arrived_at: datetime, actor: Actor, at: datetime) -> Delivery:
    earlier = (
        Delivery.objects.filter(resource=known.resource, content=known.content, file_name=file_name)
        .exclude(state="withdrawn")
        .first()
    )
    if earlier is not None:
        return earlier
    with transaction.atomic():
        repeated = Delivery.objects.create(
            resource=known.resource,
            department=known.department,
            file_name=file_name,
            content=known.content,
            mode=known.mode,
            state=Delivery.State.REPEATED,
            reference_on=known.reference_on,
            arrived_at=arrived_at,
            delivered=known.delivered,
            landed=0,
            quarantined=0,
            duplicates=known.delivered,
        )
        publish(_landed_fact(repeated), actor=actor, at=at)
    return repeated


def _keep_returned(delivery: Delivery, landed: Landed) -> None:
    QuarantinedRow.objects.bulk_create(
        [
            QuarantinedRow(
                delivery=delivery,
                line=row.line,
                record_id=row.record_id[:LONGEST_OTHER],
                rule=row.rule,
                columns=_storable(row.columns),
                raw=_harmless(row.raw),
            )
            for row in landed.returned
        ],
        batch_size=500,
    )


def _harmless(text: str) -> str:
    """NUL cannot be stored in a database text; it is shown as its symbol."""
    return text.replace("\x00", "\N{SYMBOL FOR NULL}")


def _storable(columns: Mapping[str, str]) -> dict[str, str]:
    return {column: _harmless(value) for column, value in columns.items()}


def _landed_fact(delivery: Delivery) -> DeliveryLanded:
    return DeliveryLanded(
        subject=f"delivery:{delivery.number}",
        resource=delivery.resource,
        state=delivery.state,
        content=delivery.content,
        delivered=delivery.delivered,
        landed=delivery.landed,
        quarantined=delivery.quarantined,
        duplicates=delivery.duplicates,
    )


def _replaced(resource: str, reference_on: date) -> int:
    """Records listed by the standing full delivery that one of this reference day would replace; 0 where it replaces none."""
    fulls = [d for d in standing(resource) if d.mode == "full"]
    latest = max(fulls, key=lambda d: (d.reference_on, d.number), default=None)
    if latest is None or latest.reference_on > reference_on:
        return 0
    return Delivery.objects.values_list("landed", flat=True).get(number=latest.number)
