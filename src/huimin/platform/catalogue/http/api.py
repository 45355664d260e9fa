"""The API of the catalogue: every service, search, one service with its whole item. Open to all, as the guide is."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.catalogue.queries import items
from huimin.platform.catalogue.queries.search import search
from huimin.platform.identity.permissions import public

router = Router(tags=["services"], auth=None)


class BothNames(Schema):
    """A name in both languages."""

    zh: str
    en: str


class ServiceShown(Schema):
    """A service as a list shows it."""

    code: str
    version: int
    revision: int
    names: BothNames
    abstract: BothNames
    domain: str
    item_type: str = Field(description="GB/T 39046 appendix A")
    body: str = Field(description="the function of the deciding body")
    serves: list[str]
    promised: dict[str, Any] = Field(description="amount and unit; 0 is on the spot")
    charges: bool
    life_event: str | None = None


class ServiceDetail(ServiceShown):
    """A service with its item as published, its form and the digest of the version."""

    digest: str
    item: dict[str, Any]
    form: dict[str, Any]


def _shown(service: Service) -> dict[str, Any]:
    item = service.item
    return {
        "code": service.code,
        "version": service.version,
        "revision": service.revision,
        "names": item.names.model_dump(),
        "abstract": item.abstract.model_dump(),
        "domain": service.domain,
        "item_type": item.item_type,
        "body": item.body,
        "serves": list(item.serves),
        "promised": {"amount": item.limits.promised.amount, "unit": item.limits.promised.unit},
        "charges": bool(item.fee.lines),
        "life_event": item.life_event.code if item.life_event else None,
    }


@router.get("/services", response=list[ServiceShown], summary="Services, narrowed or searched")
@public
def services(
    request: HttpRequest, q: str = "", serves: str = "", theme: str = "", body: str = "", event: bool = False
) -> list[dict[str, Any]]:
    """Every service; `q` is searched by name, everyday words, pinyin and initials, the best answers first."""
    if q.strip():
        return [_shown(found.service) for found in search(q)]
    known = serves if serves in items.THEMES else ""
    return [_shown(service) for service in items.browse(serves=known, theme=theme, body=body, event=event)]


@router.get("/services/{code}", response=ServiceDetail, summary="One service with its item and form")
@public
def service(request: HttpRequest, code: str) -> dict[str, Any]:
    """The item as published here, with what the city says, and the form's questions."""
    found = items.get_service(code)
    return {**_shown(found), "digest": found.digest, "item": found.content["item"], "form": found.content["form"]}
