"""Keys are listed without being shown, and rotated without losing what they made."""

import shutil
import stat
from pathlib import Path

import pytest

from huimin.kernel.refusals import Refusal
from huimin.tooling.keeping.secret_keys import rotate_session_key
from huimin.tooling.keeping.tests.small_city import huimin


@pytest.mark.fault
def test_keys_are_listed_but_not_shown(small_city: dict[str, str]) -> None:
    home = Path(small_city["HUIMIN_HOME"])
    huimin(small_city, "keys", "rotate", "anchor")
    huimin(small_city, "keys", "rotate", "session")
    said = huimin(small_city, "keys")
    rows = [line.split() for line in said.splitlines()]
    assert [row[0:2] for row in rows if row[0] == "session"] == [
        ["session", "secret.key"],
        ["session", "secret-older.key:1"],
    ]
    assert ["journal", "anchor", "k1", "retired"] in [row[:4] for row in rows]
    assert ["journal", "anchor", "k2", "in", "use", "0", "days"] in rows
    hidden = [*(home / "secret.key").read_text().split(), *(home / "secret-older.key").read_text().split()]
    hidden += [
        word for path in (home / "keys").glob("*.json") for word in path.read_text().split('"') if len(word) >= 32
    ]
    assert len(hidden) > 4
    assert not any(secret in said for secret in hidden)
    assert "is whole" in huimin(small_city, "journal", "verify")


@pytest.mark.unit
def test_the_older_session_keys_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUIMIN_SECRET_KEY", raising=False)
    current, older = tmp_path / "secret.key", tmp_path / "secret-older.key"
    current.write_text("first")
    rotate_session_key(tmp_path)
    second = current.read_text()
    rotate_session_key(tmp_path)
    assert older.read_text().split() == [second, "first"]
    assert len({current.read_text(), second, "first"}) == 3
    assert len(current.read_text()) >= 50
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in (current, older))
    # A crash between the two writes leaves the key in both places: the next rotation does not keep it twice.
    current.write_text(second)
    rotate_session_key(tmp_path)
    assert older.read_text().split() == [second, "first"]


@pytest.mark.unit
def test_a_key_of_the_environment_is_not_ours_to_replace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIMIN_SECRET_KEY", "given")
    with pytest.raises(Refusal):
        rotate_session_key(tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.fault
@pytest.mark.parametrize("name", ["digest", "anchor"])
def test_a_lost_key_is_not_replaced_by_one_that_looks_like_it(small_city: dict[str, str], name: str) -> None:
    keys = Path(small_city["HUIMIN_HOME"]) / "keys"
    shutil.rmtree(keys)
    said = huimin(small_city, "keys", "rotate", name, status=1)
    assert f"journal-{name}.json" in said
    assert "restore keys/ from a backup" in said
    assert not list(keys.glob("*.json"))
