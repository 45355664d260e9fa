"""What the outside reaches: URLs and templates."""

import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver

from tests.architecture.tree import REPOSITORY, inside, source


def permissions(root: Path) -> list[str]:
    """URLs whose view does not name its permission (`view.permission`, set by `needs(…)` and by `public`)."""
    urlconf = source(root) / "urls.py"
    if not urlconf.exists():
        return []
    patterns: list[URLPattern | URLResolver] = runpy.run_path(str(urlconf))["urlpatterns"]
    bare = dict.fromkeys(route for route, view in _views(patterns) if not _guarded(view))
    return [f"{route or '/'} names no permission" for route in bare]


def _views(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _views(pattern.url_patterns, route)
        else:
            yield route, pattern.callback


def _guarded(view: Callable[..., Any]) -> bool:
    """A view, its class, or every operation of a ninja path has a permission."""
    operations = [
        operation
        for cell in getattr(view, "__closure__", None) or ()
        for operation in getattr(cell.cell_contents, "operations", ())
    ]
    if operations:
        return all(getattr(operation.view_func, "permission", None) for operation in operations)
    return bool(getattr(view, "permission", None) or getattr(getattr(view, "view_class", None), "permission", None))


def templates(root: Path) -> list[str]:
    """What djlint finds in the templates."""
    if not any(source(root).rglob("*.html")):
        return []
    command = [sys.executable, "-m", "djlint", "src", "--lint", "--configuration", str(REPOSITORY / "pyproject.toml")]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if run.returncode == 0:
        return []
    file, found = "", []
    for line in run.stdout.splitlines():
        if line.endswith(".html"):
            file = str(inside(root, root / line.strip()))
        elif line[:1] in "HTDJN" and " " in line:
            found.append(f"{file} {' '.join(line.split())}")
    if not found:
        raise RuntimeError(run.stdout + run.stderr)
    return found
