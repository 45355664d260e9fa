"""Start-up checks: the city's declarations are right, every needed permission is held by somebody, the chain of
settings stands."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as Notice
from django.urls import URLPattern, URLResolver, get_resolver

from huimin.kernel.declarations import DeclarationWrong
from huimin.platform.identity.declarations import duties, this_city
from huimin.platform.identity.permissions import PUBLIC

MIDDLEWARE = "huimin.platform.identity.http.middleware.WhoIsAsking"


@register()
def declarations_are_right(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Iterable[CheckMessage]:
    """`departments.yaml`, `grants.yaml`, `personas.yaml` of this city load and agree with each other."""
    try:
        this_city()
    except (DeclarationWrong, ValueError) as wrong:
        return [Error(str(wrong), id="identity.E001")]
    return []


@register()
def asker_is_known(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Iterable[CheckMessage]:
    """Without the middleware no view could ask who is asking."""
    if MIDDLEWARE not in settings.MIDDLEWARE:
        return [Error(f"{MIDDLEWARE} is not in MIDDLEWARE", id="identity.E002")]
    return []


def views(patterns: Iterable[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every view that is mounted, with its address pattern."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns, f"{prefix}{pattern.pattern}")
        else:
            yield f"{prefix}{pattern.pattern}", pattern.callback


@register()
def permissions_are_held(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Iterable[CheckMessage]:
    """A permission that no duty holds makes a page that nobody can open."""
    table = duties().values()
    needed = {getattr(view, "permission", PUBLIC) for _, view in views(get_resolver().url_patterns)} - {PUBLIC}
    return [
        Notice(f"no duty of duties.yaml holds {permission}", id="identity.W001")
        for permission in sorted(needed)
        if not any(duty.allows(permission) for duty in table)
    ]
