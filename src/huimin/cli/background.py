"""The work that goes on beside the requests: every app's periodic jobs, each in a thread of the serving process.

An app declares its jobs in its `tasks` room, by name, with the seconds between two runs and the work; nothing is
registered and nothing imported from here:

    PERIODIC: dict[str, tuple[float, Callable[[], object]]] = {"deliver_due": (1.0, deliver_due)}

Of all processes and machines that serve one city, only one runs the jobs: on PostgreSQL whoever holds an advisory lock,
on the embedded store the one process that there is. A job that fails is logged, once for each kind of failure, and runs
again at its next turn.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Final

from django.conf import settings
from django.db import close_old_connections, connection

from huimin.cli.failures import keep

logger = logging.getLogger(__name__)

ADVISORY_LOCK: Final = 0x4855494D  # "HUIM": the right to run the jobs of the city in this database
STANDBY_SECONDS: Final = 5.0
STOP_SECONDS: Final = 10.0


@dataclass(frozen=True)
class Job:
    """A piece of work that runs again `seconds` after it last ended."""

    name: str
    seconds: float
    work: Callable[[], object]


def jobs() -> Iterator[Job]:
    """Every job that an app's `tasks` room declares."""
    for app in settings.HUIMIN_APPS:
        if find_spec(f"{app}.tasks"):
            for name, (seconds, work) in getattr(import_module(f"{app}.tasks"), "PERIODIC", {}).items():
                yield Job(f"{app.rsplit('.', 1)[-1]}.{name}", seconds, work)


class Background:
    """The threads of this process; they hold a process open until `stop` is called."""

    def __init__(self, work: list[Job]) -> None:
        self._stopped = threading.Event()
        self._elected = threading.Event()
        self._threads = [threading.Thread(target=self._repeat, args=(job,), name=job.name) for job in work]
        if work:
            self._threads.append(threading.Thread(target=self._stand_for_election, name="background.election"))

    def start(self) -> None:
        """Start every thread."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let every job finish the run it is in, for up to STOP_SECONDS together."""
        self._stopped.set()
        end = time.monotonic() + STOP_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))

    def _repeat(self, job: Job) -> None:
        failure = ""
        while not self._stopped.wait(job.seconds):
            if not self._elected.is_set():
                continue
            error = _error_of(job.work)
            if error and repr(error) != failure:
                logger.error("background job %s failed: %s (reference %s)", job.name, type(error).__name__, keep(error))
            failure = repr(error) if error else ""

    def _stand_for_election(self) -> None:
        """Hold the advisory lock on a connection of this thread's own; losing the connection loses the office."""
        while not self._stopped.is_set():
            try:
                if _holds_office():
                    self._elected.set()
                else:
                    self._elected.clear()
            except Exception as error:
                self._elected.clear()
                connection.close()
                logger.error("background election failed: %s (reference %s)", type(error).__name__, keep(error))
            self._stopped.wait(STANDBY_SECONDS)
        connection.close()


def _holds_office() -> bool:
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        # Advisory locks nest: ask for it only when this session does not hold it yet.
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = %s"
            " AND pid = pg_backend_pid() AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            [ADVISORY_LOCK],
        )
        if cursor.fetchone()[0]:
            return True
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY_LOCK])
        return bool(cursor.fetchone()[0])


def _error_of(work: Callable[[], object]) -> Exception | None:
    """Run it, on connections that are neither stale nor left open; what it raised, or None."""
    close_old_connections()
    try:
        work()
    except Exception as error:
        return error
    finally:
        close_old_connections()
    return None
