"""The services of this city as the public sees them, and any version ever published."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from huimin.kernel.codes import code_list
from huimin.platform.catalogue.declarations.whole import NoSuchPart, Service
from huimin.platform.catalogue.library import NoSuchService, services
from huimin.platform.catalogue.models import PublishedService

THEMES = {"person": "person_theme", "organisation": "organisation_theme"}


@cache
def current() -> Mapping[str, Service]:
    """The services that are offered now, by code: those whose status is published."""
    return {code: service for code, service in services().items() if service.item.status == "published"}


def get_service(code: str) -> Service:
    """The service of this code as it is offered now; `birth.hukou` is a part of a life event. Raises NoSuchService."""
    whole, _, part = code.partition(".")
    if service := current().get(whole):
        return _part_of(service, part)
    raise NoSuchService


def _part_of(service: Service, part: str) -> Service:
    try:
        return service.part(part) if part else service
    except NoSuchPart:
        raise NoSuchService from None


@lru_cache(maxsize=512)
def published(code: str, version: int, revision: int) -> Service:
    """A version as it was published: what a case that began with it keeps. Raises NoSuchService."""
    whole, _, part = code.partition(".")
    row = PublishedService.objects.filter(code=whole, version=version, revision=revision).first()
    if row is None:
        raise NoSuchService
    return _part_of(Service(code=row.code, domain=row.domain, revision=row.revision, content=row.content), part)


def versions_of(code: str) -> Sequence[PublishedService]:
    """Every published version of a service, newest first."""
    return list(PublishedService.objects.filter(code=code).order_by("-version", "-revision"))


def themes_of(service: Service, serves: str) -> tuple[str, ...]:
    """The themes of a service for a `person` or an `organisation`."""
    return service.item.person_themes if serves == "person" else service.item.organisation_themes


def themes(serves: str) -> list[tuple[str, int]]:
    """The themes that any service has, in the standard's order, with how many have it."""
    counted: dict[str, int] = {}
    for service in current().values():
        for theme in themes_of(service, serves):
            counted[theme] = counted.get(theme, 0) + 1
    return [(theme, counted[theme]) for theme in code_list(THEMES[serves]) if theme in counted]


def browse(*, serves: str = "", theme: str = "", body: str = "", event: bool = False) -> list[Service]:
    """The services of a theme, of a body's function, or that are life events, in the order of their codes."""
    return [
        service
        for service in current().values()
        if (not theme or theme in themes_of(service, serves or "person"))
        and (not serves or themes_of(service, serves))
        and body in ("", *service.functions)
        and (not event or service.item.life_event is not None)
    ]
