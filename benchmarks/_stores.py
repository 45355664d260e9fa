"""Both stores in one benchmark: PostgreSQL, which the figures are claimed on, and the embedded one beside it.

A module that measures on both returns `on_both(name)` from `measure` where `HUIMIN_BENCH_STORE` does not say which store it is on; it is
then run once for each, in a process, a data folder and a database of its own.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

HERE = Path(__file__).resolve().parent
STORE = "HUIMIN_BENCH_STORE"
SYNCED = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "shared_buffers": "512MB"}
"""A server of our own is as careful as one that a city would run: it waits for the disk at every commit."""


def is_chosen() -> bool:
    """Whether this process measures one store."""
    return STORE in os.environ


def store() -> str:
    """The store that this process measures, as its figures call it."""
    from django.db import connection

    if connection.vendor == "sqlite":
        return "SQLite"
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('fsync') = 'on' AND current_setting('synchronous_commit') <> 'off'")
        return "PostgreSQL" if cursor.fetchone()[0] else "PostgreSQL without syncing"


def on_both(name: str) -> list[dict[str, object]]:
    """The figures of a module on PostgreSQL, then on the embedded store. RuntimeError where a run failed."""
    with _postgresql() as url:
        return [*_run(name, url), *_run(name, "")]


def _run(name: str, url: str) -> list[dict[str, object]]:
    with tempfile.TemporaryDirectory(prefix="huimin-bench-") as home:
        into = Path(home, "figures.json")
        Path(home, "var").mkdir()
        env = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        env |= {STORE: "1", "HUIMIN_HOME": str(Path(home, "var"))} | ({"DATABASE_URL": url} if url else {})
        run = subprocess.run([sys.executable, str(HERE), name, "--into", str(into)], env=env, check=False)
        if run.returncode:
            raise RuntimeError(f"{name} failed on {'PostgreSQL' if url else 'SQLite'}")
        return json.loads(into.read_text(encoding="utf-8"))


@contextmanager
def _postgresql() -> Iterator[str]:
    """A database of its own: beside the one that DATABASE_URL names, else on a server of its own."""
    if given := os.environ.get("DATABASE_URL"):
        name = f"bench_{uuid4().hex[:12]}"
        with psycopg.connect(given, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name}")
            try:
                yield f"{given.rpartition('/')[0]}/{name}"
            finally:
                server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        return
    sys.path.insert(0, str(HERE.parent / "scripts"))
    from with_postgresql import cluster, find_programs

    programs = find_programs()
    if programs is None:
        raise RuntimeError("PostgreSQL is not on this machine")
    with cluster(programs, **SYNCED) as url:
        yield url
