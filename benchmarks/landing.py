"""Landing against the engine's bare read-and-write of the same file, in CPU seconds.

The department files of one synthetic city (HUIMIN_BENCH_PEOPLE, default 200,000). The floor, in the same process and run: the bytes
are decoded, cut into columns of text and written as Parquet by the engine, nothing is looked at.
"""

import os
import tempfile
from pathlib import Path

import django
from _measuring import cpu, cpu_figure

PEOPLE = int(os.environ.get("HUIMIN_BENCH_PEOPLE", "200000"))
WIDE = "police.population"
NARROW = "hrss.insured"
FILES = ((WIDE, "gaj/police_population_*.csv", 1.6), (NARROW, "rsj/*_full.csv", 1.4))
WARM_UP_LINES = 50


def measure() -> list[dict[str, object]]:
    """For a wide and a narrow file: the CPU seconds of landing it against those of reading and writing it."""
    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from huimin.platform.exchange.operations import land_file
    from huimin.platform.journal.rules import Actor
    from huimin.tooling.synth.block import Plan
    from huimin.tooling.synth.delivery import make_city

    call_command("migrate", verbosity=0)
    actor = Actor(kind="system", ref="bench")
    with tempfile.TemporaryDirectory() as folder:
        extracts = Path(folder) / "city"
        make_city(Plan(city="wuhu", people=PEOPLE, seed=1), extracts)
        figures = []
        for code, pattern, most in FILES:
            (file,) = extracts.glob(pattern)
            land_file(_first_lines(file, Path(folder)), actor=actor, at=timezone.now())  # warm: imports, macros
            with cpu() as floor:
                _bare(file, Path(folder) / "bare.parquet", code)
            with cpu() as landing:
                delivery = land_file(file, actor=actor, at=timezone.now())
            figures.append(cpu_figure(f"landing {code}: {delivery.delivered:,} rows", landing, floor, most=most))
    return figures


def _first_lines(file: Path, folder: Path) -> Path:
    few = folder / file.parent.name / file.name
    few.parent.mkdir(exist_ok=True)
    few.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:WARM_UP_LINES]))
    return few


def _bare(file: Path, target: Path, code: str) -> None:
    """What any landing must do: the bytes decoded, cut into columns of text, written as Parquet."""
    from huimin.platform.exchange.declarations import sources
    from huimin.platform.exchange.lake import engine as lake_engine

    encoding = sources()[code].form.encoding
    plain = target.with_suffix(".csv")
    with (
        file.open(encoding=encoding, errors="replace", newline="") as source,
        plain.open("w", encoding="utf-8", newline="") as out,
    ):
        while block := source.read(1 << 20):
            out.write(block.replace("\0", ""))
    with lake_engine.connect(target.parent / "spill", macros=False) as connection:
        connection.execute(
            f"COPY (SELECT * FROM read_csv('{plain}', all_varchar = true, header = true, ignore_errors = true,"
            f" strict_mode = false)) TO '{target}' (FORMAT parquet, COMPRESSION snappy)"
        )
