"""A worker with a cell, a shift and a handset, and what a handset does with what it has to send."""

import os
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client

from huimin.platform.grid import sealing
from huimin.platform.grid.models import Assignment, Handset, Shift
from huimin.platform.grid.operations import handsets as operations
from huimin.platform.identity.models import Account
from huimin.platform.identity.queries import METHODS_IN_SESSION
from huimin.platform.journal.rules import Actor
from huimin.platform.registries.operations import take_grid
from huimin.platform.registries.tests import factories as make
from huimin.platform.registries.tests.factories_places import CELL, write_grid

NOW = datetime(2026, 7, 2, 2, 0, tzinfo=UTC)
"""Thursday, 2 July 2026, ten in the morning in Beijing; the day after the registries of the tests were built."""
_serial = count(1)


def grid(folder: Path) -> None:
    """A grid of two cells."""
    take_grid(write_grid(folder / "grid.geojson"), actor=make.SYSTEM, at=NOW)


def worker(*cells: str, at: datetime = NOW) -> Actor:
    """A grid worker of Jinghu, on shift."""
    actor = make.official("qu_jinghu.grid", "grid_worker", ("340202",))
    account = make.account_of(actor)
    for cell in cells or (CELL,):
        Assignment.objects.create(worker=account, cell=cell, since_on=date(2026, 1, 1))
    Shift.objects.create(worker=account, starts_at=at - timedelta(hours=4), ends_at=at + timedelta(hours=4))
    return actor


def operator(division: str = "340202", post: str = "qu_jinghu.command") -> Actor:
    """An operator of a command post."""
    return make.official(post, "command_operator", (division,) if division else ())


def account_of(actor: Actor) -> Account:
    return make.account_of(actor)


def handset(actor: Actor, *, at: datetime = NOW) -> tuple[Handset, str]:
    """A handset that the worker has taken up, and its token."""
    code = operations.offer_enrolment(worker=account_of(actor), actor=operator("", "cgj.command"), at=at)
    return operations.enrol_handset(
        code=code, name=f"手机{next(_serial)}", account=account_of(actor), actor=actor, at=at
    )


def signed_in(actor: Actor) -> Client:
    """A browser in which this official has signed in, with a second factor."""
    browser = Client()
    browser.force_login(account_of(actor), backend="allauth.account.auth_backends.AuthenticationBackend")
    session = browser.session
    session[METHODS_IN_SESSION] = [{"method": "mfa"}]
    session.save()
    return browser


def sealed(public: bytes, key: str, content: bytes) -> bytes:
    """Seal content as a handset does, written down once more so that the two sides are held against each other."""
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
    own = ec.generate_private_key(ec.SECP256R1())
    point = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    key_of_item = HKDF(SHA256(), 32, point + public, b"huimin.grid.item").derive(own.exchange(ec.ECDH(), theirs))
    nonce = os.urandom(12)
    return point + nonce + AESGCM(key_of_item).encrypt(nonce, content, key.encode())


def sealed_for(device: Handset, key: str, content: bytes) -> bytes:
    """The same, for a handset of this test."""
    return sealed(sealing.public_key(sealing.take_out(device.secret)), key, content)
