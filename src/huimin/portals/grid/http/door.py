"""Who speaks: a handset by its token, and beside it, where more than handing in is asked for, its worker's session.

The token travels in a header of our own (`X-Handset`), which no other site can make a browser send, and never in a cookie: what asks for
the token alone needs no CSRF token. What gives something out (the keys, the day, who lives where) asks for the session too, so that a
copied disk gets nothing by its token; what writes on the strength of the session carries Django's CSRF token as every form does.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from huimin.kernel.refusals import Refusal
from huimin.platform.grid.operations.handsets import note_seen
from huimin.platform.grid.queries.handsets import HandsetGone, handset_of, who_carries
from huimin.platform.identity.permissions import MayNot, SignInNeeded, Verdict, judge, who_of
from huimin.platform.ui.languages import reader_language

HEADER: Final = "X-Handset"
View = Callable[..., HttpResponse]


class NotYourHandset(MayNot):
    """Somebody else has signed in on the worker's handset."""

    zh = "这台终端绑定的是另一位网格员，请用本人的账号登录。"
    en = "This handset belongs to another worker; please sign in with your own account."


def answers_json(view: View) -> View:
    """Refusals as JSON: `code`, `message` in the reader's language, and `wipe` where the handset shall empty itself."""

    @wraps(view)
    def answering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            answer = view(request, *args, **kwargs)
        except Refusal as refusal:
            said = {
                "code": refusal.code,
                "message": refusal.sentence(reader_language()),
                "wipe": isinstance(refusal, HandsetGone),
            }
            answer = JsonResponse(said, status=refusal.status)
        answer["Cache-Control"] = "no-store"
        return answer

    return answering


def for_workers(permission: str) -> Callable[[View], View]:
    """Let a signed-in worker in, before he has a handset."""

    def decorate(view: View) -> View:
        @answers_json
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            _hold(request, permission)
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined] # what every view names, as `needs` does
        return guarded

    return decorate


def _hold(request: HttpRequest, permission: str) -> None:
    who = who_of(request)
    if not who.is_known:
        raise SignInNeeded
    if judge(who, permission) is not Verdict.ALLOWED:
        raise MayNot


def for_handsets(permission: str, *, with_session: bool) -> Callable[[View], View]:
    """Let a handset in; `with_session` only while its worker is signed in on it. From here on `who_of` is the worker in his post."""

    def decorate(view: View) -> View:
        @answers_json
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            at = timezone.now()
            handset = handset_of(request.headers.get(HEADER, ""))
            if with_session:
                account = who_of(request).account
                if account is None:
                    raise SignInNeeded
                if account.pk != handset.worker_id:
                    raise NotYourHandset
            request.who = who_carries(handset, at=at)  # type: ignore[attr-defined] # as the middleware sets it
            _hold(request, permission)
            note_seen(handset=handset, at=at)
            request.handset = handset  # type: ignore[attr-defined] # for the view behind
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined] # what every view names, as `needs` does
        return guarded if with_session else csrf_exempt(guarded)

    return decorate
