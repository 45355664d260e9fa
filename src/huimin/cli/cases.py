"""`huimin cases`: offer benefits to who is entitled to them."""

import argparse
import sys

from huimin.cli import Commands
from huimin.cli.words import either

GROUP = "data"
SUMMARY = ("办件：免申即享扫描", "cases: offer benefits that nobody need apply for")


def add_parser(commands: Commands) -> None:
    """`offer [SERVICE] [--limit N]`."""
    parser = commands.add_parser("cases", description=either(*SUMMARY))
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    offer = verbs.add_parser(
        "offer",
        help=either(
            "扫描登记库，为符合条件的人发起办件，不再符合的停发",
            "scan the registry, open a case for whoever is entitled, end what somebody is not entitled to any more",
        ),
    )
    offer.add_argument(
        "service",
        nargs="?",
        help=either("事项代码（默认：所有免申即享事项）", "a service's code (default: all of them)"),
    )
    offer.add_argument(
        "--limit", type=int, metavar="N", help=either("每个事项最多发起多少件", "open at most N cases for a service")
    )
    offer.set_defaults(run=run_offer)


def run_offer(args: argparse.Namespace) -> None:
    """Scan and offer; prints one line of counts for each service."""
    from django.utils import timezone

    from huimin.platform.cases.operations import offer_benefits, scanned_services
    from huimin.platform.journal.rules import Actor

    actor = Actor(kind="system", ref="benefits")
    for code in [args.service] if args.service else scanned_services():
        done = offer_benefits(code, limit=args.limit, actor=actor, at=timezone.now(), progress=_counted)
        print(
            either(
                f"{code}：扫描 {done.scanned} 人，符合 {done.qualified}，新发起 {done.offered}，此前已发起 {done.standing}，"
                f"不能确定 {done.maybe}，未能发起 {done.refused}，停止 {done.stopped}",
                f"{code}: {done.scanned} people scanned, {done.qualified} entitled, {done.offered} offered, "
                f"{done.standing} offered before, {done.maybe} cannot be told, {done.refused} refused, "
                f"{done.stopped} stopped",
            )
        )


def _counted(done: int, of: int) -> None:
    """A running count, for who watches."""
    if sys.stderr.isatty() and (done % 100 == 0 or done == of):
        print(f"\r{done}/{of}", end="\n" if done == of else "", file=sys.stderr, flush=True)
