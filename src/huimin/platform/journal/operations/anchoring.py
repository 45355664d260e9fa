"""Anchor the chains outside the database, and rotate the journal's keys."""

from datetime import datetime

from django.db import transaction

from huimin.kernel.refusals import Refusal
from huimin.platform.journal.adapters import anchors, keys
from huimin.platform.journal.events import KeyRotated
from huimin.platform.journal.models import Anchor, Head
from huimin.platform.journal.operations.publishing import publish
from huimin.platform.journal.rules import Actor, instant


class KeyGone(Refusal):
    """The key that signed the last anchor is not in the data folder; a new one would make every older anchor look forged."""

    zh = "签名密钥 {key} 不在数据目录的 keys/ 中，暂停写锚。请从备份恢复 keys/。"
    en = "The signing key {key} is not in keys/ of the data folder; no anchor was written. Restore keys/ from a backup."


def anchor(*, at: datetime) -> Anchor | None:
    """Write the signed head of every chain to the anchors' file; None when nothing was published since the last anchor.

    The line is synced before the database notes it, so after a crash in between the file knows more than the
    database, never less. Raises KeyGone.
    """
    with anchors.writing() as file:
        last = file.last()
        heads = {head.shard: (head.seq, head.hash) for head in Head.objects.filter(seq__gt=0).order_by("shard")}
        if last:
            _note(last)
        if heads == (last.heads if last else {}):
            return None
        if last and keys.are_gone():
            raise KeyGone(key=last.key)
        line = anchors.Line.signed(
            number=last.number + 1 if last else 1,
            at=instant(at),
            heads=heads,
            previous=last.fingerprint() if last else "",
        )
        file.append(line)
        return _note(line)


def _note(line: anchors.Line) -> Anchor:
    """The database's own note of the line."""
    defaults = {"at": datetime.fromisoformat(line.at), "fingerprint": line.fingerprint()}
    return Anchor.objects.get_or_create(number=line.number, defaults=defaults)[0]


def rotate_key(name: str, *, actor: Actor, at: datetime) -> str:
    """Put a new `digest` or `anchor` key into use and give its id. Raises KeyError for another name.

    Older digests stay recognised and older anchors stay verifiable; the private half of a retired signing key is
    erased.
    """
    key_id = keys.rotate(name)
    with transaction.atomic():
        publish(KeyRotated(subject=f"key:{name}", key_id=key_id), actor=actor, at=at)
    return key_id
