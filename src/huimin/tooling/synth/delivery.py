"""From a plan to a folder of files: blocks made side by side, every file written once, a manifest that tells what arrived when."""

import csv
import hashlib
import shutil
import struct
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import yaml
from django.conf import settings

from huimin.kernel import declarations
from huimin.kernel.refusals import Refusal
from huimin.platform.exchange import forms
from huimin.platform.exchange.declarations import Source
from huimin.tooling.synth import damage, increments, truth, vocabulary
from huimin.tooling.synth.block import Plan, make_block
from huimin.tooling.synth.extracts import EXTRACTS
from huimin.tooling.synth.papers import full_file, increment_file, papers

MANIFEST: Final = "交接清单.csv"
_HEADER: Final = ("序号", "到达时间", "部门", "资源代码", "文件", "数据行数", "MD5", "数据性质")
SYNTHETIC: Final = "合成数据"
_SHEET_HOLDS: Final = 1_048_000
_README: Final = """# 合成数据 · Synthetic data

本文件夹由 `huimin synth` 生成：人、住址、企业、号码全部虚构，与任何真实个人或单位无关，不得当作真实数据使用。
Everything in this folder was made by `huimin synth`: the people, addresses, firms and numbers are invented and nobody's.

城市 city: {city} · 人数 people: {people} · 种子 seed: {seed} · 截至 as of: {as_of}

同一城市、人数、种子和日期，生成的文件逐字节相同。The same city, people, seed and day give the same bytes.
"""


class FolderNotEmpty(Refusal):
    """The folder holds something; a delivery is not written over it."""

    zh = "文件夹“{folder}”不是空的，请另选一个。"
    en = "The folder “{folder}” is not empty; please choose another."


class TooFewPeople(Refusal):
    """A city of fewer than no people."""

    zh = "人数不能是负数。"
    en = "The number of people cannot be negative."
    status = 400


@dataclass(frozen=True)
class Made:
    """What was made: files, and rows in them."""

    files: int
    rows: int


Told = Callable[[str, int, int], None]
"""Told how far the work is: what is being done, how much of it is done, how much there is."""


def sources_of(city: str) -> dict[str, Source]:
    """The city's declared sources by resource code.

    Raises: vocabulary.NoSuchPlaces, kernel.declarations.DeclarationWrong.
    """
    vocabulary.places(city)
    folder = Path(settings.CITIES) / city / "sources"
    return {
        source.resource: source
        for source in (declarations.load(Source, path) for path in sorted(folder.glob("*.yaml")))
    }


def departments_of(city: str) -> dict[str, str]:
    """Chinese names of the city's departments by code; a department that is not declared is called by its code."""
    path = Path(settings.CITIES) / city / "departments.yaml"
    declared = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {one["code"]: one["names"]["zh"] for one in declared.get("departments", [])}


def make_city(
    plan: Plan, out: Path, *, labels: Path | None = None, workers: int = 1, told: Told = lambda *_: None
) -> Made:
    """Write the city's extracts and their manifest into `out` and, if asked, the truth about them into the folder `labels`.

    Both appear only when all of them is there. The truth lies apart, so that nobody lands it with the files.

    Raises: FolderNotEmpty, TooFewPeople, vocabulary.NoSuchPlaces, kernel.declarations.DeclarationWrong.
    """
    if plan.people < 0:
        raise TooFewPeople
    sources = sources_of(plan.city)
    with _appearing(out) as making, _pool(min(workers, plan.blocks)) as pool:
        parts = making / ".parts"
        parts.mkdir()
        numbers: dict[int, str] = {}
        blocks = [(plan, block, sources, parts, labels is not None) for block in range(plan.blocks)]
        for done, own in enumerate(pool(_make_parts, blocks), 1):
            numbers |= own
            told("people", min(done * plan.block, plan.people), plan.people)
        files = arrivals(plan, sources) if plan.people else []
        sizes = []
        for size in pool(_write_file, [(sources[resource].form, parts, making, file) for _, resource, file in files]):
            sizes.append(size)
            told("files", len(sizes), len(files))
        _write_manifest(making, plan, files, sizes, sources)
        if labels is not None:
            with _appearing(labels) as truths:
                told("labels", 0, 1)
                truth.write_labels(truths, _delivered(making, files, sources), sources, numbers, today=plan.today)
                told("labels", 1, 1)
        shutil.rmtree(parts)
    return Made(files=len(files), rows=sum(sizes))


@contextmanager
def _appearing(folder: Path) -> Iterator[Path]:
    """A folder to work in, which takes the place of `folder` when the work is done and vanishes when it fails.

    Raises: FolderNotEmpty.
    """
    folder = folder.resolve()
    if folder.exists() and any(folder.iterdir()):
        raise FolderNotEmpty(folder=folder.name)
    making = folder.with_name(f".{folder.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    try:
        yield making
        if folder.exists():
            folder.rmdir()
        making.rename(folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)


@contextmanager
def _pool(workers: int) -> Iterator[Callable[[Callable[..., Any], Iterable[tuple[Any, ...]]], Iterator[Any]]]:
    """A function that maps over arguments, in this process or in several; results come in the order of the arguments."""
    if workers <= 1:
        yield lambda function, jobs: (function(*job) for job in jobs)
        return
    executor: Executor
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as executor:
        yield lambda function, jobs: executor.map(function, *zip(*jobs, strict=True)) if jobs else iter(())


def arrivals(plan: Plan, sources: Mapping[str, Source]) -> list[tuple[str, str, str]]:
    """Every file in the order of arrival: when, of which resource, its name."""

    def moment(days: int, time: str) -> str:
        return f"{plan.as_of + timedelta(days=days)} {time}"

    found = []
    for resource, extract in EXTRACTS.items():
        if resource not in sources:
            continue
        file = full_file(plan, sources[resource])
        if not sources[resource].records.operation:
            found.append((moment(-extract.behind, extract.arrives), resource, file))
            continue
        found.append((moment(increments.FULL + 1, extract.arrives), resource, file))
        seen: set[int] = set()
        for day, on, time in increments.ARRIVALS:
            found.append((moment(on, time), resource, increment_file(plan, day, again=day in seen)))
            seen.add(day)
    return sorted(found)


def _part(parts: Path, file: str, block: int) -> Path:
    return parts / f"{file.replace('/', '~')}.{block:04d}.arrow"


def _make_parts(plan: Plan, number: int, sources: Mapping[str, Source], parts: Path, labels: bool) -> dict[int, str]:
    """Make one block and keep its rows on disk; with labels, gives the people's own numbers."""
    block = make_block(plan, number)
    for _, file, table in papers(block, sources):
        with pa.OSFile(str(_part(parts, file, number)), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table.combine_chunks(), max_chunksize=1 << 16)
    first = number * plan.block
    return {first + at: own for at, own in enumerate(block.people.number.to_pylist())} if labels else {}


def _parts_of(parts: Path, file: str) -> list[Any]:
    """The rows of a file, block by block, mapped from disk rather than read."""
    found = sorted(parts.glob(f"{file.replace('/', '~')}.*.arrow"))
    return [pa.ipc.open_file(pa.memory_map(str(path))).read_all() for path in found]


def _write_file(form: forms.AnyForm, parts: Path, folder: Path, file: str) -> int:
    """Write one file of all blocks' rows; gives its rows. What a spreadsheet cannot hold is not delivered."""
    tables = _fitting(form, _parts_of(parts, file))
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    forms.write((damage.written(table) for table in tables), form, path)
    if form.kind == "workbook":
        stamp_archive(path)
    return sum(table.num_rows for table in tables)


def _fitting(form: forms.AnyForm, tables: list[Any]) -> list[Any]:
    if form.kind != "workbook":
        return tables
    room, kept = _SHEET_HOLDS * max(len(form.sheets), 1), []
    for table in tables:
        kept.append(table.slice(0, room))
        room -= kept[-1].num_rows
    if len(form.sheets) > 1 and kept:  # each sheet's rows together, whatever block they came from
        whole = pa.concat_tables(kept, promote_options="default")
        column = whole[forms.SHEET]
        return [whole.filter(pc.equal(column, sheet)) for sheet in form.sheets]
    return kept


def stamp_archive(path: Path) -> None:
    """Set every clock of a ZIP archive to 1980-01-01, so that the same content gives the same bytes."""
    with zipfile.ZipFile(path) as archive:
        entries, directory = archive.infolist(), archive.start_dir
    stamp = struct.pack("<HH", 0, (1 << 5) | 1)
    with path.open("r+b") as file:
        for entry in entries:
            file.seek(entry.header_offset + 10)
            file.write(stamp)
        for _ in entries:
            file.seek(directory + 12)
            file.write(stamp)
            file.seek(directory + 28)
            lengths = struct.unpack("<HHH", file.read(6))
            directory += 46 + sum(lengths)


def _digest(path: Path) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def _write_manifest(
    folder: Path, plan: Plan, files: list[tuple[str, str, str]], sizes: list[int], sources: Mapping[str, Source]
) -> None:
    names = departments_of(plan.city)
    with (folder / MANIFEST).open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADER)
        for at, ((when, resource, name), size) in enumerate(zip(files, sizes, strict=True), 1):
            department = sources[resource].department
            writer.writerow(
                (at, when, names.get(department, department), resource, name, size, _digest(folder / name), SYNTHETIC)
            )
    (folder / "README.md").write_text(
        _README.format(city=plan.city, people=plan.people, seed=plan.seed, as_of=plan.as_of), encoding="utf-8"
    )


def _delivered(
    folder: Path, files: list[tuple[str, str, str]], sources: Mapping[str, Source]
) -> Iterator[tuple[str, str, Any, list[int]]]:
    """Every file's rows with their truth, and where in the file each stands."""
    for _, resource, file in files:
        form = sources[resource].form
        whole = pa.concat_tables(_fitting(form, _parts_of(folder / ".parts", file)), promote_options="default")
        yield resource, file, whole, truth.lines(folder / file, form, whole.num_rows)
