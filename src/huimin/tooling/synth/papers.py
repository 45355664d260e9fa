"""A block's papers: for each file of each department its rows as a table, true about themselves in columns that are never written."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huimin.platform.exchange import forms
from huimin.platform.exchange.declarations import Source
from huimin.tooling.synth import damage, increments
from huimin.tooling.synth.block import Block, Plan
from huimin.tooling.synth.cells import Sheet
from huimin.tooling.synth.draws import NOBODY, Ints, Text, take, words
from huimin.tooling.synth.extracts import EXTRACTS, Extract
from huimin.tooling.synth.selections import heard_late, numbered, until


def full_file(plan: Plan, source: Source) -> str:
    """The file of a resource's full delivery, by the city's pattern for it."""
    days = increments.FULL if source.records.operation else -EXTRACTS[source.resource].behind
    return (source.full or source.files)[0].replace("_*", f"_{_date(plan.today + days)}").replace("*", "")


def increment_file(plan: Plan, day: int, *, again: bool = False) -> str:
    """The file of an increment, of this day after the full file's."""
    return f"rsj/hrss_insured_{_date(plan.today + increments.FULL + day)}_inc{'_resend' if again else ''}.csv"


def _date(day: int) -> str:
    return str(np.datetime64(day, "D")).replace("-", "")


def papers(block: Block, sources: Mapping[str, Source]) -> Iterator[tuple[str, str, Any]]:
    """Every file's rows of this block: resource, file, table."""
    for resource, extract in EXTRACTS.items():
        source = sources.get(resource)
        if source is None:
            continue
        if source.records.operation:
            for file, table in _with_increments(block, resource, extract, source):
                yield resource, file, table
        else:
            sheet = numbered(_selected(block, extract), shuffled=extract.shuffled)
            yield (
                resource,
                full_file(block.plan, source),
                _full(sheet, resource, extract, source, spared=np.empty(0, dtype=np.int64)),
            )


def _selected(block: Block, extract: Extract) -> Sheet:
    sheet = extract.select(block)
    if extract.behind:
        sheet = until(sheet, block.draw.today - extract.behind)
    return heard_late(sheet, extract.late) if extract.late else sheet


def _full(
    sheet: Sheet, resource: str, extract: Extract, source: Source, *, spared: Ints, superseded: Ints | None = None
) -> Any:
    draw, form = sheet.block.draw, source.form
    kinds = damage.reasons(form, extract)
    damaged = damage.victims(draw, len(sheet), kinds, at_least_once=sheet.block.number == 0, spared=spared)
    sheet = replace(sheet, on=sheet.on.copy())
    damage.spoil_days(draw, sheet, damaged)
    table = damage.spoil_rows(_table(sheet, extract, source), form, extract, record=source.records.id, damaged=damaged)
    if superseded is not None:
        at = table.schema.get_field_index(damage.KIND)
        old = table.column(at).combine_chunks()
        mask = np.zeros(len(sheet), dtype=bool)
        mask[superseded] = True
        table = table.set_column(at, damage.KIND, pc.if_else(pa.array(mask), "superseded", old))
    table = damage.twice(draw, damage.fit_to_form(table, form), form, extract.twice)
    return _on_sheets(table, extract)


def _table(sheet: Sheet, extract: Extract, source: Source) -> Any:
    """The clean rows, in the columns of the form, with what is true of each."""
    block, form = sheet.block, source.form
    cells = {name: extract.columns[name](sheet) for name in form.names}
    org = sheet.org
    who = np.where(org >= 0, NOBODY, sheet.who)
    first = block.number * block.plan.block
    cells[damage.WHO] = pa.array(np.where(who >= 0, who + first, NOBODY))
    cells[damage.ORGANISATION] = pa.array(np.where(org >= 0, org + first, NOBODY))
    cells[damage.RECORD] = cells[source.records.id]
    cells[damage.AS_OF] = pa.array(sheet.on)
    people, at = block.people, np.maximum(sheet.who, 0)
    known = (people.home[at], people.former_home[at], people.hukou[at])
    cells[damage.AT_HOME] = pa.array(np.logical_or.reduce([sheet.place == one for one in known]))
    dwellings = block.number * block.plan.dwellings_a_block
    cells[damage.DWELLING] = pa.array(np.where(sheet.place >= 0, sheet.place + dwellings, NOBODY))
    if form.kind == "workbook":
        cells |= _stored_numbers(sheet, extract, form, cells)
    return pa.table(cells)


def _stored_numbers(sheet: Sheet, extract: Extract, form: forms.Workbook, cells: dict[str, Text]) -> dict[str, Text]:
    """Which cells a spreadsheet holds as numbers: half of the old fifteen-digit ones, some phones; and the sheet of each row."""
    found: dict[str, Text] = {}
    draw = sheet.block.draw
    if form.identity_columns:
        name = form.identity_columns[0]
        old = pc.fill_null(pc.equal(pc.utf8_length(cells[name]), 15), False)
        found[f"{forms.NUMBER_MARK}{name}"] = pc.and_(old, pa.array(draw.chance(len(sheet), 0.5)))
    if "numeric" in sheet.extra:
        found[f"{forms.NUMBER_MARK}联系电话"] = pa.array(sheet.extra["numeric"])
    if extract.sheet_by:
        found[forms.SHEET] = sheet.extra[extract.sheet_by]
    return found


def _on_sheets(table: Any, extract: Extract) -> Any:
    """The rows in the order in which the workbook holds them: sheet by sheet."""
    if not extract.sheet_by:
        return table
    names = table[forms.SHEET].combine_chunks().to_pylist()
    rank = {name: at for at, name in enumerate(("小学", "初中", "高中"))}
    return table.take(pa.array(np.argsort(np.asarray([rank[name] for name in names], dtype=np.int64), kind="stable")))


def _with_increments(block: Block, resource: str, extract: Extract, source: Source) -> Iterator[tuple[str, Any]]:
    """The full file and the increments of the days after it."""
    draw, full_day = block.draw, block.draw.today + increments.FULL
    sheet = numbered(_selected(block, extract), shuffled=False)
    new = increments.split_off_new(draw, sheet)
    events = increments.make_events(draw, len(sheet), new)
    changes = increments.changed(sheet, events)

    old = np.setdiff1d(np.arange(len(sheet)), new)
    place = np.full(len(sheet), NOBODY)
    place[old] = np.arange(len(old))
    touched = np.unique(place[events.row[place[events.row] >= 0]])
    count = len(old)
    days = np.full(count, full_day)
    full = increments.enveloped(sheet.rows(old), take(words(["I"]), days * 0), days, np.full(count, 23 * 3600))
    yield full_file(block.plan, source), _full(full, resource, extract, source, spared=touched, superseded=touched)

    table = damage.fit_to_form(_table(changes, extract, source), source.form)
    gone = increments.superseded(events)
    kinds = [
        "superseded" if was else "delete" if what == "D" else "row"
        for was, what in zip(gone, events.operation, strict=True)
    ]
    table = table.append_column(damage.KIND, pa.array(kinds, pa.string())).append_column(
        damage.RULE, pa.nulls(len(kinds), pa.string())
    )
    for day in sorted({day for day, _, _ in increments.ARRIVALS}):
        part = table.take(pa.array(np.flatnonzero(events.day == day)))
        if day == increments.REORDERED:
            part = part.select([*increments.COLUMNS_OF_REORDERED, *damage.OURS])
        yield increment_file(block.plan, day), part
        if day == increments.AGAIN:
            at = part.schema.get_field_index(damage.KIND)
            yield (
                increment_file(block.plan, day, again=True),
                part.set_column(at, damage.KIND, pa.array(["replay"] * part.num_rows, pa.string())),
            )
