"""What stands in the files: clocks, facts, length, names."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import app_of, code_files, inside, name_of, parsed, python_files, room_of, source

LONGEST = 400
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "service", "manager", "managers", "base"}
TIMELESS_ROOMS = {"rules", "events", "ports", "models", "permissions", "queries", "operations"}
CLOCKS = {
    ("timezone", "now"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("functions", "Now"),
}
CLOCK_IMPORTS = {
    ("django.utils.timezone", "now"),
    ("time", "time"),
    ("time", "time_ns"),
    ("django.db.models.functions", "Now"),
}
LOCAL_CLOCKS = {"localdate", "localtime"}  # they read the clock only when they are given no instant


def clocks(root: Path) -> list[str]:
    """Reading the time of day anywhere but in an entry room: everywhere else it comes in as an argument."""
    timeless = (
        file
        for file in python_files(root)
        if room_of(root, file) in TIMELESS_ROOMS or file.is_relative_to(source(root) / "kernel")
    )
    return [f"{inside(root, file)}:{line} reads the clock: {what}" for file in timeless for line, what in _clocks(file)]


def _clocks(file: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(parsed(file)):
        match node:
            case ast.Attribute(value=value, attr=attr) if (name_of(value), attr) in CLOCKS:
                yield node.lineno, f"{name_of(value)}.{attr}"
            case ast.ImportFrom(module=module, names=names):
                yield from ((node.lineno, alias.name) for alias in names if (module, alias.name) in CLOCK_IMPORTS)
            case ast.Call(func=function, args=[], keywords=[]) if name_of(function) in LOCAL_CLOCKS:
                yield node.lineno, name_of(function)
            case ast.keyword(arg="auto_now" | "auto_now_add" as arg, value=ast.Constant(value=True)):
                yield node.value.lineno, arg


def facts(root: Path) -> list[str]:
    """Facts without a docstring, facts that can be changed, and facts outside of an app's `events` room."""
    classes = [
        (file, node) for file in python_files(root) for node in ast.walk(parsed(file)) if isinstance(node, ast.ClassDef)
    ]
    names = _fact_names([node for _, node in classes])
    return [
        f"{inside(root, file)}:{node.lineno} {node.name} {wrong}"
        for file, node in classes
        if node.name in names
        for wrong in _wrong_with(root, file, node)
    ]


def _fact_names(classes: list[ast.ClassDef]) -> set[str]:
    """Every class that comes down from `Fact`, by name."""
    found, size = {"Fact"}, 0
    while size != len(found):
        size = len(found)
        found |= {node.name for node in classes if found & {name_of(parent) for parent in node.bases}}
    return found


def _wrong_with(root: Path, file: Path, node: ast.ClassDef) -> Iterator[str]:
    if not (ast.get_docstring(node) or "").strip():
        yield "has no docstring"
    if app_of(root, file) and room_of(root, file) != "events":
        yield "stands outside of the room of events"
    frozen = any(
        keyword.arg == "frozen" and isinstance(keyword.value, ast.Constant) and keyword.value.value
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and name_of(decorator) == "dataclass"
        for keyword in decorator.keywords
    )
    if not frozen:
        yield "is not frozen"


def length(root: Path) -> list[str]:
    """Files of code over 400 lines; migrations are written by a tool and left out."""
    counted = (
        (file, file.read_text(encoding="utf-8").count("\n"))
        for file in code_files(root)
        if "migrations" not in file.parts
    )
    return [f"{inside(root, file)} has {lines} lines" for file, lines in counted if lines > LONGEST]


def names(root: Path) -> list[str]:
    """Files and folders whose name says nothing of what is in them; a library's template keeps the library's name."""
    paths = {inside(root, file) for file in code_files(root) if not _of_a_library(inside(root, file).parts)}
    wanting = {path for path in paths for part in path.parts if part.split(".")[0].lstrip("_") in BANNED_NAMES}
    return [f"{path} is a banned name" for path in sorted(wanting)]


def _of_a_library(parts: tuple[str, ...]) -> bool:
    """A template that takes the place of one of a library: `identity/templates/allauth/…`."""
    if "templates" not in parts:
        return False
    at = parts.index("templates")
    return parts[at + 1] != parts[at - 1]
