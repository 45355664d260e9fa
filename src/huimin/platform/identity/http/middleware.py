"""Finds out, once a request, who is asking: from the session or from a bearer token, never from both."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import resolve
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from huimin.platform.identity.permissions import Who
from huimin.platform.identity.queries import find_client_of, who_is_asking

BEARER: Final = "Bearer "


API: Final = "/api/"


def _who(request: HttpRequest, at: datetime) -> Who:
    header = request.headers.get("Authorization", "")
    if header.startswith(BEARER):
        client = find_client_of(header.removeprefix(BEARER).strip(), at)
        # A worthless token does not fall back to the session of the same browser.
        return who_is_asking(request, client, at) if client else Who(at=at, bad_token=True)
    return who_is_asking(request, None, at)


class ProgramsDoor:
    """Middleware, before sessions: a program that shows a token goes straight to the operation that it asks for.

    It has no session, no cookie, no form and no message, so nothing that pages need is done for it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """As `WhoIsAsking` for the request of a program; every other one goes its way."""
        shows_token = request.META.get("HTTP_AUTHORIZATION", "").startswith(BEARER)
        if not (shows_token and request.path_info.startswith(API)):
            return self.get_response(request)
        request.who = _who(request, timezone.now())  # type: ignore[attr-defined]
        language = translation.get_language_from_request(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        match = request.resolver_match = resolve(request.path_info)
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        response.headers.setdefault("Content-Language", language)
        return response


class WhoIsAsking:
    """Middleware: sets `request.who`, found out when first asked for. Stands after authentication and sessions."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The one place where the clock of a page's request is read for rights."""
        at = timezone.now()
        request.who = SimpleLazyObject(lambda: _who(request, at))  # type: ignore[attr-defined]
        return self.get_response(request)
