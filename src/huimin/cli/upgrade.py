"""`huimin upgrade`: bring a city with data under this version of the program."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from huimin.cli.standing import stand_up
from huimin.cli.words import either

if TYPE_CHECKING:
    from huimin.cli import Commands

GROUP: Final = "care"
SUMMARY: Final = (
    "升级：备份、迁移、登记声明、核验；失败即还原",
    "upgrade: back up, migrate, register declarations, verify; or go back",
)
_STEPS: Final = {
    "backup": ("备份", "backing up"),
    "stand up": ("迁移、登记声明", "migrating, registering declarations"),
    "verify": ("核验", "verifying"),
    "roll back": ("还原", "going back"),
}


def add_parser(commands: "Commands") -> None:
    """`huimin upgrade [--backups DIR]`."""
    parser = commands.add_parser("upgrade", description=either(*SUMMARY))
    parser.add_argument(
        "--backups",
        type=Path,
        help=either(
            "备份目录（默认数据目录下 backups/）", "the folder of backups (default: backups/ of the data folder)"
        ),
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Upgrade; a failed step is refused with the data as they were."""
    from django.conf import settings
    from django.utils import timezone

    from huimin.tooling.keeping.upgrading import upgrade

    backups = args.backups or Path(settings.HOME) / "backups"
    done = upgrade(backups=backups, at=timezone.now(), stand_up=stand_up, env=os.environ, told=told)
    print(
        either(
            f"已升级：应用 {len(done.applied)} 项迁移，数据核验无误。升级前的备份：{done.backup.at}",
            f"Upgraded: {len(done.applied)} migrations applied, the data verify. The backup from before: {done.backup.at}",
        )
    )
    return 0


def told(step: str) -> None:
    """The step in hand, on a terminal."""
    if sys.stderr.isatty():
        print(either(*_STEPS[step]), file=sys.stderr)
