"""The command line: help in two languages, and every way to fail in one line."""

import argparse
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

import huimin.cli
from huimin.cli import GROUPS, command_modules, main
from huimin.cli.failures import without_personal_data
from huimin.kernel.refusals import Refusal

pytestmark = pytest.mark.unit


class SlotTaken(Refusal):
    """For the tests."""

    zh = "时段 {starts} 已满。"
    en = "The slot at {starts} is taken."


Behave = Callable[[Callable[[argparse.Namespace], int | None]], None]


@pytest.fixture
def behave(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Behave:
    """Put one command in place of all others: `huimin work`, which runs what it is given."""
    monkeypatch.setenv("HUIMIN_HOME", str(tmp_path))
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setattr("huimin.cli.django.setup", lambda: None)

    def install(run: Callable[[argparse.Namespace], int | None]) -> None:
        module = ModuleType("work")
        module.SUMMARY = ("干活", "do some work")  # type: ignore[attr-defined]
        module.GROUP = "care"  # type: ignore[attr-defined]

        def add_parser(commands: "huimin.cli.Commands") -> None:
            commands.add_parser("work").set_defaults(run=run, environment={"HUIMIN_TRIED": "yes"})

        module.add_parser = add_parser  # type: ignore[attr-defined]
        monkeypatch.setattr(huimin.cli, "command_modules", lambda: iter([("work", module)]))

    return install


def raising(error: BaseException) -> Callable[[argparse.Namespace], int | None]:
    def run(args: argparse.Namespace) -> int | None:
        raise error

    return run


def test_every_command_is_found_and_says_what_it_does() -> None:
    modules = dict(command_modules())
    assert "serve" in modules
    for name, module in modules.items():
        assert len(module.SUMMARY) == 2, name
        assert all(module.SUMMARY), name
        assert module.GROUP in GROUPS, name


@pytest.mark.parametrize(
    ("lang", "words"), [("zh_CN.UTF-8", ["启动服务", "开始"]), ("en_GB.UTF-8", ["serve the city", "Start here"])]
)
def test_help_is_grouped_and_follows_the_language(
    lang: str, words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", lang)
    assert main([]) == 0
    said = capsys.readouterr().out
    assert all(word in said for word in words)


@pytest.mark.parametrize(("given", "status"), [(None, 0), (0, 0), (3, 3)])
def test_the_status_is_what_the_command_gives(behave: Behave, given: int | None, status: int) -> None:
    behave(lambda args: given)
    assert main(["work"]) == status


def test_a_command_sets_what_the_caller_has_not_set(behave: Behave, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str | None] = []
    behave(lambda args: seen.append(os.environ.get("HUIMIN_TRIED")))
    monkeypatch.setenv("HUIMIN_TRIED", "by the caller")
    main(["work"])
    monkeypatch.delenv("HUIMIN_TRIED")
    main(["work"])
    assert seen == ["by the caller", "yes"]
    monkeypatch.delenv("HUIMIN_TRIED")


@pytest.mark.parametrize(
    ("lang", "line"), [("zh_CN.UTF-8", "时段 九点 已满。"), ("C.UTF-8", "The slot at 九点 is taken.")]
)
def test_a_refusal_is_one_line_in_the_readers_language(
    behave: Behave, lang: str, line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    behave(raising(SlotTaken(starts="九点")))
    monkeypatch.setenv("LANG", lang)
    assert main(["work"]) == 1
    assert capsys.readouterr().err == f"huimin: {line}\n"


def test_an_interruption_is_130(behave: Behave, capsys: pytest.CaptureFixture[str]) -> None:
    behave(raising(KeyboardInterrupt()))
    assert main(["work"]) == 130
    assert capsys.readouterr().err.count("\n") == 1


def test_an_unexpected_error_is_one_line_and_a_traceback_in_the_log(
    behave: Behave, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    behave(raising(LookupError("no row for 340204195007129476")))
    assert main(["work"]) == 1
    said = capsys.readouterr().err
    log = tmp_path / "log" / "errors.log"
    assert said.count("\n") == 1
    assert "LookupError" in said
    kept = log.read_text(encoding="utf-8")
    reference = kept.splitlines()[0].split()[-1]
    assert reference in said
    assert "Traceback" in kept
    assert "340204" not in kept
    assert "340204" not in said
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_log_that_cannot_be_written_hides_nothing(
    behave: Behave, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "log").write_text("a file where the folder should be")
    behave(raising(LookupError("anything")))
    assert main(["work"]) == 1
    assert "LookupError" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(behave: Behave, capsys: pytest.CaptureFixture[str]) -> None:
    behave(lambda args: len(Path("no-such-file.csv").read_bytes()))
    assert main(["work"]) == 1
    assert capsys.readouterr().err.startswith("huimin: no-such-file.csv: ")


def test_a_command_that_does_not_exist_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["no-such-command"])
    assert exit_.value.code == 2


def test_quoted_rows_and_numbers_never_reach_the_log() -> None:
    text = (
        "duplicate key\nDETAIL:  Key (name)=(王某某) already exists.\n  phone 13800001111 id 34020419500712947X line 42"
    )
    assert without_personal_data(text) == "duplicate key\n  DETAIL: …\n  phone … id … line 42"


def test_the_entry_point_is_main() -> None:
    assert callable(sys.modules["huimin.cli"].main)
