"""A locked stream opens with its passphrase only, and no byte of it can be changed, moved or cut off."""

import io

import pytest
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from hypothesis import given
from hypothesis import strategies as st

from huimin.tooling.keeping import locking
from huimin.tooling.keeping.locking import PassphraseWrong

pytestmark = pytest.mark.unit
PASSPHRASE = "correct horse battery"
SMALL = 64


@pytest.fixture(autouse=True, scope="module")
def quick() -> object:
    """Small pieces, and a key that is made fast: scrypt is slow on purpose."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(locking, "PIECE", SMALL)
        patch.setattr(locking, "Scrypt", lambda **cost: Scrypt(**{**cost, "n": 2}))
        patch.setattr(locking.os, "urandom", lambda size: bytes(size))
        yield


def locked(data: bytes) -> bytes:
    file = io.BytesIO()
    with locking.Locked(file, PASSPHRASE) as stream:
        for start in range(0, len(data), 50):
            stream.write(data[start : start + 50])
    return file.getvalue()


def opened(data: bytes, passphrase: str = PASSPHRASE) -> bytes:
    return io.BufferedReader(locking.Unlocked(io.BytesIO(data), passphrase)).read()


@given(st.binary(max_size=5 * SMALL))
def test_what_goes_in_comes_out(data: bytes) -> None:
    assert opened(locked(data)) == data


@given(st.binary(min_size=1, max_size=5 * SMALL), st.data())
def test_a_changed_byte_is_seen(data: bytes, draw: st.DataObject) -> None:
    sealed = bytearray(locked(data))
    place = draw.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= draw.draw(st.integers(1, 255))
    with pytest.raises(PassphraseWrong):
        opened(bytes(sealed))


@given(st.binary(min_size=1, max_size=5 * SMALL), st.data())
def test_a_cut_is_seen(data: bytes, draw: st.DataObject) -> None:
    sealed = locked(data)
    with pytest.raises(PassphraseWrong):
        opened(sealed[: draw.draw(st.integers(0, len(sealed) - 1))])


def test_pieces_cannot_change_places() -> None:
    sealed = locked(bytes(3 * SMALL))
    body = sealed[locking.HEADER :]
    size = SMALL + locking.TAG
    with pytest.raises(PassphraseWrong):
        opened(sealed[: locking.HEADER] + body[size : 2 * size] + body[:size] + body[2 * size :])


def test_another_passphrase_does_not_open_it() -> None:
    with pytest.raises(PassphraseWrong):
        opened(locked(b"secret"), "another passphrase")
    assert b"secret" not in locked(b"secret")


def test_a_short_passphrase_is_refused(tmp_path: object) -> None:
    path = tmp_path / "passphrase"  # type: ignore[operator]
    for text in ("", "short\n"):
        path.write_text(text)
        with pytest.raises(locking.PassphraseTooShort):
            locking.read_passphrase(path)
    path.write_text(f"{PASSPHRASE}\nsecond line\n")
    assert locking.read_passphrase(path) == PASSPHRASE
