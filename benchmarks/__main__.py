"""`make bench`: run every benchmark, print one table, write var/bench.json.

A benchmark is a module of this folder with `measure() -> list[dict]`. Each figure is
`{name, value, unit, floor, ratio, goal, met}`: `value` as measured, `floor` the same work done bare in the same run,
`ratio` one against the other, `goal` the bound on that ratio in words, `met` whether it holds. Figures of a server also say how they
were taken: `floor_is`, `connections`, `warm_up`. Each module runs in a process and a data folder of its own.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import traceback
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).resolve().parent
KEYS = ("name", "value", "unit", "floor", "ratio", "goal", "met")
TAKEN = ("floor_is", "connections", "warm_up")


def main() -> int:
    """0 when every benchmark ran; 1 when one did not, or, with --strict, when a goal was missed."""
    parser = argparse.ArgumentParser(prog="benchmarks", description="Run the benchmarks.")
    parser.add_argument("names", nargs="*", help="which ones (default: all)")
    parser.add_argument("--out", type=Path, default=Path("var/bench.json"))
    parser.add_argument("--strict", action="store_true", help="fail when a goal is missed")
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.into:
        return measure_here(args.names[0], args.into)
    figures: list[dict[str, object]] = []
    failed = []
    for name in args.names or sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_")):
        print(f"── {name}", file=sys.stderr, flush=True)
        found = measure_apart(name)
        failed += [] if found is not None else [name]
        figures += found or []
    print(table(figures))
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    for name in failed:
        print(f"{name} did not run to its end", file=sys.stderr)
    missed = [figure for figure in figures if not figure["met"]]
    return 1 if failed or (args.strict and missed) else 0


def measure_apart(name: str) -> list[dict[str, object]] | None:
    """The figures of one benchmark, run in a process of its own; None when it failed."""
    with tempfile.TemporaryDirectory(prefix="huimin-bench-") as home:
        into = Path(home, "figures.json")
        command = [sys.executable, str(HERE), name, "--into", str(into)]
        env = {"DJANGO_SETTINGS_MODULE": "huimin.settings", **os.environ, "HUIMIN_HOME": str(Path(home, "var"))}
        run = subprocess.run(command, env=env, check=False)
        return json.loads(into.read_text(encoding="utf-8")) if run.returncode == 0 else None


def measure_here(name: str, into: Path) -> int:
    """In that process: call `measure`, hold its figures to the form, and write them down."""
    try:
        figures = import_module(name).measure()
        for figure in figures:
            if tuple(figure) not in (KEYS, (*KEYS, *TAKEN)):
                raise ValueError(f"a figure is {', '.join(KEYS)}, not {', '.join(figure)}")
    except Exception:
        traceback.print_exc()
        return 1
    into.write_text(json.dumps(figures, ensure_ascii=False), encoding="utf-8")
    return 0


def table(figures: list[dict[str, object]]) -> str:
    """The figures as text, a line each; numbers to four digits."""
    head = ("figure", "value", "unit", "floor", "ratio", "goal", "")
    rows = [head, *(tuple(_cell(figure[key]) for key in KEYS) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "─" * len(lines[0]), *lines[1:]])


def _cell(value: object) -> str:
    match value:
        case bool():
            return "met" if value else "MISSED"
        case int() | float():
            return f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"
        case _:
            return str(value)


if __name__ == "__main__":
    sys.exit(main())
