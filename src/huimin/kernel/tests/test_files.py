from pathlib import Path

import pytest

from huimin.kernel.files import write_whole
from huimin.kernel.public_numbers import ALPHABET, random_number

pytestmark = pytest.mark.unit


def test_a_file_is_whole_or_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a" / "b.bin"
    write_whole(path, b"one")
    assert path.read_bytes() == b"one"
    assert path.stat().st_mode & 0o077 == 0

    def fails(_descriptor: int) -> None:
        raise OSError

    monkeypatch.setattr("os.fsync", fails)
    with pytest.raises(OSError):  # noqa: PT011 - whatever the disk says
        write_whole(path, b"another")
    assert path.read_bytes() == b"one"
    assert [one.name for one in path.parent.iterdir() if not one.name.startswith(".")] == ["b.bin"]


def test_public_numbers_are_of_their_alphabet_and_not_the_same_twice() -> None:
    numbers = {random_number(12) for _ in range(1000)}
    assert len(numbers) == 1000
    assert {character for number in numbers for character in number} <= set(ALPHABET)
    assert all(len(number) == 12 for number in numbers)
