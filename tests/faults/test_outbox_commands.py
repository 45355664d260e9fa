"""What the operator at the terminal sees of a journal that is whole, tampered with, or has deliveries that were given up."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from huimin.cli import journal as command
from huimin.kernel.refusals import Refusal
from huimin.platform.journal import operations, ports
from huimin.platform.journal.models import Entry, OutboxItem
from huimin.platform.journal.rules import MOST_ATTEMPTS
from huimin.platform.journal.tests.factories import NOON, PersonLookedUp, look, published, without_guards

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


@pytest.fixture(autouse=True)
def nobody_else_listens() -> Iterator[None]:
    known = dict(ports._receivers)
    ports._receivers.clear()
    yield
    ports._receivers.clear()
    ports._receivers.update(known)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")


def huimin(*words: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    args = parser.parse_args(["journal", *words])
    return args.run(args)


def test_a_whole_journal_verifies(capsys: pytest.CaptureFixture[str]) -> None:
    published(look(), look())
    assert huimin("anchor") == 0
    assert huimin("verify") == 0
    told = capsys.readouterr().out
    assert "Wrote anchor 1." in told
    assert "The journal is whole: 2 entries, 1 anchors" in told
    assert huimin("anchor") == 0
    assert "Nothing was published" in capsys.readouterr().out


def test_a_tampered_one_does_not(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    entry = published(look(), look())[1]
    without_guards()
    Entry.objects.filter(pk=entry.pk).update(subject="person:forged")
    assert huimin("verify") == 1
    assert f"entry {entry.number} was changed" in capsys.readouterr().out
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert huimin("verify") == 1
    assert f"存证 {entry.number} 被改动" in capsys.readouterr().out


def test_the_tail_shows_the_last_entries(capsys: pytest.CaptureFixture[str]) -> None:
    published(look("person:1"), look("person:2"), look("person:3"))
    assert huimin("tail", "-n", "2") == 0
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 2
    assert "person:3" in told[1]


def test_keys_are_rotated(capsys: pytest.CaptureFixture[str]) -> None:
    published(look())
    operations.anchor(at=NOON)
    assert huimin("rotate", "anchor") == 0
    assert "Key k2" in capsys.readouterr().out
    assert huimin("anchor") == 0
    assert huimin("verify") == 0


def test_a_parked_delivery_is_listed_and_resumed(capsys: pytest.CaptureFixture[str]) -> None:
    @ports.receives(PersonLookedUp)
    def deaf(fact: PersonLookedUp, arrival: ports.Arrival) -> None:
        raise LookupError

    assert huimin("parked") == 0
    assert capsys.readouterr().out == ""
    published(look())
    OutboxItem.objects.update(attempts=MOST_ATTEMPTS - 1)
    operations.deliver_due(at=NOON)
    item = OutboxItem.objects.get()
    assert huimin("parked") == 0
    assert f"{item.pk}  test_outbox_commands.deaf/" in capsys.readouterr().out
    assert huimin("resume", str(item.pk)) == 0
    assert huimin("parked") == 0
    assert "LookupError" not in capsys.readouterr().out
    with pytest.raises(Refusal):
        huimin("resume", str(item.pk))


def test_help_names_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert huimin() == 0
    assert "verify" in capsys.readouterr().out
