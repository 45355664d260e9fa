"""`huimin admin`: who the three separated administrators are; opening the first ones of a fresh installation."""

import argparse

from huimin.cli import Commands
from huimin.cli.words import either

GROUP = "care"
SUMMARY = ("三员：列出、开立、免去", "the three administrators: list, open, dismiss")
ROLES = {
    "system": ("系统管理员", "system administrator"),
    "audit": ("审计管理员", "audit administrator"),
    "security": ("安全管理员", "security administrator"),
}


def add_parser(commands: Commands) -> None:
    """`list`, `open ROLE USERNAME NAME`, `code USERNAME`, `dismiss USERNAME`."""
    parser = commands.add_parser("admin", description=either(*SUMMARY))
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    verbs.add_parser("list", help=either("现任三员", "who they are")).set_defaults(run=run_list)
    opening = verbs.add_parser(
        "open",
        help=either(
            "为空缺的一员开立账号，显示首次登录码", "open the account of a vacant part; shows its first sign-in code"
        ),
    )
    opening.add_argument("role", choices=sorted(ROLES))
    opening.add_argument("username", help=either("登录名", "sign-in name"))
    opening.add_argument("name", help=either("姓名", "name"))
    opening.set_defaults(run=run_open)
    code = verbs.add_parser(
        "code", help=either("重发首次登录码，原登录方式失效", "a new first sign-in code; what was signed in with ends")
    )
    code.add_argument("username")
    code.set_defaults(run=run_code)
    dismissing = verbs.add_parser(
        "dismiss", help=either("免去并停用账号", "dismiss an administrator and close the account")
    )
    dismissing.add_argument("username")
    dismissing.set_defaults(run=run_dismiss)


def run_list(_args: argparse.Namespace) -> None:
    """Print each part and who has it."""
    from huimin.platform.identity.queries import administrators

    held: dict[str, list[str]] = {}
    for one in administrators():
        held.setdefault(one.role, []).append(f"{one.account.username} {one.account.name}")
    for role, names in ROLES.items():
        print(f"{either(*names)}：{'；'.join(held.get(role, [])) or either('空缺', 'vacant')}")


def run_open(args: argparse.Namespace) -> None:
    """Open an account, appoint it, print the code of its first sign-in. Raises `PartTaken`, `NameTaken`."""
    from django.utils import timezone

    from huimin.platform.identity.operations import open_administrator
    from huimin.platform.journal.rules import Actor

    account, code = open_administrator(
        role=args.role,
        username=args.username,
        name=args.name,
        actor=Actor(kind="system", ref="admin-command"),
        at=timezone.now(),
    )
    _tell(account.username, code)


def run_code(args: argparse.Namespace) -> None:
    """Print a new code for an administrator. Raises `NoSuchAccount`."""
    from django.utils import timezone

    from huimin.platform.identity.operations import issue_first_code
    from huimin.platform.identity.queries import get_administrator
    from huimin.platform.journal.rules import Actor

    account = get_administrator(args.username).account
    code = issue_first_code(account=account, actor=Actor(kind="system", ref="admin-command"), at=timezone.now())
    _tell(account.username, code)


def run_dismiss(args: argparse.Namespace) -> None:
    """End an appointment and close the account."""
    from django.utils import timezone

    from huimin.platform.identity.operations import dismiss_administrator
    from huimin.platform.identity.queries import get_administrator
    from huimin.platform.journal.rules import Actor

    account = get_administrator(args.username).account
    dismiss_administrator(account=account, actor=Actor(kind="system", ref="admin-command"), at=timezone.now())
    print(
        either(f"{account.username} 已免去，账号已停用。", f"{account.username} is dismissed and the account closed.")
    )


def _tell(username: str, code: str) -> None:
    print(
        either(
            f"登录名 {username}，首次登录码 {code}\n请当面交给本人：到 /account/first/ 设置密码，再启用两步验证。三天内有效，只能用一次。",
            f"Sign-in name {username}, first sign-in code {code}\n"
            "Hand it over in person: the password is chosen at /account/first/, then a second factor is set up."
            " Valid for three days, and once.",
        )
    )
