"""`huimin restore`: a backup becomes a city again and proves it."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from huimin.cli.words import either

if TYPE_CHECKING:
    from huimin.cli import Commands

GROUP: Final = "care"
SUMMARY: Final = ("从备份恢复，并核验无误", "restore a backup and prove that it is whole")
NOT_PROVEN: Final = 1
_STEPS: Final = {
    "copy": ("复制并核对", "copying and checking"),
    "store": ("恢复数据库", "the database"),
    "prove": ("核验", "proving"),
}


def add_parser(commands: "Commands") -> None:
    """`huimin restore --from X [--home DIR] [--database URL] [--expect FINGERPRINT] [--passphrase-file F]`."""
    parser = commands.add_parser("restore", description=either(*SUMMARY))
    parser.add_argument(
        "--from",
        dest="source",
        type=Path,
        required=True,
        help=either(
            "备份目录（取最新一份）或 .tar 文件",
            "a folder of backups (the newest is taken), one of them, or a .tar file",
        ),
    )
    parser.add_argument(
        "--home",
        type=Path,
        help=either("恢复到的空目录（默认 HUIMIN_HOME）", "the empty folder to restore into (default: HUIMIN_HOME)"),
    )
    parser.add_argument(
        "--database",
        metavar="URL",
        help=either("空的 PostgreSQL 库（默认 DATABASE_URL）", "the empty PostgreSQL database (default: DATABASE_URL)"),
    )
    parser.add_argument(
        "--expect",
        metavar="sha256:…",
        default="",
        help=either("备份时记下的指纹", "the fingerprint noted when the backup was made"),
    )
    parser.add_argument(
        "--passphrase-file", type=Path, metavar="F", help=either("口令文件", "the file with the passphrase")
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Restore and prove; 1 when anything is not as it was."""
    from django.conf import settings

    from huimin.tooling.keeping.locking import read_passphrase
    from huimin.tooling.keeping.restoring import restore

    passphrase = read_passphrase(args.passphrase_file) if args.passphrase_file else None
    database = os.environ.get("DATABASE_URL", "") if args.database is None else args.database
    restored = restore(
        args.source,
        home=args.home or Path(settings.HOME),
        database=database,
        passphrase=passphrase,
        expect=args.expect,
        told=told,
    )
    rows = sum(count for count, _ in restored.manifest.evidence.tables.values())
    for sentence in restored.wrong:
        print(sentence)
    for name in restored.manifest.missing:
        print(either(f"备份前已缺失：{name}", f"lost before the backup: {name}"), file=sys.stderr)
    if restored.wrong:
        print(either("恢复完成，但核验不符，请勿启用。", "Restored, but NOT as it was: do not use it."))
        return NOT_PROVEN
    print(
        either(
            f"已恢复并核验：{restored.home}（备份于 {restored.manifest.made_at}，{rows} 行，{len(restored.manifest.files)} 个文件）",
            f"Restored and proven: {restored.home} (of {restored.manifest.made_at}, {rows} rows, {len(restored.manifest.files)} files)",
        )
    )
    if restored.standing.behind:
        print(
            either(
                "备份来自较早的版本，请运行 huimin upgrade。",
                "The backup is of an earlier version: run huimin upgrade.",
            )
        )
    return 0


def told(step: str) -> None:
    """The step in hand, on a terminal."""
    if sys.stderr.isatty():
        print(either(*_STEPS[step]), file=sys.stderr)
