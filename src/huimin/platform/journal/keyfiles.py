"""Secret keys in the data folder: files of them, made once, readable by their owner only, replaced but never overwritten.

A door for every app that signs something: the journal its anchors, licences their certificates.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from gmssl_pyx import GmsslInnerError, sm2_key_generate, sm2_sign, sm2_verify

from huimin.kernel.refusals import Refusal

Secret = dict[str, str]


def folder() -> Path:
    """Where keys lie: `keys/` of the data folder."""
    return Path(settings.HOME) / "keys"


class NothingToRotate(Refusal):
    """There is no key to replace: none was made yet, or the folder of keys was lost."""

    zh = (
        "数据目录的 keys/ 中没有 {name}，没有可轮换的密钥。用过的密钥丢失时，请先从备份恢复 keys/；"
        "从未用过的，第一次使用时自动生成，不用轮换。"
    )
    en = (
        "There is no {name} in keys/ of the data folder, so there is no key to rotate. If it was lost, restore keys/ from a backup first; "
        "if it was never used, it is made at its first use and needs no rotation."
    )


class KeysLost(Refusal):
    """A key was made here once and its file is gone: another in its place would look like the city's own and be none of it."""

    zh = (
        "数据目录的 keys/ 中缺少 {name}，而它以前生成过：不能另造一个，否则以前的签名和摘要都无法核对。请先停止服务，"
        "把最近一次备份恢复到一个空目录（huimin restore），将其中的 keys/ 拷回，再启动。"
    )
    en = (
        "{name} is missing from keys/ of the data folder, and it was made before: no other is made in its place, since nothing signed "
        "or digested so far could be checked with it. Stop the service, restore the latest backup into an empty folder (huimin restore), "
        "copy its keys/ back, and start again."
    )
    status = 500


def made() -> Path:
    """The names of the key files ever made here, one a line, beside `keys/`: who loses that folder does not lose what it held."""
    return Path(settings.HOME) / "keys.made"


def _names_made() -> list[str]:
    return made().read_text().split() if made().exists() else []


def lost() -> list[str]:
    """The key files that were made here and are gone."""
    return [name for name in _names_made() if not (folder() / name).exists()]


class KeyFile:
    """A file of secrets by id, with the id of the one in use. `make` makes a new secret from nothing."""

    def __init__(self, name: str, make: Callable[[], Secret]) -> None:
        self._name, self._make = name, make
        self._noted: set[str] = set()

    @property
    def path(self) -> Path:
        """The file; its mode is 0600."""
        return folder() / self._name

    def read(self) -> dict[str, Any]:
        """`{"active": id, "keys": {id: secret}}`; made on first use. Raises PermissionError when others may read the file, KeysLost when it
        was made before and is gone.
        """
        if not self.path.exists():
            with self._alone():
                if not self.path.exists():
                    if self._name in _names_made():
                        raise KeysLost(name=self._name)
                    self._replace({"active": "k1", "keys": {"k1": self._make()}})
        self._note_made()
        if self.path.stat().st_mode & 0o077:
            raise PermissionError(f"{self.path} must be readable by its owner only")
        kept: dict[str, Any] = json.loads(self.path.read_text())
        return kept

    def known(self) -> dict[str, Secret]:
        """The keys by id; none where there is no file. Makes nothing: who only looks must see that keys are gone."""
        keys: dict[str, Secret] = self.read()["keys"] if self.path.exists() else {}
        return keys

    def rotate(self, retire: Callable[[Secret], Secret]) -> str:
        """Put a new secret into use and give its id; `retire` says what is kept of the old one.

        Raises NothingToRotate where there is no key: a first one made here would look like the city's own and be none of it.
        """
        with self._alone():
            if not self.path.exists():
                raise NothingToRotate(name=self._name)
            kept = self.read()
            kept["keys"][kept["active"]] = retire(kept["keys"][kept["active"]])
            kept["active"] = f"k{len(kept['keys']) + 1}"
            kept["keys"][kept["active"]] = self._make()
            self._replace(kept)
        active: str = kept["active"]
        return active

    def _note_made(self) -> None:
        """Keep in mind that the file was made; also of one that came with a restored folder, or is older than this list."""
        if str(made()) not in self._noted and self._name not in _names_made():
            with made().open("a") as file:
                file.write(f"{self._name}\n")
                file.flush()
                os.fsync(file.fileno())
            sync_folder(made().parent)
        self._noted.add(str(made()))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time makes or rotates."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.path.parent / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _replace(self, kept: dict[str, Any]) -> None:
        """All or nothing: a reader never sees half a file, a power cut leaves the old one."""
        draft = self.path.with_suffix(f".{os.getpid()}.new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(kept, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)
        sync_folder(self.path.parent)


def sync_folder(path: Path) -> None:
    """Make a new or renamed file of the folder survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sm2_pair() -> Secret:
    """A new SM2 key pair (GB/T 32918), both halves in hex."""
    public, private = sm2_key_generate()
    return {"public": public.hex(), "private": private.hex()}


def public_half(secret: Secret) -> Secret:
    """What a retired signing key keeps: enough to verify, too little to sign."""
    return {part: text for part, text in secret.items() if part != "private"}


def sm2_signed(file: KeyFile, data: bytes) -> tuple[str, str]:
    """SM2 signature (GB/T 32918, SM3, the default signer id) under the file's active key: (key id, hex of the DER signature)."""
    kept = file.read()
    key = kept["keys"][kept["active"]]
    return kept["active"], sm2_sign(bytes.fromhex(key["private"]), bytes.fromhex(key["public"]), data).hex()


def is_sm2_signed(file: KeyFile, data: bytes, *, key_id: str, signature: str) -> bool:
    """Whether the file's key of that id, in use or retired, signed the data."""
    key = file.known().get(key_id)
    try:
        return key is not None and bool(sm2_verify(bytes.fromhex(key["public"]), data, bytes.fromhex(signature)))
    except (ValueError, GmsslInnerError):
        return False
