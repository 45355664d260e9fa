"""The `huimin process` command."""

import pytest

from huimin.cli import process as command
from huimin.cli.failures import failures_told
from huimin.platform.process import operations
from huimin.platform.process.models import Process
from huimin.platform.process.rules.bpmn import compiled
from huimin.platform.process.tests.factories import (
    NOW,
    SYSTEM,
    Drawing,
    actor_of,
    make_official,
    make_post,
    publish,
    two_steps,
)

pytestmark = pytest.mark.django_db


def run(*words: str) -> int:
    import argparse

    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    args = parser.parse_args(["process", *words])
    with failures_told() as outcome:
        outcome.status = args.run(args) or 0
    return outcome.status


@pytest.fixture
def english(monkeypatch):
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")


@pytest.fixture
def posts():
    make_post("mzj.data")
    return make_official("gaj.data")


def test_migrate_moves_what_can_move_and_lists_the_others_with_reasons(posts, english, capsys):
    publish("trial", two_steps())
    first, second = (operations.start("trial", subject=f"thing:{n}", actor=SYSTEM, at=NOW) for n in range(2))
    number = f"{second.number}-01"
    operations.claim(number=number, actor=actor_of(posts), at=NOW)
    operations.complete(number=number, outcome="ok", actor=actor_of(posts), at=NOW)
    new = Drawing().start().user("check", attributes='hm:outcomes="ok bad"').user("settle").end()
    publish("trial", new.line("start", "check", "settle", "end"))
    assert run("migrate", "trial") == command.SOME_STAYED
    told = capsys.readouterr().out
    assert f"{second.number} cannot be moved: the new version has no step “decide”." in told
    assert "Moved to version 2: 1; cannot be moved: 1." in told
    versions = dict(Process.objects.values_list("number", "definition__version"))
    assert versions == {first.number: 2, second.number: 1}


def test_check_publish_export(posts, english, capsys, tmp_path):
    file = tmp_path / "drawn.bpmn"
    file.write_text(two_steps().text(), encoding="utf-8")
    assert run("check", str(file)) == 0
    assert "check" in capsys.readouterr().out
    assert run("publish", "trial", str(file)) == 0
    assert "trial, version 1" in capsys.readouterr().out
    assert run("export", "trial") == 0
    assert set(compiled(capsys.readouterr().out).nodes) == {"start", "check", "decide", "end"}
    file.write_text(two_steps().text().replace("endEvent", "subProcess"), encoding="utf-8")
    assert run("check", str(file)) == 1
    assert "subProcess" in capsys.readouterr().err


def test_outage(posts, english, capsys):
    publish("trial", two_steps())
    process = operations.start("trial", subject="thing:1", actor=SYSTEM, at=NOW)
    before = process.items.get().due_on
    times = ("--from", "2026-06-04T09:00+08:00", "--until", "2026-06-09T09:00+08:00")
    assert run("outage", "power", *times, "--basis", "市政府公告") == 0
    assert process.items.get().due_on > before
