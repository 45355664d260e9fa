"""`huimin grid`: take over the roster of grid workers, and the survey of components."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from huimin.cli import Commands
from huimin.cli.words import either

if TYPE_CHECKING:
    from huimin.platform.grid.rules import Taken

GROUP = "data"
SUMMARY = ("网格：导入网格员名册、部件普查", "the grid: take over the roster of workers and the survey of components")
SHOWN_AT_MOST = 50


def add_parser(commands: Commands) -> None:
    """`workers FILE`, `components FILE`."""
    parser = commands.add_parser("grid", description=either(*SUMMARY))
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    workers = verbs.add_parser(
        "workers",
        help=either(
            "导入网格员名册（CSV：工号，姓名，网格编号，起始日，结束日，首要）",
            "take over a roster (CSV: worker, name, cell, since, until, first)",
        ),
    )
    workers.set_defaults(run=run_workers)
    components = verbs.add_parser(
        "components",
        help=either(
            "导入部件普查（CSV：标识码，名称，经度，纬度，坐标系，主管部门代码，权属单位代码，养护单位代码，状态，初始日期…）",
            "take over a survey (CSV: code, name, longitude, latitude, datum, authority, owner, maintainer, state, installed_on …)",
        ),
    )
    components.set_defaults(run=run_components)
    for verb in (workers, components):
        verb.add_argument("file", type=Path, help=either("CSV 文件", "CSV file"))


def run_workers(args: argparse.Namespace) -> int:
    """Open accounts, let them hold their posts, assign cells."""
    from django.utils import timezone

    from huimin.platform.grid.operations import take_workers
    from huimin.platform.journal.rules import Actor

    return _told(take_workers(args.file.read_bytes(), actor=Actor(kind="system", ref="grid"), at=timezone.now()))


def run_components(args: argparse.Namespace) -> int:
    """Enter components and bring known ones to what the survey says."""
    from django.utils import timezone

    from huimin.platform.grid.operations import take_components
    from huimin.platform.journal.rules import Actor

    return _told(take_components(args.file.read_bytes(), actor=Actor(kind="system", ref="grid"), at=timezone.now()))


def _told(taken: "Taken") -> int:
    """Say what was taken, and every row that was not; 1 where a row was refused."""
    for one in taken.refused[:SHOWN_AT_MOST]:
        print(either(f"第 {one.line} 行：{one.zh}", f"line {one.line}: {one.en}"), file=sys.stderr)
    refused = len(taken.refused)
    if refused > SHOWN_AT_MOST:
        left = refused - SHOWN_AT_MOST
        print(either(f"……还有 {left} 行有误", f"… and {left} more rows"), file=sys.stderr)
    print(
        either(
            f"{taken.rows} 行：新增 {taken.made}，更新 {taken.changed}，退回 {refused}",
            f"{taken.rows} rows: {taken.made} new, {taken.changed} changed, {refused} refused",
        )
    )
    return 1 if refused else 0
