"""The API: check a licence, and the public keys with which anybody verifies one without asking."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from huimin.platform.identity.permissions import needs, public
from huimin.platform.identity.queries import actor_of
from huimin.platform.licences import operations, queries
from huimin.platform.licences.http.checking import checker
from huimin.platform.licences.models import Licence
from huimin.platform.licences.permissions import CHECK, MY_LICENCES
from huimin.platform.licences.ports import seals
from huimin.platform.ui.paging import keyset_page

router = Router(tags=["licences"])
PAGE = 50


class Standing(Schema):
    """How a licence stands: `state` is a code of 电子证照状态 (GB/T 36903), `untouched` whether what is stored is what was signed."""

    number: str
    type: str
    issuer: str
    state: str
    valid_from: str
    valid_until: str
    untouched: bool


class Shown(Standing):
    """A licence that its holder shows now: the signed text itself, with its signature, to be verified with `GET /licences/keys`."""

    content: str
    signature: str
    key: str


class Mine(Schema):
    """One's own licences, newest first, and where to go on."""

    licences: list[Standing]
    after: str


def _standing(licence: Licence) -> dict[str, Any]:
    return {
        "number": licence.number,
        "type": licence.type,
        "issuer": licence.department,
        "state": licence.standing(timezone.localdate(timezone.now())).value,
        "valid_from": licence.valid_from.isoformat(),
        "valid_until": licence.valid_until.isoformat() if licence.valid_until else "",
        "untouched": queries.is_untouched(licence),
    }


@router.get("/licences/keys", response=dict[str, str], summary="Public keys of the seals")
@public
def public_keys(request: HttpRequest) -> dict[str, str]:
    """The public half of every SM2 key that signs licences, in hex, by its id."""
    return seals.get().public_keys()


@router.get("/licences/shown/{code}", response=Shown, summary="Check a licence shown by its holder")
@public
def check_presented(request: HttpRequest, code: str) -> dict[str, Any]:
    """What the holder's short-lived code stands for."""
    found = operations.check_presented(code, actor=checker(request), at=timezone.now())
    return {**_standing(found), "content": found.content, "signature": found.signature, "key": found.key}


@router.get("/licences/printed/{public_id}", response=Standing, summary="Check a printed licence")
@needs(CHECK)
def check_printed(request: HttpRequest, public_id: str) -> dict[str, Any]:
    """How the licence of a printed code stands."""
    return _standing(operations.check_printed(public_id, actor=actor_of(request), at=timezone.now()))


@router.get("/licences/me", response=Mine, summary="My licences")
@needs(MY_LICENCES)
def my_licences(request: HttpRequest, after: str = "") -> dict[str, Any]:
    """One's own licences."""
    own = queries.own_licences(actor_of(request), at=timezone.now())
    page = keyset_page(own, by=("-issued_at", "-id"), after=after, size=PAGE)
    return {"licences": [_standing(licence) for licence in page.rows], "after": page.after}
