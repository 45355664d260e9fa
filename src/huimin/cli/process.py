"""`huimin process`: definitions checked, published, written out; running processes moved to a new version; an outage declared."""

import argparse
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from huimin.cli.words import either, language

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    Commands = Any

GROUP: Final = "data"
SUMMARY: Final = (
    "流程：检查、发布、导出定义，迁移在办流程",
    "processes: check, publish and export definitions, migrate what runs",
)

SOME_STAYED: Final = 1


def add_parser(subparsers: Commands) -> None:
    """Add `huimin process` and its commands."""
    parser = subparsers.add_parser("process", description=either(*SUMMARY))
    parser.set_defaults(run=partial(_help, parser))
    commands = parser.add_subparsers(metavar="COMMAND")

    def command(name: str, zh: str, en: str, run: object) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=either(zh, en), description=either(zh, en))
        added.set_defaults(run=run)
        return added

    def takes_file(command: argparse.ArgumentParser) -> None:
        command.add_argument("file", type=Path, help=either("BPMN 2.0 文件", "a BPMN 2.0 file"))

    check = command(
        "check", "检查一个 BPMN 文件能否使用，不发布", "whether a BPMN file can be used; publishes nothing", check_file
    )
    takes_file(check)
    publish = command("publish", "发布为新版本", "publish it as the next version", publish_file)
    publish.add_argument("code", help=either("流程代码", "the definition's code"))
    takes_file(publish)
    export = command("export", "导出，供其他建模工具打开", "write it out for other modellers", export_definition)
    export.add_argument("code", help=either("流程代码", "the definition's code"))
    export.add_argument("--version", type=int, default=None, metavar="N", help=either("第几版", "which version"))
    migrate = command(
        "migrate",
        "把在办流程迁移到新版本，列出不能迁移的及原因",
        "move running processes to another version; list those that cannot move, and why",
        migrate_processes,
    )
    migrate.add_argument("code", help=either("流程代码", "the definition's code"))
    migrate.add_argument(
        "--to", type=int, default=None, metavar="N", help=either("到第几版，默认最新", "to which version; the newest")
    )
    outage = command("outage", "系统停运期间不计时", "take an outage out of every clock", declare_outage)
    outage.add_argument("code", help=either("停运事件编号", "a code for the outage"))
    for name, zh, en in (("--from", "开始时间", "from"), ("--until", "结束时间", "until")):
        outage.add_argument(
            name,
            dest=name.strip("-") + "_at",
            type=_instant,
            required=True,
            metavar="2026-06-04T09:00+08:00",
            help=either(zh, en),
        )
    outage.add_argument("--basis", required=True, help=either("依据", "by which law or notice"))


def _instant(text: str) -> datetime:
    """An instant as it was typed; in Beijing when it names no zone."""
    from huimin.platform.process.rules.clocks import BEIJING

    said = datetime.fromisoformat(text)
    return said if said.tzinfo else said.replace(tzinfo=BEIJING)


def _help(parser: argparse.ArgumentParser, _args: argparse.Namespace) -> int:
    parser.print_help()
    return 0


def check_file(args: argparse.Namespace) -> None:
    """Say what a file draws; a refusal names what is wrong and where."""
    from huimin.platform.process.rules.bpmn import compiled

    graph = compiled(args.file.read_text(encoding="utf-8"))
    print(either(f"可以使用：{graph.named('zh')}", f"It can be used: {graph.named('en')}"))
    for node in graph.user_tasks:
        print(f"  {node.id:<24} {node.named(language())} → {node.post}")
    for name in sorted(graph.steps | graph.decisions | graph.calls):
        print(f"  {name}")


def publish_file(args: argparse.Namespace) -> None:
    """Publish; the same text again changes nothing."""
    from django.utils import timezone

    from huimin.platform.journal.rules import Actor
    from huimin.platform.process import operations

    text = args.file.read_text(encoding="utf-8")
    published = operations.publish_definition(
        code=args.code, text=text, actor=Actor("system", "command"), at=timezone.now()
    )
    print(either(f"{args.code} 第 {published.version} 版", f"{args.code}, version {published.version}"))


def export_definition(args: argparse.Namespace) -> None:
    """Print the BPMN."""
    from huimin.platform.process import queries
    from huimin.platform.process.rules.export import exported

    print(exported(queries.get_definition(args.code, args.version).text))


def migrate_processes(args: argparse.Namespace) -> int:
    """Move what can move, one transaction each; 1 when something stayed."""
    from django.utils import timezone

    from huimin.kernel.refusals import Refusal
    from huimin.platform.journal.rules import Actor
    from huimin.platform.process import operations, queries

    target = queries.get_definition(args.code, args.to)
    moved, stayed = 0, 0
    for number in queries.older_processes(args.code, target.version):
        try:
            operations.move_process(
                number=number, to_version=target.version, actor=Actor("system", "command"), at=timezone.now()
            )
            moved += 1
        except Refusal as refusal:
            stayed += 1
            print(refusal.sentence(language()))
    print(
        either(
            f"迁移到第 {target.version} 版：{moved} 件；不能迁移：{stayed} 件。",
            f"Moved to version {target.version}: {moved}; cannot be moved: {stayed}.",
        )
    )
    return SOME_STAYED if stayed else 0


def declare_outage(args: argparse.Namespace) -> None:
    """Put every clock back, slice after slice; a receiver of the last fact looks at the cards."""
    from django.utils import timezone

    from huimin.platform.journal.rules import Actor
    from huimin.platform.process import operations

    after: int | None = 0
    while after is not None:
        after = operations.declare_outage(
            code=args.code,
            basis=args.basis,
            starts_at=args.from_at,
            until=args.until_at,
            after=after,
            actor=Actor("system", "command"),
            at=timezone.now(),
        )
    print(either("停运期间已从各项时限中扣除。", "The outage was taken out of every clock."))
