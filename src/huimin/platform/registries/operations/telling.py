"""What people are told of their own data week by week, and the note that data left the house."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from huimin.kernel.refusals import CHINESE, ENGLISH
from huimin.platform.identity.queries import proven_citizens
from huimin.platform.journal.operations import publish
from huimin.platform.journal.queries import entries_about
from huimin.platform.journal.rules import Actor
from huimin.platform.notifications.operations import Told, tell
from huimin.platform.notifications.queries import Reader, told_already
from huimin.platform.registries.events import OwnDataDownloaded
from huimin.platform.registries.models import Person
from huimin.platform.registries.queries.own import LOOKS, PERSON, Own

A_SLICE: Final = 500
FIRST_HOUR: Final = 9
MONDAY, TUESDAY = 0, 1


def tell_of_looks(*, at: datetime) -> int:
    """On Monday from FIRST_HOUR on (or on Tuesday, should nothing have run): tell each proven account how often its person was looked at in
    the week before, once; gives how many are told. Looks that are kept from the person on that day are not counted.
    """
    now = timezone.localtime(at)
    if now.weekday() not in (MONDAY, TUESDAY) or now.hour < FIRST_HOUR:
        return 0
    ends = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=now.weekday())
    begins, told, after = ends - timedelta(days=7), 0, 0
    while accounts := proven_citizens(after=after, size=A_SLICE):
        after = accounts[-1].pk
        counts = _looks({account.person_key for account in accounts}, begins, ends, at=at)
        looked_at = [account for account in accounts if counts[account.person_key]]
        keys = {account.pk: f"looks/{ends:%G-%V}/{account.public_id}" for account in looked_at}
        before = told_already(keys.values())
        for account in looked_at:
            if keys[account.pk] not in before:
                count = str(counts[account.person_key])
                to = Told(
                    to=[Reader(account)],
                    about=f"{PERSON}{account.person_key}",
                    page=reverse("registries:my_looks"),
                    values={language: {"count": count} for language in (CHINESE, ENGLISH)},
                )
                told += len(tell("looks_of_week", to, key=keys[account.pk], at=at))
    return told


def _looks(people: set[str], begins: datetime, ends: datetime, *, at: datetime) -> Counter[str]:
    """How often each of these people (by key) was looked at from one instant to the other, under every key that he has had."""
    merged = Person.objects.filter(pk__in=people).exclude(merged_into="").values_list("merged_into", "pk")
    owners = {f"{PERSON}{key}": key for key in people}
    owners |= {f"{PERSON}{into}": key for into, key in merged}
    counted = (
        entries_about(list(owners), kinds=LOOKS, at=at)
        .filter(at__gte=begins, at__lt=ends)
        .order_by()
        .values_list("subject")
        .annotate(times=Count("pk"))
    )
    found: Counter[str] = Counter()
    for subject, times in counted:
        found[owners[subject]] += times
    return found


def note_download(*, own: Own, form: str, actor: Actor, at: datetime) -> None:
    """Note that a person's data leave the house as a file; before they do."""
    with transaction.atomic():
        publish(OwnDataDownloaded(subject=own.row.reference, form=form), actor=actor, at=at)
