"""`huimin journal`: is the journal whole, what stands in it, what waits; anchor it and rotate its keys by hand."""

import argparse
import sys
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from huimin.cli.words import either, language

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    Commands = Any

GROUP: Final = "care"
SUMMARY: Final = ("存证账本：核验、锚定、查看", "the journal: verify, anchor, look")

BROKEN: Final = 1


def add_parser(subparsers: Commands) -> None:
    """Add `huimin journal` and its commands."""
    parser = subparsers.add_parser("journal", description=either(*SUMMARY))
    parser.set_defaults(run=partial(_help, parser))
    commands = parser.add_subparsers(metavar="COMMAND")

    def command(name: str, zh: str, en: str, run: object) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=either(zh, en), description=either(zh, en))
        added.set_defaults(run=run)
        return added

    check = command(
        "verify", "逐条核验，指出被改、被删、被调换的存证", "name every entry changed, removed or reordered", verify
    )
    check.add_argument(
        "--key",
        metavar="SM3:…",
        default="",
        help=either("另处记下的锚签名密钥指纹", "the anchor key's fingerprint as noted elsewhere"),
    )
    command("anchor", "立即写入一条签名锚", "write a signed anchor now", anchor)
    tail = command("tail", "显示最近的存证", "show the latest entries", show_tail)
    tail.add_argument("-n", type=int, default=20, metavar="N", help=either("条数", "how many"))
    command("parked", "列出被搁置的通知", "list deliveries that were given up", show_parked)
    resume = command("resume", "恢复一条被搁置的通知", "queue a parked delivery again", resume_delivery)
    resume.add_argument("number", type=int, help=either("parked 所列编号", "its number in `parked`"))
    rotate = command("rotate", "轮换密钥", "put a new key into use", rotate_key)
    rotate.add_argument(
        "name", choices=("digest", "anchor"), help=either("摘要密钥或锚签名密钥", "of digests or of anchors")
    )


def _help(parser: argparse.ArgumentParser, _args: argparse.Namespace) -> int:
    parser.print_help()
    return 0


def verify(args: argparse.Namespace) -> int:
    """Print every finding; 1 when there is any."""
    from huimin.platform.journal import queries

    progress = _told_count if sys.stderr.isatty() else lambda count: None
    result = queries.verify(fingerprint=args.key, progress=progress)
    for finding in result.findings:
        print(finding.sentence(language()))
    anchored = f"{result.anchored_at:%Y-%m-%d %H:%M:%S %Z}" if result.anchored_at else either("尚无", "none yet")
    counts = either(
        f"存证 {result.entries} 条，锚 {result.anchors} 条，最后的锚：{anchored}",
        f"{result.entries} entries, {result.anchors} anchors, last anchor: {anchored}",
    )
    verdict = either("完整无缺", "whole") if result.is_whole else either("不完整", "NOT WHOLE")
    print(either(f"账本{verdict}：{counts}", f"The journal is {verdict}: {counts}"))
    return 0 if result.is_whole else BROKEN


def _told_count(count: int) -> None:
    print(f"\r{count}", end="", file=sys.stderr, flush=True)


def anchor(_args: argparse.Namespace) -> int:
    """Anchor the chains, and print the fingerprint that should be noted elsewhere."""
    from django.utils import timezone

    from huimin.platform.journal import operations, queries

    written = operations.anchor(at=timezone.now())
    print(
        either(f"已写入第 {written.number} 号锚。", f"Wrote anchor {written.number}.")
        if written
        else either("自上一条锚以来没有新的存证。", "Nothing was published since the last anchor.")
    )
    for key, fingerprint in queries.public_fingerprints().items():
        print(either(f"签名密钥 {key} 指纹：{fingerprint}", f"signing key {key}: {fingerprint}"))
    return 0


def show_tail(args: argparse.Namespace) -> int:
    """Print the latest entries, one a line."""
    from django.utils import timezone

    from huimin.platform.journal import queries

    for entry in queries.latest_entries(args.n):
        at = timezone.localtime(entry.at)
        print(
            f"{entry.number}  {at:%Y-%m-%d %H:%M:%S}  {entry.actor_kind}:{entry.actor_ref}  {entry.kind}  {entry.subject}  {entry.body}"
        )
    return 0


def show_parked(_args: argparse.Namespace) -> int:
    """Print what was given up, and why."""
    from huimin.platform.journal import queries

    for item in queries.parked_deliveries():
        print(f"{item.pk}  {item.key}  {item.entry.kind}  {item.error}")
    return 0


def resume_delivery(args: argparse.Namespace) -> int:
    """Queue a parked delivery again."""
    from django.utils import timezone

    from huimin.platform.journal import operations
    from huimin.platform.journal.rules import Actor

    operations.resume_delivery(args.number, actor=Actor("system", "command"), at=timezone.now())
    print(either("已重新排队。", "Queued again."))
    return 0


def rotate_key(args: argparse.Namespace) -> int:
    """Put a new key into use."""
    from django.utils import timezone

    from huimin.platform.journal import operations
    from huimin.platform.journal.rules import Actor

    key_id = operations.rotate_key(args.name, actor=Actor("system", "command"), at=timezone.now())
    print(either(f"已启用新密钥 {key_id}。", f"Key {key_id} is now in use."))
    return 0
