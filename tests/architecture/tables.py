"""Where foreign keys point: string references are invisible to import-linter."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import LAYERS, app_of, inside, name_of, parsed, python_files, room_of, source, stack

RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField"}
BELOW, ABOVE = -1, 99  # a library's tables; what cannot be read
ACCOUNTS = "identity"  # what settings.AUTH_USER_MODEL stands for


def foreign_keys(root: Path) -> list[str]:
    """Foreign keys that point up, sideways into another app, or nowhere that can be read."""
    places = _places(root)
    found = []
    for file in python_files(root):
        if room_of(root, file) != "models":
            continue
        own = app_of(root, file).split("/")[1]
        for line, target in _targets(file, own):
            height = places.get(target, BELOW if target else ABOVE)
            if target != own and height >= places[own]:
                found.append(
                    f"{inside(root, file)}:{line} points from {own} to {target or 'a model that is not named'}"
                )
    return found


def _places(root: Path) -> dict[str, int]:
    """Every own app's height: the platform's stack from the bottom up, then domains and portals side by side."""
    rows = stack()
    heights = {app: height for height, row in enumerate(reversed(rows)) for app in row}
    for layer in LAYERS[1:]:
        heights |= {folder.name: len(rows) for folder in (source(root) / layer).glob("*") if folder.is_dir()}
    return heights


def _targets(file: Path, own: str) -> Iterator[tuple[int, str]]:
    """The app that each relation points to; empty when the code does not name one."""
    module = parsed(file)
    imported = {
        alias.asname or alias.name: (statement.module or "").split(".")
        for statement in ast.walk(module)
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }
    for call in ast.walk(module):
        if not (isinstance(call, ast.Call) and name_of(call.func) in RELATIONS):
            continue
        given = [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg == "to")]
        match given:
            case [ast.Constant(value=str(text))]:
                yield call.lineno, text.split(".")[0] if "." in text else own
            case [ast.Attribute(attr="AUTH_USER_MODEL")]:
                yield call.lineno, ACCOUNTS
            case [ast.Name(id=name)]:
                origin = imported.get(name, [])
                yield call.lineno, origin[2] if origin[:1] == ["huimin"] and len(origin) > 2 else own
            case _:
                yield call.lineno, ""
