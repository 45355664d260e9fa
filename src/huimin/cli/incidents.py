"""`huimin incidents`: learn classes from closed incidents; keys of Open311; neighbours."""

import argparse
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from huimin.cli.words import either

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    Commands = Any

GROUP: Final = "data"
SUMMARY: Final = (
    "案件：训练类别建议，Open311 密钥，转相邻地区",
    "incidents: learn classes, keys of Open311, neighbours",
)


def add_parser(subparsers: Commands) -> None:
    """Add `huimin incidents` and its commands."""
    parser = subparsers.add_parser("incidents", description=either(*SUMMARY))
    parser.set_defaults(run=partial(_help, parser))
    commands = parser.add_subparsers(metavar="COMMAND")

    def command(name: str, zh: str, en: str, run: object) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=either(zh, en), description=either(zh, en))
        added.set_defaults(run=run)
        return added

    command(
        "train",
        "从本市已结案件学习类别建议，并用最近一月检验",
        "learn classes from closed incidents, measured on the latest month",
        train,
    )
    key = command(
        "open311-key",
        "给一个 Open311 客户端发密钥（只显示一次）",
        "give an Open311 client a key (shown once)",
        give_key,
    )
    key.add_argument("name", help=either("客户端名称", "what the client is called"))
    close = command("open311-close", "停用一个 Open311 客户端的密钥", "let a client's key hold no more", close_key)
    close.add_argument("name", help=either("客户端名称", "what the client is called"))
    forward = command("forward", "把一件转给相邻地区", "hand an incident to a neighbour", hand_over)
    forward.add_argument("number", help=either("案件号", "the incident's number"))
    forward.add_argument(
        "neighbour", help=either("相邻地区代码（open311.yaml）", "the neighbour's code (open311.yaml)")
    )
    command("neighbours", "向相邻地区发送、查询一轮", "send to neighbours and ask them, once", speak)


def _help(parser: argparse.ArgumentParser, _args: argparse.Namespace) -> int:
    parser.print_help()
    return 0


def train(_args: argparse.Namespace) -> int:
    """Learn classes now."""
    from django.utils import timezone

    from huimin.platform.incidents.operations.suggesting import learn_classes
    from huimin.platform.journal.rules import Actor

    edition = learn_classes(actor=Actor(kind="system", ref="cli"), at=timezone.now())
    tested, first, three = edition.tested, edition.first, edition.three
    shares = (f"{first / tested:.0%}", f"{three / tested:.0%}") if tested else ("–", "–")
    print(
        either(
            f"第 {edition.number} 版：学了 {edition.texts} 件、{edition.classes} 类；{edition.tested_from} 起未学过的 {tested} 件，"
            f"首选命中 {shares[0]}，前三命中 {shares[1]}。",
            f"Edition {edition.number}: {edition.texts} texts, {edition.classes} classes; of {tested} unseen since {edition.tested_from}"
            f" {shares[0]} right at once, {shares[1]} among three.",
        )
    )
    return 0


def give_key(args: argparse.Namespace) -> int:
    """A new client and its key."""
    from django.utils import timezone

    from huimin.platform.incidents.operations.open311 import register_open311_client
    from huimin.platform.journal.rules import Actor

    _client, key = register_open311_client(name=args.name, actor=Actor(kind="system", ref="cli"), at=timezone.now())
    print(key)
    return 0


def close_key(args: argparse.Namespace) -> int:
    """End a client's key."""
    from django.utils import timezone

    from huimin.platform.incidents.operations.open311 import close_open311_client
    from huimin.platform.journal.rules import Actor

    close_open311_client(name=args.name, actor=Actor(kind="system", ref="cli"), at=timezone.now())
    return 0


def hand_over(args: argparse.Namespace) -> int:
    """Put an incident into the outbox to a neighbour."""
    from django.utils import timezone

    from huimin.platform.incidents.operations.open311 import forward_incident
    from huimin.platform.journal.rules import Actor

    forward_incident(args.number, neighbour=args.neighbour, actor=Actor(kind="system", ref="cli"), at=timezone.now())
    return 0


def speak(_args: argparse.Namespace) -> int:
    """One round with the neighbours."""
    from django.utils import timezone

    from huimin.platform.incidents.operations.open311 import send_and_ask

    spoken = send_and_ask(at=timezone.now())
    print(either(f"联系了 {spoken} 次。", f"Spoke {spoken} times."))
    return 0
