"""Who acts, what an entry is hashed from, how a value becomes a keyed digest, and when a delivery is tried again."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from hmac import compare_digest
from typing import Final, NamedTuple, Self

import orjson
from cryptography.hazmat.primitives.hashes import SHA256, SM3, Hash, HashAlgorithm
from cryptography.hazmat.primitives.hmac import HMAC

from huimin.kernel.identifiers.check_digits import citizen_check

LONGEST_CODE: Final = 200
"""Characters that a reference or code may have."""

LONGEST_CASE_REF: Final = 64
"""Characters that an official's case reference may have."""

MOST_ATTEMPTS: Final = 8
"""Runs of one delivery before it is parked for a person to look at: some ten hours of trying."""

_CODE: Final = re.compile(rf"[!-~]{{0,{LONGEST_CODE}}}")
_CASE_REF: Final = re.compile(rf"[^\x00-\x1f\x7f]{{0,{LONGEST_CASE_REF}}}")
_NUMBER: Final = re.compile(r"(?<![0-9A-Za-z])(?:(?:\+?86-?)?(1[3-9]\d{9})|([1-9]\d{16}[\dXx]))(?![0-9A-Za-z])")
_SPACES: Final = re.compile(r"[\s-]+")
_MASKED: Final = re.compile(r"\d\*\*")


# --- who acts -------------------------------------------------------------------------------------------------------


class ActorKind(StrEnum):
    """What acts: a person with an account, another system with a client, or this system itself."""

    ACCOUNT = "account"
    CLIENT = "client"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something.

    `kind` is `account`, `client` or `system`; `ref` the public id of the account or client, or the name of the part
    of this system (`landing`); `post` the code of the post that an official holds while acting; `on_behalf_of` a
    reference to whom the actor stands in for. Raises ValueError for an unknown kind, an empty `ref`, and text that is
    no code.
    """

    kind: str
    ref: str
    post: str = ""
    on_behalf_of: str = ""

    def __post_init__(self) -> None:
        if self.kind not in _ACTOR_KINDS:
            raise ValueError(f"an actor is one of {', '.join(sorted(_ACTOR_KINDS))}")
        if not self.ref:
            raise ValueError("an actor has a reference")
        for text in (self.ref, self.post, self.on_behalf_of):
            if not is_code(text):
                raise ValueError("an actor is named by references and codes, never by personal values")


_ACTOR_KINDS: Final = frozenset(kind.value for kind in ActorKind)


# --- what may stand in an entry ---------------------------------------------------------------------------------------


def holds_personal_number(text: str) -> bool:
    """Whether a citizen number (GB 11643, with its check digit right), a mobile telephone number or a masked number is in the text."""
    if _MASKED.search(text):
        return True
    return any(
        mobile or citizen_check(citizen[:17]) == citizen[17].upper() for mobile, citizen in _NUMBER.findall(text)
    )


@lru_cache(maxsize=4096)
def is_code(text: str) -> bool:
    """Whether the text is a reference or code: printable ASCII without spaces, and no personal number."""
    return _CODE.fullmatch(text) is not None and not holds_personal_number(text)


def is_case_ref(text: str) -> bool:
    """Whether an official's case reference may stand in an entry: up to 64 characters on one line, in any script, no personal number.

    What people type is read as they mean it: full-width digits are digits, and spaces and hyphens do not hide a number.
    """
    if not _CASE_REF.fullmatch(text):
        return False
    plain = unicodedata.normalize("NFKC", text)
    return not (holds_personal_number(plain) or holds_personal_number(_SPACES.sub("", plain)))


# --- the chain ------------------------------------------------------------------------------------------------------


def _hashed(algorithm: HashAlgorithm, data: bytes) -> str:
    context = Hash(algorithm)
    context.update(data)
    return context.finalize().hex()


ALGORITHMS: Final[Mapping[str, Callable[[bytes], str]]] = {
    "sm3": lambda data: _hashed(SM3(), data),
    "sha256": lambda data: _hashed(SHA256(), data),
}
"""The chain's hash functions by the name that stands before each hash: SM3 (GB/T 32905) and SHA-256 (FIPS 180-4)."""


def fingerprint(algorithm: str, data: bytes) -> str:
    """The hash of the data as `algorithm:hex`. Raises KeyError for an algorithm that is none of ALGORITHMS."""
    return f"{algorithm}:{ALGORITHMS[algorithm](data)}"


def canonical(value: object) -> bytes:
    """The one JSON text of a value: sorted keys, no spaces, UTF-8 (RFC 8785; its number rules need none but integers)."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


class Link(NamedTuple):
    """Everything that the hash of an entry is made of, in this order; `at` in UTC with microseconds, days as ISO 8601."""

    shard: int
    seq: int
    kind: str
    subject: str
    actor_kind: str
    actor_ref: str
    actor_post: str
    on_behalf_of: str
    at: str
    restricted_until: str
    body: str
    previous: str

    def hash(self, algorithm: str) -> str:
        """The hash that the next entry of the shard remembers, as `algorithm:hex`."""
        return fingerprint(algorithm, canonical(list(self)))

    def at_place(self, seq: int, previous: str) -> Self:
        """The same content standing somewhere else in the chain."""
        return self._replace(seq=seq, previous=previous)


def instant(at: datetime) -> str:
    """An instant as it is hashed: UTC, microseconds. Raises ValueError for a time without zone."""
    if at.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


# --- keyed digests -----------------------------------------------------------------------------------------------------


class Digest(str):
    """A keyed digest, `key id:64 hex digits`: it tells whether two values were the same to whoever holds the key, and nothing else."""

    __slots__ = ()
    _shape = re.compile(r"[a-z0-9]+:[0-9a-f]{64}")

    def __new__(cls, text: str) -> Self:
        """Take over a digest's text; raises ValueError for anything of another shape."""
        if not cls._shape.fullmatch(text):
            raise ValueError("not a keyed digest")
        return super().__new__(cls, text)


@dataclass(frozen=True)
class Keyring:
    """Secret keys by id, and the id of the one in use; the older ones still recognise the digests that they made."""

    active: str
    keys: Mapping[str, bytes]

    def digest(self, value: str) -> Digest:
        """HMAC-SM3 (GB/T 15852.2) of the value's UTF-8 text under the active key."""
        return self._digest(self.active, value)

    def digests(self, value: str) -> list[Digest]:
        """The value's digest under every key, the active one first: what to look for among stored digests."""
        return [self._digest(key, value) for key in sorted(self.keys, key=lambda key: key != self.active)]

    def recognises(self, digest: Digest, value: str) -> bool:
        """Whether the digest was made of this value; False also when its key has been destroyed."""
        key = digest.partition(":")[0]
        return key in self.keys and compare_digest(self._digest(key, value), digest)

    def _digest(self, key: str, value: str) -> Digest:
        mac = HMAC(self.keys[key], SM3())
        mac.update(value.encode())
        return Digest(f"{key}:{mac.finalize().hex()}")


class _Keys:
    """Where this process gets its keyring from; the app says so when it starts, since rules know of no files."""

    source: Callable[[], Keyring] | None = None


def use_keyring(source: Callable[[], Keyring]) -> None:
    """Let `digest` and its companions take their keys from here."""
    _Keys.source = source


def keyring() -> Keyring:
    """The keys of this installation. Raises RuntimeError before `use_keyring`."""
    if _Keys.source is None:
        raise RuntimeError("no keyring: the journal app has not been started")
    return _Keys.source()


def digest(value: str) -> Digest:
    """The keyed digest of a value under this installation's active key (see `Keyring.digest`)."""
    return keyring().digest(value)


def is_digest_of(digest: Digest, value: str) -> bool:
    """Whether the digest was made of this value under any key of this installation."""
    return keyring().recognises(digest, value)


# --- deliveries -------------------------------------------------------------------------------------------------------


def wait_before_retry(attempts: int) -> timedelta:
    """How long a delivery that has been begun `attempts` times (1 or more) rests: 10 s, 40 s, 160 s … at most 6 hours."""
    return min(timedelta(seconds=10 * 4 ** (attempts - 1)), timedelta(hours=6))
