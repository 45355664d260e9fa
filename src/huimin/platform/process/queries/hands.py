"""Whose work somebody may do: his own, at his posts, and that of colleagues for whom he stands in while they are away."""

from datetime import datetime

from django.db.models import QuerySet

from huimin.platform.identity import queries as identity
from huimin.platform.process.models import Absence


def stood_in_for(account: str, at: datetime) -> list[str]:
    """The public ids of those for whom an account stands in at this instant."""
    absences = Absence.objects.current(at).filter(deputy__public_id=account)
    return list(absences.order_by("pk").values_list("account__public_id", flat=True))


def posts_reached(account: str, at: datetime) -> list[str]:
    """The codes of the posts at which an account may work: its own, and those of whom it stands in for."""
    own = identity.post_codes_of(account, at)
    others = [code for absent in stood_in_for(account, at) for code in identity.post_codes_of(absent, at)]
    return list(dict.fromkeys([*own, *others]))


def absences_about(account: str, at: datetime) -> QuerySet[Absence]:
    """The absences, now or to come, in which an account is away or stands in, the next first."""
    mine = Absence.objects.filter(account__public_id=account) | Absence.objects.filter(deputy__public_id=account)
    return mine.filter(until__gt=at, ended_at=None).select_related("account", "deputy").order_by("starts_at", "pk")
