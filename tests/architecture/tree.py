"""Walking a tree that is laid out like this repository."""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath

REPOSITORY = Path(__file__).resolve().parents[2]
LAYERS = ("platform", "domains", "portals")
CODE = {".py", ".ts", ".js", ".mjs", ".scss", ".css", ".html", ".sh", ".sql"}
BUILT = {"node_modules", "build", "__pycache__"}


def source(root: Path) -> Path:
    """The package in a tree."""
    return root / "src" / "huimin"


def inside(root: Path, file: Path) -> PurePosixPath:
    """Where a file stands in its tree."""
    return PurePosixPath(file.relative_to(root).as_posix())


def python_files(root: Path, *, tests: bool = False) -> Iterator[Path]:
    """Every Python file of the package, without migrations, and without its tests unless they are asked for."""
    for file in sorted(source(root).rglob("*.py")):
        parts = file.relative_to(source(root)).parts
        if "migrations" not in parts and (tests or "tests" not in parts):
            yield file


def code_files(root: Path) -> Iterator[Path]:
    """Every file of code that people write: package, tests, benchmarks, scripts, front end."""
    for top in ("src", "tests", "benchmarks", "scripts", "frontend"):
        for file in sorted((root / top).rglob("*")):
            parts = file.relative_to(root).parts
            own = (
                not BUILT & set(parts)
                and parts[:3] != ("tests", "architecture", "broken")
                and "egg-info" not in str(file)
            )
            if own and file.suffix in CODE and file.is_file():
                yield file


def app_of(root: Path, file: Path) -> str:
    """The app that a file belongs to, as `platform/journal`; the empty string outside of the apps."""
    parts = file.relative_to(source(root)).parts
    return "/".join(parts[:2]) if len(parts) > 2 and parts[0] in LAYERS else ""


def room_of(root: Path, file: Path) -> str:
    """The room that a file belongs to: `models` for models.py and all of models/; empty outside of the apps."""
    return file.relative_to(source(root)).parts[2].removesuffix(".py") if app_of(root, file) else ""


@cache
def parsed(file: Path) -> ast.Module:
    """The syntax tree of a file, read once for all laws."""
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def name_of(node: ast.expr) -> str:
    """The last name of a dotted expression: `ForeignKey` for models.ForeignKey and for models.ForeignKey[X]."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=value) | ast.Call(func=value):
            return name_of(value)
        case _:
            return ""


def stack() -> list[set[str]]:
    """The platform's apps from the top down, read from the import contract, so that the order is written once."""
    pyproject = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = pyproject["tool"]["importlinter"]["contracts"]
    rows = next(contract["layers"] for contract in contracts if contract["id"] == "platform-stack")
    return [{app.strip(" ()") for app in row.split("|")} for row in rows]
