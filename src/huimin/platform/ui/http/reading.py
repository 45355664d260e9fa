"""How the reader likes to read: language and elder mode, kept on the device and, when signed in, on the account."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from huimin.platform.identity.operations import change_preferences
from huimin.platform.identity.permissions import public, who_of
from huimin.platform.identity.queries import actor_of
from huimin.platform.ui.frame import ELDER_COOKIE, ON, reads_as_elder

A_YEAR: Final = timedelta(days=365)


@public
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Read in this language from now on; one that the platform does not speak becomes its own."""
    spoken = dict(settings.LANGUAGES)
    language = request.POST.get("language", "")
    chosen = language if language in spoken else settings.LANGUAGE_CODE
    _remember(request, language=chosen, elder=reads_as_elder(request))
    return _back(request, settings.LANGUAGE_COOKIE_NAME, chosen)


@public
@require_POST
def choose_elder_mode(request: HttpRequest) -> HttpResponse:
    """Read in elder mode, or no longer."""
    elder = request.POST.get("elder", "")
    _remember(request, language=translation.get_language() or settings.LANGUAGE_CODE, elder=elder == ON)
    return _back(request, ELDER_COOKIE, ON if elder == ON else "0")


def _remember(request: HttpRequest, *, language: str, elder: bool) -> None:
    account = who_of(request).account
    if account:
        change_preferences(
            account=account, language=language, elder_mode=elder, actor=actor_of(request), at=timezone.now()
        )


def _back(request: HttpRequest, cookie: str, value: str) -> HttpResponse:
    """Back to the page the choice was made on, with the choice kept on the device for a year."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    answer = HttpResponseRedirect(wanted if safe else "/")
    answer.set_cookie(cookie, value, max_age=A_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    return answer


class AccountLanguage:
    """Middleware, after identity's: a signed-in reader who chose a language reads in it on every device."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the account's language for this request."""
        account = who_of(request).account
        if account and account.language in dict(settings.LANGUAGES):
            translation.activate(account.language)
            request.LANGUAGE_CODE = account.language
        return self.get_response(request)
