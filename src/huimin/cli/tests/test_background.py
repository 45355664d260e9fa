"""The periodic jobs: who runs them, what a failing one does to the rest, and that they end when told to."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from huimin.cli import background
from huimin.cli.background import ADVISORY_LOCK, Background, Job

SOON = 10.0


@contextmanager
def running(*jobs: Job) -> Iterator[Background]:
    held = Background(list(jobs))
    held.start()
    try:
        yield held
    finally:
        held.stop()


class Turns:
    """Counts the runs of a job and lets a test wait for one."""

    def __init__(self) -> None:
        self.count = 0
        self.came = threading.Event()

    def __call__(self) -> None:
        self.count += 1
        self.came.set()


@pytest.mark.django_db(transaction=True)
def test_a_job_runs_again_and_again_until_stopped() -> None:
    turns = Turns()
    with running(Job("test.turns", 0.01, turns)):
        assert turns.came.wait(SOON)
        turns.came.clear()
        assert turns.came.wait(SOON)
    ended = turns.count
    assert not turns.came.wait(0.05) or turns.count == ended


@pytest.mark.django_db(transaction=True)
def test_a_failing_job_is_said_once_and_holds_up_no_other(caplog: pytest.LogCaptureFixture) -> None:
    failures, turns = Turns(), Turns()

    def fail() -> None:
        failures()
        raise LookupError("always the same")

    with caplog.at_level(logging.ERROR), running(Job("test.fails", 0.01, fail), Job("test.turns", 0.01, turns)):
        while failures.count < 3:
            assert failures.came.wait(SOON)
            failures.came.clear()
        assert turns.came.wait(SOON)
    said = [record.getMessage() for record in caplog.records if "test.fails" in record.getMessage()]
    assert len(said) == 1
    assert "LookupError" in said[0]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_only_one_runner_of_a_city_holds_office(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "STANDBY_SECONDS", 0.01)
    turns = Turns()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
        with running(Job("test.turns", 0.01, turns)):
            assert not turns.came.wait(0.3), "it ran while another held the office"
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])
            assert turns.came.wait(SOON), "it did not take over"
        # The server notices by and by that the runner's connection is gone: waiting for the office ends only if it does.
        cursor.execute("SET lock_timeout = '60s'")
        cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
        cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])
        cursor.execute("RESET lock_timeout")
