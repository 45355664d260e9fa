"""The place in a list of rows, closed: record numbers are the providing department's own, and nobody's to read."""

from base64 import urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from huimin.platform.ui.paging import BadCursor


@lru_cache(maxsize=4)
def _box(secret: str) -> Fernet:
    return Fernet(urlsafe_b64encode(sha256(f"exchange.cursors\x1f{secret}".encode()).digest()))


def closed(record_id: str) -> str:
    """A record number as it may leave the house; blank for none."""
    return _box(settings.SECRET_KEY).encrypt(record_id.encode()).decode() if record_id else ""


def opened(cursor: str) -> str:
    """The record number in a cursor that was given out. Raises BadCursor."""
    try:
        return _box(settings.SECRET_KEY).decrypt(cursor.encode()).decode() if cursor else ""
    except InvalidToken as forged:
        raise BadCursor from forged
