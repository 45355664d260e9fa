"""Who is responsible by the routing table in force."""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from huimin.platform.grid.queries import find_component
from huimin.platform.identity.declarations import this_city
from huimin.platform.identity.queries.reading import Kept
from huimin.platform.incidents.declarations import RouteRow
from huimin.platform.incidents.models import Incident, RoutingEdition
from huimin.platform.incidents.rules.routing import Assigned, Facts, Route, route


@dataclass(frozen=True, slots=True)
class Routing:
    """An edition as the rules take it; number 0 and no rows where none has been published."""

    number: int = 0
    rows: tuple[Route, ...] = ()


def as_routes(rows: list[dict[str, object]]) -> tuple[Route, ...]:
    """The rows of an edition as the rules take them."""
    return tuple(RouteRow.model_validate(row).as_rule for row in rows)


@lru_cache(maxsize=8)
def _published(key: int, number: int) -> Routing:
    """A published edition never changes, so it is read once."""
    return Routing(number, as_routes(RoutingEdition.objects.get(pk=key).rows))


def current_routing() -> Routing:
    """The edition in force, in one read."""
    newest = _NEWEST.first()
    return _published(*newest) if newest else Routing()


_NEWEST: Final = Kept(
    lambda: (
        RoutingEdition.objects.filter(published_at__isnull=False).order_by("-number").values_list("pk", "number")[:1]
    )
)


@cache
def district_of(division: str) -> str:
    """The code of the department that is the district's government; empty where there is none."""
    districts = {one.division: one.code for one in this_city().departments.departments if one.kind == "district"}
    return districts.get(division[:6], "") if division else ""


def owner_of(component: str) -> str:
    """The code of the department to which a component belongs; empty where it belongs to nobody known here."""
    found = find_component(component) if component else None
    if found is None:
        return ""
    body = found.maintainer or found.owner or found.authority
    return body.code if body else ""


def suggested_departments(incident: Incident, routing: Routing | None = None) -> Assigned:
    """Who is responsible for an incident by an edition, or the one in force; nobody where it says nothing, or before it is classified."""
    table = routing or current_routing()
    facts = Facts(
        class_code=incident.class_code,
        division=incident.division,
        district=district_of(incident.division),
        owner=owner_of(incident.component),
    )
    return route(table.rows, facts)
