"""The sync protocol: taking up a handset, its keys for a session, what it hands in, and that it is empty."""

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from huimin.kernel.refusals import BadInput
from huimin.platform.grid.operations import handsets as operations
from huimin.platform.grid.permissions import WORK
from huimin.platform.grid.queries.handsets import find_gone
from huimin.platform.identity.permissions import public, who_of
from huimin.platform.identity.queries import actor_of
from huimin.platform.ui.languages import reader_language
from huimin.portals.grid.http.door import HEADER, answers_json, for_handsets, for_workers
from huimin.portals.grid.taking import Sealed, take

if TYPE_CHECKING:
    from huimin.platform.grid.models import Handset

MOST_ITEMS: Final = 50


class NotUnderstood(BadInput):
    """The body is not what the protocol says."""

    zh = "终端程序太旧或内容损坏，请刷新后再试。"
    en = "The app is out of date or the content is damaged; please reload and try again."


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The body as a JSON object. Raises NotUnderstood."""
    try:
        said = json.loads(request.body)
    except ValueError as problem:
        raise NotUnderstood from problem
    if not isinstance(said, dict):
        raise NotUnderstood
    return said


@for_workers(WORK)
@require_POST
def enrol(request: HttpRequest) -> JsonResponse:
    """Take up this device with a one-time code: `{code, name}` gives `{handset, token}`."""
    said = body_of(request)
    account = who_of(request).account
    assert account is not None  # `for_workers` lets accounts in only
    handset, token = operations.enrol_handset(
        code=str(said.get("code", "")),
        name=str(said.get("name", "")),
        account=account,
        actor=actor_of(request),
        at=timezone.now(),
    )
    return JsonResponse({"handset": handset.number, "token": token})


@for_handsets(WORK, with_session=True)
@require_POST
def open_for_session(request: HttpRequest) -> JsonResponse:
    """Release the keys for this session: `{worker, cache, public}`; the keys are for the memory of the page alone."""
    handset: Handset = request.handset  # type: ignore[attr-defined] # set by the door
    keys = operations.open_handset(handset=handset, actor=actor_of(request), at=timezone.now())
    return JsonResponse({"worker": handset.worker.name, "cache": keys.cache, "public": keys.public})


@for_handsets(WORK, with_session=False)
@require_POST
def items(request: HttpRequest) -> JsonResponse:
    """Take what is handed in: `{items: [{key, kind, sealed}]}` gives `{answers: [{key, status, known, number, sentence}]}` in that order.

    `status` is `taken`, `refused` (for ever; the sentence says why) or `later` (send it again). The same key has the same answer.
    """
    handset: Handset = request.handset  # type: ignore[attr-defined] # set by the door
    said = body_of(request).get("items")
    if not isinstance(said, list) or not 0 < len(said) <= MOST_ITEMS:
        raise NotUnderstood
    actor, at, language = actor_of(request), timezone.now(), reader_language()
    answers = [take(_sealed(one), handset=handset, actor=actor, at=at) for one in said]
    return JsonResponse({"answers": [one.said_in(language) for one in answers]})


def _sealed(said: object) -> Sealed:
    match said:
        case {"key": str(key), "kind": str(kind), "sealed": str(text)}:
            try:
                return Sealed(key=key, kind=kind, content=base64.b64decode(text, validate=True))
            except binascii.Error as problem:
                raise NotUnderstood from problem
    raise NotUnderstood


@csrf_exempt
@public
@answers_json
@require_POST
def wiped(request: HttpRequest) -> JsonResponse:
    """A revoked handset says that it is empty. Open to nobody but the holder of its token, to whom nothing is given."""
    if handset := find_gone(request.headers.get(HEADER, "")):
        operations.note_wiped(handset=handset, at=timezone.now())
    return JsonResponse({})
