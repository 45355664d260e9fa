"""Who imports whom: import-linter's contracts, and imports that hide inside functions."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.architecture.tree import REPOSITORY, inside, parsed, python_files

LINT = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
EDGE = re.compile(r"^(?:-\s+)?(?:huimin\.\S+ (?:->|reaches into) .*|- huimin\.\w+\.\w+$)")


def contract(identifier: str) -> Callable[[Path], list[str]]:
    """The checker of one contract of pyproject.toml, by its id."""

    def check(root: Path) -> list[str]:
        """The imports that break it; RuntimeError when import-linter could not judge."""
        command = ["--config", str(REPOSITORY / "pyproject.toml"), "--contract", identifier, "--no-cache"]
        run = subprocess.run(
            [sys.executable, "-c", LINT, *command],
            cwd=root / "src",
            env={**os.environ, "PYTHONPATH": str(root / "src"), "NO_COLOR": "1", "COLUMNS": "500"},
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode == 0 and " 1 kept, 0 broken" in run.stdout:
            return []
        findings = [line.strip() for line in run.stdout.splitlines() if EDGE.match(line.strip())]
        if "0 kept, 1 broken" not in run.stdout or not findings:
            raise RuntimeError(run.stdout + run.stderr)
        return findings

    return check


def local_imports(root: Path) -> list[str]:
    """Own modules imported inside a function: a way around the layers.

    Two exceptions: a command, whose parser is built before Django is set up and any app can be imported, and
    `AppConfig.ready`, which Django calls once the apps can be.
    """
    files = (file for file in python_files(root) if "cli" not in inside(root, file).parts)
    return [
        f"{inside(root, file)}:{line} imports {name} inside a function" for file in files for line, name in _local(file)
    ]


def _local(file: Path) -> Iterator[tuple[int, str]]:
    for statement in _in_functions(parsed(file), but="ready" if file.name == "apps.py" else ""):
        match statement:
            case ast.Import(names=names):
                yield from ((statement.lineno, alias.name) for alias in names if alias.name.split(".")[0] == "huimin")
            case ast.ImportFrom(module=module, level=level) if level or (module or "").split(".")[0] == "huimin":
                yield statement.lineno, "." * level + (module or "")


def _in_functions(node: ast.AST, *, but: str, inside_one: bool = False) -> Iterator[ast.AST]:
    """Every statement inside a function; one that is called `but` counts as none."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
            if inside_one:
                yield child
            begins = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) and child.name != but
            yield from _in_functions(child, but=but, inside_one=inside_one or begins)
