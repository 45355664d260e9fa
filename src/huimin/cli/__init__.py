"""The `huimin` command: parse, call one operation, print. No decisions live here.

A command is a module of this package with an `add_parser` function; it is found from the tree, so adding one edits no
list:

    GROUP = "data"                                        # a key of GROUPS: where `huimin --help` lists it
    SUMMARY = ("核对存证账本", "check the journal's chain")   # one line for each language

    def add_parser(commands: Commands) -> None:
        parser = commands.add_parser("journal", description=either(*SUMMARY))
        parser.set_defaults(run=run)

    def run(args: argparse.Namespace) -> int | None: ...

Django is set up between the parsing and `run`, so a command module imports the house's apps inside `run`, and nothing
at the top that needs Django. A command that needs other settings says so with
`parser.set_defaults(environment={"HUIMIN_MODE": "demo"})`; what the caller has set in the environment wins. `run` gives
the exit status (None is 0) and refuses by raising a `Refusal`.
"""

import argparse
import atexit
import gc
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import django

from huimin.cli.failures import failures_told
from huimin.cli.words import either

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    Commands = Any

GROUPS: Final[Mapping[str, tuple[str, str]]] = {
    "start": ("开始", "Start here"),
    "data": ("数据", "Data"),
    "care": ("运维", "Keeping it well"),
    "other": ("其他", "Other"),
}
"""The headings of `huimin --help`, in order, in both languages."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit status: 0 done, 1 refused or failed, 2 not understood, 130 interrupted."""
    with failures_told() as outcome:
        outcome.status = _run(sys.argv[1:] if argv is None else argv)
    return outcome.status


def _run(argv: Sequence[str]) -> int:
    modules = dict(command_modules())
    parser = _parser(modules)
    args = parser.parse_args(argv)
    if args.run is None:
        parser.print_help()
        return 0
    for name, value in args.environment.items():
        os.environ.setdefault(name, value)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huimin.settings")
    _set_up()
    return args.run(args) or 0


def _set_up() -> None:
    """Load the house without looking for garbage, then or later: what is loaded stays to the end, and to look through it again and again
    takes a fifth of a start.
    """
    gc.disable()
    try:
        django.setup()
        gc.freeze()
        atexit.register(gc.unfreeze)  # libraries count at the end what they have left
    finally:
        gc.enable()


def command_modules() -> Iterator[tuple[str, ModuleType]]:
    """Every module of this package that adds a command, by name."""
    for found in iter_modules(__path__):
        if found.name != "tests" and hasattr(module := import_module(f"{__name__}.{found.name}"), "add_parser"):
            yield found.name, module


def _parser(modules: Mapping[str, ModuleType]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="huimin", usage="huimin COMMAND …", formatter_class=argparse.RawDescriptionHelpFormatter, add_help=False
    )
    parser.add_argument("-h", "--help", action="help", help=argparse.SUPPRESS)
    parser.set_defaults(run=None, environment={})
    commands = parser.add_subparsers(prog="huimin", metavar="COMMAND", help=argparse.SUPPRESS)
    lines: dict[str, list[str]] = {group: [] for group in GROUPS}
    for module in modules.values():
        known = set(commands.choices)
        module.add_parser(commands)
        group, summary = getattr(module, "GROUP", "other"), either(*getattr(module, "SUMMARY", ("", "")))
        lines[group] += [f"  {name:<12}{summary}" for name in commands.choices if name not in known]
    listed = [f"{either(*GROUPS[group])}\n" + "\n".join(sorted(rows)) for group, rows in lines.items() if rows]
    parser.description = either(
        "信息惠民：一座城市服务市民的开放平台。", "Huimin: an open platform on which a Chinese city serves its people."
    )
    parser.epilog = "\n\n".join(
        [*listed, either("每个命令都有 --help。语言随 LANG。", "Every command has --help. The language follows LANG.")]
    )
    return parser
