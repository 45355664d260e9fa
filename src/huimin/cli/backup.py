"""`huimin backup`: a consistent copy of the living city."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from huimin.cli.words import either

if TYPE_CHECKING:
    from huimin.cli import Commands

GROUP: Final = "care"
SUMMARY: Final = ("备份整座城市的数据（不停机）", "back up the city while it lives")
INCOMPLETE: Final = 1


def add_parser(commands: "Commands") -> None:
    """`huimin backup --out DIR|FILE.tar [--passphrase-file F]`."""
    parser = commands.add_parser("backup", description=either(*SUMMARY))
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        help=either(
            "目录（每次一个子目录，未变的文件与上次共用）或 .tar 文件",
            "a folder (one subfolder each time; unchanged files are shared with the last) or a .tar file",
        ),
    )
    parser.add_argument(
        "--passphrase-file",
        type=Path,
        metavar="F",
        help=either("口令文件：加密 .tar（备份内含密钥）", "a file with a passphrase: lock the .tar (keys are inside)"),
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Back up; 1 when the city itself had lost files."""
    from django.utils import timezone

    from huimin.tooling.keeping.backing_up import back_up
    from huimin.tooling.keeping.locking import read_passphrase

    passphrase = read_passphrase(args.passphrase_file) if args.passphrase_file else None
    made = back_up(args.out, at=timezone.now(), passphrase=passphrase, told=told)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    size = sum(kept.size for kept in made.manifest.files.values())
    print(
        either(
            f"已备份：{made.at}（{len(made.manifest.files)} 个文件，{size / 1e6:.1f} MB）",
            f"Backed up: {made.at} ({len(made.manifest.files)} files, {size / 1e6:.1f} MB)",
        )
    )
    print(either("请另处记下指纹：", "Note its fingerprint elsewhere: ") + made.manifest.fingerprint())
    for name in made.manifest.missing:
        print(
            either(f"湖中缺少文件：{name}（见 huimin doctor）", f"missing from the lake: {name} (see huimin doctor)"),
            file=sys.stderr,
        )
    return INCOMPLETE if made.manifest.missing else 0


def told(name: str) -> None:
    """The file in hand, on a terminal."""
    if sys.stderr.isatty():
        print(f"\r\033[K{name}", end="", file=sys.stderr, flush=True)
