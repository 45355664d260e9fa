"""What no committed text may carry: paths of one machine, addresses of package registries."""

import re
import subprocess
from pathlib import Path

from tests.architecture.tree import BUILT, inside

# The brackets keep this file from finding itself.
PATHS = re.compile(r"(?<![\w./~-])/(?:hom[e]|roo[t]|User[s]|wor[k]|far[m]|mn[t])/[\w.-]")
REGISTRIES = re.compile(
    r"pypi\.[o]rg|pythonhoste[d]\.org|registr[y]\.(?:npm|yarn)|deb\.[d]ebian\.org|pypi\.[t]una|mirrors?\.(?:aliyu[n]|tun[a]|ust[c])|npmmirro[r]\.com"
)
NO_TEXT = {".png", ".ico", ".woff2", ".parquet", ".xlsx", ".sqlite", ".zip", ".mo", ".svg"}


def texts(root: Path) -> list[str]:
    """Lines that name a path of somebody's machine or a package registry."""
    found = []
    for file in _committed(root):
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue  # the departments' files come in their own encodings
        place = inside(root, file)
        found += [
            f"{place}:{number} names a path of one machine"
            for number, line in enumerate(lines, 1)
            if PATHS.search(line)
        ]
        found += [
            f"{place}:{number} names a registry" for number, line in enumerate(lines, 1) if REGISTRIES.search(line)
        ]
    return found


def _committed(root: Path) -> list[Path]:
    """What git holds or would take; every file where there is no repository."""
    if (root / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root,
            capture_output=True,
            check=True,
        ).stdout
        files = [root / name for name in listed.decode().split("\0") if name]
    else:
        files = [file for file in root.rglob("*") if not any(map(_made, file.relative_to(root).parts))]
    broken = root / "tests" / "architecture" / "broken"
    return [file for file in files if file.is_file() and file.suffix not in NO_TEXT and not file.is_relative_to(broken)]


def _made(part: str) -> bool:
    """A folder that a tool made, where no git says so."""
    return part in BUILT or part == "var" or (part.startswith(".") and part not in {".ci", ".gitignore"})
