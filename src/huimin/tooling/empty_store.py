"""An empty city in a file of the embedded store, migrated once for all tests: to migrate one takes longer than most tests.

It is kept from run to run under a name made of what it comes from: the migrations, the models and the locked packages.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import huimin

PACKAGE: Final = Path(huimin.__file__).parent
ROOT: Final = PACKAGE.parent.parent
KEPT: Final = ROOT / ".pytest_cache" / "empty_store"


@cache
def empty_store() -> Path:
    """The file; never write to it. Raises CalledProcessError where the migrations do not run."""
    KEPT.mkdir(parents=True, exist_ok=True)
    file = KEPT / f"{_digest()}.sqlite3"
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            _migrate(file)
            for older in sorted(KEPT.glob("*.sqlite3"), key=lambda one: one.stat().st_mtime)[:-3]:
                older.unlink()
    return file


def _migrate(file: Path) -> None:
    """A city is migrated in a folder of its own, and its store left as one plain file."""
    plain = (
        "import sqlite3, sys; from django.core.management import execute_from_command_line as run; run(['', 'migrate', '-v0']);"
        "store = sqlite3.connect(sys.argv[1], isolation_level=None); store.execute('PRAGMA journal_mode=DELETE'); store.close()"
    )
    with tempfile.TemporaryDirectory(dir=KEPT) as home:
        made = Path(home, "huimin.sqlite3")
        env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "HUIMIN_CITY")}
        env |= {"HUIMIN_HOME": home, "DJANGO_SETTINGS_MODULE": "huimin.settings"}
        subprocess.run([sys.executable, "-c", plain, str(made)], env=env, check=True)  # noqa: S603 - this very interpreter, with words of this file
        made.rename(file)


def _digest() -> str:
    """Of everything that says what an empty store looks like."""
    found = hashlib.sha256()
    for file in sorted(_origins()):
        found.update(f"{file.relative_to(ROOT)}\n".encode() + file.read_bytes())
    return found.hexdigest()[:32]


def _origins() -> Iterator[Path]:
    yield from (ROOT / "requirements").glob("*.lock")
    yield PACKAGE / "settings.py"
    for file in PACKAGE.rglob("*.py"):
        rooms = file.relative_to(PACKAGE).parts
        if "migrations" in rooms or "models" in rooms or file.name == "models.py":
            yield file
