"""How two meet: threads with a connection each, held at the same moment before a write or around a read."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

PATIENCE = 120
"""Seconds until a race that hangs is given up: it decides nothing else."""
ON_POSTGRESQL = connection.vendor == "postgresql"


def apart(act: Callable[[], Any]) -> Any:
    """Run with a database connection of its own."""

    def closing() -> Any:
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as one:
        return one.submit(closing).result()


class at_file:  # noqa: N801 - read as a phrase: with at_file(…)
    """New connections go to this file; the one that is open in this thread stays where it is."""

    def __init__(self, file: Path) -> None:
        self.file, self.before = file, connections.settings["default"]["NAME"]

    def __enter__(self) -> None:
        connections.settings["default"]["NAME"] = str(self.file)

    def __exit__(self, *_: object) -> None:
        connections.settings["default"]["NAME"] = self.before


def together(*acts: Callable[[], Any]) -> list[str]:
    """Run the acts at once; how each ended: `done`, or the name of what it raised."""

    def outcome(act: Callable[[], Any]) -> str:
        try:
            apart(act)
        except Exception as raised:
            return type(raised).__name__
        return "done"

    with ThreadPoolExecutor(len(acts)) as threads:
        return sorted(threads.map(outcome, acts))


def meet_before(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, *, locked: bool) -> None:
    """Hold each of two threads before this write until both are there, each with what it has read."""
    meet = _meeting(locked=locked)
    write = getattr(module, name)

    def met(*args: Any, **kwargs: Any) -> Any:
        meet()
        return write(*args, **kwargs)

    monkeypatch.setattr(module, name, met)


def meet_around(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, *, locked: bool) -> None:
    """Hold each of two threads before this read until both have written what comes before it, and after it until both have read.

    Without a lock both then go on from the same: on the embedded store, which keeps every write at once, each sees the other done; on
    PostgreSQL, where neither has committed, neither does. Either way the two are wrong together, however they are scheduled.
    """
    meet = _meeting(locked=locked)
    read = getattr(module, name)

    def met(*args: Any, **kwargs: Any) -> Any:
        meet()
        found = read(*args, **kwargs)
        meet()
        return found

    monkeypatch.setattr(module, name, met)


def _meeting(*, locked: bool) -> Callable[[], None]:
    """Where two threads wait for each other.

    Where one holds a lock, the other cannot come: a moment is waited to give it the chance, and however long it is changes nothing.
    """
    barrier = threading.Barrier(2)

    def meet() -> None:
        if not locked:
            barrier.wait(timeout=PATIENCE)
        else:
            with suppress(threading.BrokenBarrierError):
                barrier.wait(timeout=0.5)

    return meet
