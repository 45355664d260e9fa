"""`huimin exchange`: land departments' files, list what was sent back."""

import argparse
import csv
import sys
from pathlib import Path

from huimin.cli import Commands
from huimin.cli.words import either
from huimin.kernel.refusals import NotFound

GROUP = "data"
SUMMARY = ("接收部门数据：入库、退回清单", "take in departments' data: land, list returned rows")


class NoSuchPath(NotFound):
    """The path to land does not exist."""

    zh = "没有这个文件或目录：{path}"
    en = "There is no such file or folder: {path}"


def add_parser(commands: Commands) -> None:
    """`land PATH`, `quarantine --out F`, `sweep`."""
    parser = commands.add_parser("exchange", description=either(*SUMMARY))
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    land = verbs.add_parser("land", help=either("入库一个文件或一个目录", "land a file or a folder"))
    land.add_argument("path", type=Path)
    land.set_defaults(run=run_land)
    quarantine = verbs.add_parser("quarantine", help=either("导出退回的行", "export returned rows"))
    quarantine.add_argument(
        "--out", type=Path, required=True, help=either("目标文件（.csv 或 .parquet）", "target file (.csv or .parquet)")
    )
    quarantine.set_defaults(run=run_quarantine)
    sweep = verbs.add_parser("sweep", help=either("清除中断留下的孤儿文件", "delete what crashes left in the lake"))
    sweep.set_defaults(run=run_sweep)


def run_land(args: argparse.Namespace) -> int:
    """Land a file or folder; 1 when any file was refused."""
    from django.utils import timezone

    from huimin.cli.words import language
    from huimin.platform.exchange.operations import Progress, land_inbox
    from huimin.platform.journal.rules import Actor

    if not args.path.exists():
        raise NoSuchPath(path=str(args.path))

    def report(progress: Progress) -> None:
        if sys.stderr.isatty():
            print(f"\r{progress.done}/{progress.total}", end="", file=sys.stderr, flush=True)

    progress = land_inbox(args.path, actor=Actor(kind="system", ref="landing"), clock=timezone.now, report=report)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    for delivery in progress.deliveries:
        print(
            f"{delivery.resource}\t{delivery.file_name}\t{delivery.state}\t{delivery.delivered} = "
            f"{delivery.landed} + {delivery.quarantined} + {delivery.duplicates}"
        )
    for note in progress.notes:
        print(note, file=sys.stderr)
    for name, refusal in progress.refused:
        print(f"{name}: {refusal.sentence(language())}", file=sys.stderr)
    return 1 if progress.refused else 0


def run_quarantine(args: argparse.Namespace) -> None:
    """Write resource, record_id, file, line, rule, message of every returned row."""
    from huimin.cli.words import language
    from huimin.platform.exchange.queries import quarantined_rows
    from huimin.platform.exchange.rules import RETURNED_WHOLE

    sentence = 0 if language() == "zh" else 1
    header = ["resource", "record_id", "file", "line", "rule", "message"]
    rows = [
        [
            row.delivery.resource,
            row.record_id,
            row.delivery.file_name,
            row.line,
            row.rule,
            RETURNED_WHOLE[row.rule][sentence],
        ]
        for row in quarantined_rows().iterator()
    ]
    if args.out.suffix == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        types = [pa.string(), pa.string(), pa.string(), pa.int64(), pa.string(), pa.string()]
        columns = [pa.array([row[place] for row in rows], kind) for place, kind in enumerate(types)]
        pq.write_table(pa.table(dict(zip(header, columns, strict=True))), args.out)
    else:
        with args.out.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            writer.writerows(rows)
    print(f"{len(rows)} → {args.out}")


def run_sweep(args: argparse.Namespace) -> None:
    """Delete the lake's orphans."""
    from huimin.platform.exchange.operations import sweep_lake

    for name in sweep_lake():
        print(name)
