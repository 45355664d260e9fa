"""Reads of inspections."""

from collections.abc import Collection

from huimin.platform.grid.models import Inspection


def last_inspections(organisations: Collection[str]) -> dict[str, Inspection]:
    """The last inspection of each of these organisations (registry keys) that was ever inspected."""
    rows = Inspection.objects.filter(organisation__in=organisations).select_related("inspector")
    return {row.organisation: row for row in rows.order_by("inspected_at", "id")}
