"""The tally of a month of incidents: a cache of what they say of themselves."""

from collections import defaultdict
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction

from huimin.platform.incidents.models.command import IncidentTally
from huimin.platform.incidents.queries.evaluation import BY, courses_of
from huimin.platform.incidents.rules.evaluation import Counts, counts_of


def tally_month_of_incidents(month: date, *, at: datetime) -> int:
    """Count a month (its first day) again, and keep that in place of what was kept; gives how many rows.

    A cache of what was announced already, so it announces nothing. Counting comes before the transaction, so that nobody waits.
    """
    counted: dict[tuple[str, ...], Counts] = defaultdict(Counts)
    for walked in courses_of(month):
        counted[walked.parts] += counts_of(walked.course, at=at)
    rows = [
        IncidentTally(month=month, **dict(zip(BY, parts, strict=True)), **asdict(counts))
        for parts, counts in sorted(counted.items())
    ]
    with transaction.atomic():
        IncidentTally.objects.filter(month=month).delete()
        IncidentTally.objects.bulk_create(rows, batch_size=500)
    return len(rows)
