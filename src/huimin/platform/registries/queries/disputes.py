"""How much departments disagree about, by field and answering department: counts of tickets and disputes, and no person."""

from collections import Counter
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count

from huimin.platform.registries.models import Correction, Person
from huimin.platform.registries.records import latest_build
from huimin.platform.registries.rules import golden_values

KEPT_SECONDS = 600


@dataclass(frozen=True, order=True)
class Disputed:
    """A field of one resource: how many people's values are disputed, and how many tickets are open about them."""

    disputed: int
    field: str
    resource: str
    open_tickets: int = 0


def disputes_by_department() -> list[Disputed]:
    """Every field and resource with disputed values, the most disputed first. Counted once a build: it reads every disputed row."""
    open_ones = (
        Correction.objects.filter(state=Correction.State.OPEN).values_list("field", "resource").annotate(n=Count("id"))
    )
    tickets = {(field, resource): n for field, resource, n in open_ones}
    counted = _counted()
    found = [
        Disputed(n, field, resource, tickets.get((field, resource), 0)) for (field, resource), n in counted.items()
    ]
    return sorted(found, reverse=True)


def _counted() -> Counter[tuple[str, str]]:
    build = latest_build()
    name = f"registries.disputes.{build.number if build else 0}"
    kept: Counter[tuple[str, str]] | None = cache.get(name)
    if kept is None:
        kept = Counter()
        rows = Person.objects.filter(disputed__gt=0, merged_into="").values_list("values", flat=True)
        for stored in rows.iterator(chunk_size=2_000):
            kept.update((value.field, value.source) for value in golden_values(stored).values() if value.is_disputed)
        cache.set(name, kept, KEPT_SECONDS)
    return kept
