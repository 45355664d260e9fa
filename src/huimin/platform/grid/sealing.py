"""The keys of a handset: made of one secret that only the server keeps, so that erasing the secret erases what the handset holds.

Two keys come of a secret (HKDF-SHA-256, RFC 5869). The cache key (AES-256-GCM) is released to the handset for a session and never written
there; with it the handset reads what it was given. What it has to send is sealed to a P-256 key whose private half never leaves the server
(ephemeral ECDH, HKDF, AES-256-GCM): a handset that starts without a network can write down a report that it cannot itself read again.
"""

import base64
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from huimin.kernel.refusals import BadInput

SECRET_BYTES: Final = 32
POINT: Final = 65
NONCE: Final = 12
# SEC 2, 2.4.2: the order of the base point of secp256r1.
ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class NotSealedForUs(BadInput):
    """What was sent cannot be opened: it is damaged, or sealed for another handset or under another key."""

    zh = "这条内容已损坏或不是由这台终端封存的，无法读取。请重新填报。"
    en = "This item is damaged, or was not sealed by this handset, and cannot be read. Please fill it in again."


def _derived(secret: bytes, what: bytes, length: int = 32, salt: bytes | None = None) -> bytes:
    return HKDF(SHA256(), length, salt, what).derive(secret)


def _vault() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    own = (_derived(str(key).encode(), b"grid.handsets") for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in own])


def put_away(secret: bytes) -> str:
    """A secret as the database keeps it."""
    return _vault().encrypt(secret).decode()


def take_out(stored: str) -> bytes:
    """A secret as it was put away. Raises InvalidToken when no key of this installation made it."""
    return _vault().decrypt(stored.encode())


def cache_key(secret: bytes) -> bytes:
    """The key that the handset reads its cache with."""
    return _derived(secret, b"huimin.grid.cache")


def _private(secret: bytes) -> ec.EllipticCurvePrivateKey:
    # 16 bytes more than the order has, so that the remainder favours no scalar (FIPS 186-5, A.2.1).
    scalar = int.from_bytes(_derived(secret, b"huimin.grid.queue", 48)) % (ORDER - 1) + 1
    return ec.derive_private_key(scalar, ec.SECP256R1())


def public_key(secret: bytes) -> bytes:
    """The point (uncompressed) that the handset seals to."""
    return _private(secret).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def unseal(secret: bytes, key: str, sealed: bytes) -> bytes:
    """The content of an item. Raises NotSealedForUs."""
    point, nonce, rest = sealed[:POINT], sealed[POINT : POINT + NONCE], sealed[POINT + NONCE :]
    own = _private(secret)
    try:
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        shared = own.exchange(ec.ECDH(), theirs)
        opening = _derived(shared, b"huimin.grid.item", salt=point + public_key(secret))
        return AESGCM(opening).decrypt(nonce, rest, key.encode())
    except (ValueError, InvalidTag) as problem:
        raise NotSealedForUs from problem
