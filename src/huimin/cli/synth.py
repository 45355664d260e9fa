"""`huimin synth`: make a synthetic city's extracts, as messy as departments deliver them."""

import argparse
import os
import sys
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from huimin.cli.words import either

if TYPE_CHECKING:
    from huimin.cli import Commands

GROUP: Final = "data"
SUMMARY: Final = ("生成一座合成城市的部门数据", "make a synthetic city's extracts")
_STEPS: Final = {"people": ("人口", "people"), "files": ("文件", "files"), "labels": ("标注", "labels")}


def add_parser(commands: "Commands") -> None:
    """`huimin synth --out DIR [--city C] [--people N] [--seed S] [--as-of DAY] [--labels DIR] [--workers W]`."""
    parser = commands.add_parser("synth", description=either(*SUMMARY))
    parser.add_argument(
        "--out", type=Path, required=True, help=either("写入的文件夹（须为空）", "folder to write into (must be empty)")
    )
    parser.add_argument("--city", default="wuhu", help=either("城市（默认 wuhu）", "city (default: wuhu)"))
    parser.add_argument(
        "--people", type=int, default=20_000, help=either("人数（默认 20000）", "number of people (default: 20000)")
    )
    parser.add_argument("--seed", type=int, default=1, help=either("随机种子（默认 1）", "random seed (default: 1)"))
    add_as_of(parser)
    parser.add_argument(
        "--labels",
        type=Path,
        help=either(
            "另把真值标注写入此文件夹，用于评测归并", "also write the truth into this folder, to measure linkage with"
        ),
    )
    parser.add_argument(
        "--workers",
        type=int,
        default=os.cpu_count() or 1,
        help=either("进程数（结果与此无关）", "processes (the result is the same)"),
    )
    parser.set_defaults(run=run)


def add_as_of(parser: argparse.ArgumentParser) -> None:
    """`--as-of DAY`, of the commands that make a city."""
    parser.add_argument(
        "--as-of",
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help=either("数据截至哪一天（默认今天）", "the day that the data speak of (default: today)"),
    )


def run(args: argparse.Namespace) -> int:
    """Make the city; returns 0. Refuses a folder that is not empty and a city that it does not know."""
    from django.utils import timezone

    from huimin.tooling.synth.block import Plan
    from huimin.tooling.synth.delivery import make_city

    begun = time.monotonic()
    shown = _progress if sys.stderr.isatty() else _silence
    plan = Plan(city=args.city, people=args.people, seed=args.seed, as_of=args.as_of or timezone.localdate())
    made = make_city(plan, args.out, labels=args.labels, workers=args.workers, told=shown)
    seconds = time.monotonic() - begun
    print(
        either(
            f"已生成合成数据：{args.people} 人，{made.files} 个文件，{made.rows} 行，用时 {seconds:.1f} 秒：{args.out}",
            f"Synthetic data made: {args.people} people, {made.files} files, {made.rows} rows in {seconds:.1f} s: {args.out}",
        )
    )
    return 0


def _progress(step: str, done: int, whole: int) -> None:
    print(f"\r{either(*_STEPS[step])} {done}/{whole} ", end="\n" if done >= whole else "", file=sys.stderr, flush=True)


def _silence(step: str, done: int, whole: int) -> None:
    """Say nothing: nobody is watching."""
