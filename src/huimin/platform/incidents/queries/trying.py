"""What a routing table would have said of past incidents."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from huimin.platform.incidents.models import Disposal, Incident
from huimin.platform.incidents.queries.routing import Routing, as_routes, suggested_departments

SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class Difference:
    """An incident that the table would send elsewhere: to whom it went in the end, and to whom the table would send it."""

    incident: Incident
    went: tuple[str, ...]
    would: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """How many past incidents would go the same way; those that would go otherwise, or nowhere."""

    same: int = 0
    other: tuple[Difference, ...] = ()
    nowhere: tuple[Difference, ...] = ()

    @property
    def counts(self) -> Mapping[str, int]:
        """It in numbers."""
        return {"same": self.same, "other": len(self.other), "nowhere": len(self.nowhere)}


def try_rows(rows: Sequence[Mapping[str, Any]], *, last: int) -> Trial:
    """Route the newest closed incidents, at most so many, by these rows: compared with the departments that dealt with them in the end."""
    table = Routing(0, as_routes([dict(row) for row in rows]))
    past = list(Incident.objects.filter(state="closed", parent=None).order_by("-closed_at", "-id")[:last])
    went = _departments_of(past)
    same, other, nowhere = 0, [], []
    for incident in past:
        if not went[incident.pk]:
            continue
        found = Difference(incident, went[incident.pk], suggested_departments(incident, table).departments)
        if set(found.went) == set(found.would):
            same += 1
        elif found.would:
            other.append(found)
        else:
            nowhere.append(found)
    return Trial(same, tuple(other), tuple(nowhere))


def _departments_of(incidents: Sequence[Incident]) -> dict[int, tuple[str, ...]]:
    """Who dealt with each in the end, the leading department first."""
    done = Disposal.objects.filter(incident__in=[one.pk for one in incidents], done_at__isnull=False)
    found: dict[int, tuple[str, ...]] = defaultdict(tuple)
    for key, code in done.order_by("incident", "-is_lead", "pk").values_list("incident", "department__code"):
        found[key] = tuple(dict.fromkeys((*found[key], code)))
    return found
