"""`huimin statistics`: publish the city's figures."""

import argparse

from huimin.cli import Commands
from huimin.cli.words import either

GROUP = "data"
SUMMARY = ("公开统计：发布", "public statistics: release")


def add_parser(commands: Commands) -> None:
    """`release`."""
    parser = commands.add_parser("statistics", description=either(*SUMMARY))
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    release = verbs.add_parser(
        "release",
        help=either("按最近一次核对的结果发布统计表", "publish the figures of the latest build of the registries"),
    )
    release.set_defaults(run=run_release)


def run_release(_args: argparse.Namespace) -> None:
    """Publish what statistics.yaml declares for the latest build; a build is released once."""
    from django.utils import timezone

    from huimin.platform.indicators.operations import release_statistics
    from huimin.platform.indicators.queries import find_standing_build
    from huimin.platform.journal.rules import Actor

    done = release_statistics(
        build=find_standing_build(), actor=Actor(kind="system", ref="statistics"), at=timezone.now()
    )
    print(
        either(
            f"{done.tables} 张表：公布 {done.published} 个数字，不公布 {done.withheld} 个",
            f"{done.tables} tables: {done.published} figures published, {done.withheld} withheld",
        )
        + (either("（此前已发布）", " (released before)") if done.again else "")
    )
