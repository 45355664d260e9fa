"""The journal's own keys: of its keyed digests, and of its anchors."""

import secrets
from functools import lru_cache
from typing import Final

from huimin.platform.journal.keyfiles import KeyFile, is_sm2_signed, public_half, sm2_pair, sm2_signed
from huimin.platform.journal.rules import Keyring, fingerprint

DIGEST: Final = KeyFile("journal-digest.json", lambda: {"secret": secrets.token_hex(32)})
ANCHOR: Final = KeyFile("journal-anchor.json", sm2_pair)
KEY_FILES: Final = {"digest": DIGEST, "anchor": ANCHOR}


def digest_keyring() -> Keyring:
    """The keys of keyed digests; read again when the file changes (a rotation in another process)."""
    try:
        stat = DIGEST.path.stat()
    except FileNotFoundError:
        DIGEST.read()
        stat = DIGEST.path.stat()
    return _digest_keyring(str(DIGEST.path), stat.st_mtime_ns, stat.st_ino)


@lru_cache(maxsize=4)
def _digest_keyring(_path: str, _changed: int, _inode: int) -> Keyring:
    kept = DIGEST.read()
    return Keyring(
        active=kept["active"], keys={name: bytes.fromhex(key["secret"]) for name, key in kept["keys"].items()}
    )


def rotate(name: str) -> str:
    """Put a new key into use (`digest` or `anchor`) and give its id. A retired signing key keeps only its public half."""
    return KEY_FILES[name].rotate(public_half)


def sign(data: bytes) -> tuple[str, str]:
    """The anchors' signature: see `keyfiles.sm2_signed`."""
    return sm2_signed(ANCHOR, data)


def is_signed(data: bytes, *, key_id: str, signature: str) -> bool:
    """Whether the anchors' key of that id, in use or retired, signed the data."""
    return is_sm2_signed(ANCHOR, data, key_id=key_id, signature=signature)


def are_gone() -> bool:
    """Whether the anchors' keys are not at hand: not made yet, or lost."""
    return not ANCHOR.known()


def public_fingerprints() -> dict[str, str]:
    """The SM3 fingerprint of each anchor key's public half, by key id: noted elsewhere, they show that no key was exchanged."""
    return {name: fingerprint("sm3", bytes.fromhex(key["public"])) for name, key in ANCHOR.known().items()}
