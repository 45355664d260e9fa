"""`huimin keys`: which keys there are, how old, without showing them; and a new key for sessions."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from huimin.cli.words import either

if TYPE_CHECKING:
    from huimin.cli import Commands

GROUP: Final = "care"
SUMMARY: Final = ("密钥：列出（不显示内容）、轮换", "keys: list them without showing them, rotate")


def add_parser(commands: "Commands") -> None:
    """`huimin keys [rotate session|digest|anchor]`."""
    parser = commands.add_parser("keys", description=either(*SUMMARY))
    parser.set_defaults(run=show)
    verbs = parser.add_subparsers(metavar="VERB")
    rotate = verbs.add_parser("rotate", help=either("启用新密钥", "put a new key into use"))
    rotate.add_argument(
        "purpose",
        choices=("session", "digest", "anchor"),
        help=either("会话密钥、存证摘要密钥、锚签名密钥", "of sessions, of the journal's digests, of its anchors"),
    )
    rotate.set_defaults(run=run_rotate)


def show(_args: argparse.Namespace) -> int:
    """One line a key: purpose, id, in use or retired, since when."""
    from django.conf import settings
    from django.utils import timezone

    from huimin.tooling.keeping.secret_keys import listed_keys

    now = timezone.now()
    for key in listed_keys(Path(settings.HOME)):
        state = either("在用", "in use") if key.in_use else either("已退役", "retired")
        age = either(f"{(now - key.since).days} 天", f"{(now - key.since).days} days") if key.since else "-"
        print(f"{key.purpose:<16}{key.key_id:<24}{state:<10}{age}")
    return 0


def run_rotate(args: argparse.Namespace) -> int:
    """Put a new key into use; the older ones go on reading what they made."""
    from django.conf import settings
    from django.utils import timezone

    from huimin.platform.journal import operations
    from huimin.platform.journal.rules import Actor
    from huimin.tooling.keeping.secret_keys import SESSION, rotate_session_key

    if args.purpose == SESSION:
        rotate_session_key(Path(settings.HOME))
        print(
            either(
                "已启用新的会话密钥；请重启 huimin serve。旧密钥保留，用于已登录的会话、动态口令和接口密钥。",
                "A new session key is in use; start huimin serve again. The old one still reads what it made.",
            )
        )
        return 0
    key_id = operations.rotate_key(args.purpose, actor=Actor("system", "command"), at=timezone.now())
    print(either(f"已启用新密钥 {key_id}。", f"Key {key_id} is now in use."))
    return 0
