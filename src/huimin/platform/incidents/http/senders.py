"""Who sends, where nobody signs in: a browser by its own cookie, a machine by its address; and how often it may."""

from collections import defaultdict, deque
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string

from huimin.platform.identity.permissions import who_of
from huimin.platform.identity.queries import actor_of
from huimin.platform.journal.rules import Actor

COOKIE: Final = "huimin_reporter"
_YEAR: Final = 365 * 24 * 3600
_MOST_KEPT: Final = 10_000


class Ticker:
    """Counts what an address asks for within a span, in this process: a brake on haste, not a wall.

    What is written is counted in the database besides.
    """

    def __init__(self, span: timedelta) -> None:
        self._span, self._lock = span, Lock()
        self._seen: dict[str, deque[datetime]] = defaultdict(deque)

    def allows(self, who: str, *, at: datetime, most: int) -> bool:
        """Whether one more is within the measure; it is counted if so."""
        with self._lock:
            if len(self._seen) > _MOST_KEPT:
                self._seen.clear()
            seen = self._seen[who]
            while seen and seen[0] <= at - self._span:
                seen.popleft()
            if len(seen) >= most:
                return False
            seen.append(at)
            return True

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._seen.clear()


def address_of(request: HttpRequest) -> str:
    """The address that the server itself saw: what a client says of itself is not believed."""
    return str(request.META.get("REMOTE_ADDR", ""))


def browser_of(request: HttpRequest) -> str:
    """The name that this browser was given, or empty; a name of somebody's own making counts for nothing."""
    try:
        return str(signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE))
    except signing.BadSignature:
        return ""


def name_browser(request: HttpRequest, response: HttpResponse, name: str) -> None:
    """Let the browser keep its name, so that it finds its own reports again."""
    response.set_cookie(
        COOKIE,
        signing.dumps(name, salt=COOKIE),
        max_age=_YEAR,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )


def new_browser() -> str:
    """A name for a browser."""
    return get_random_string(24)


def sender_of(request: HttpRequest, browser: str) -> tuple[str, Actor]:
    """Who reports: the account that is signed in, else the browser; and the actor that facts name."""
    if who_of(request).account is not None:
        actor = actor_of(request)
        return f"account:{actor.ref}", actor
    return f"browser:{browser}", Actor(kind="system", ref="reporting")
