"""Key files: made once; one that was made and is gone is not replaced by another that looks like it."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from huimin.platform.journal import keyfiles
from huimin.platform.journal.keyfiles import KeyFile, KeysLost

pytestmark = [pytest.mark.unit, pytest.mark.covers("D16")]


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    """An empty data folder."""
    settings.HOME = tmp_path
    return tmp_path


def key_file() -> KeyFile:
    """As a process that has just begun sees it."""
    return KeyFile("some.json", lambda: {"secret": "s"})


def test_the_first_use_makes_a_key_and_says_that_it_was_made(home: Path) -> None:
    assert key_file().read() == {"active": "k1", "keys": {"k1": {"secret": "s"}}}
    assert keyfiles.made().read_text() == "some.json\n"
    key_file().read()
    assert keyfiles.made().read_text() == "some.json\n"
    assert keyfiles.lost() == []


def test_a_key_that_was_made_and_is_gone_is_refused_until_it_is_back(home: Path) -> None:
    file = key_file()
    kept = file.read()
    aside = home / "aside"
    shutil.copytree(home / "keys", aside)
    shutil.rmtree(home / "keys")
    for one in (file, key_file()):
        with pytest.raises(KeysLost) as refused:
            one.read()
        assert "some.json" in refused.value.sentence("zh")
        assert "huimin restore" in refused.value.sentence("en")
    assert not list((home / "keys").glob("*.json"))
    assert keyfiles.lost() == ["some.json"]
    shutil.copytree(aside, home / "keys", dirs_exist_ok=True)
    assert key_file().read() == kept
    assert keyfiles.lost() == []


def test_a_key_older_than_the_list_is_put_on_it_when_it_is_used(home: Path) -> None:
    key_file().read()
    keyfiles.made().unlink()
    file = key_file()
    file.rotate(lambda secret: secret)
    assert keyfiles.made().read_text() == "some.json\n"
    assert file.read()["active"] == "k2"
