"""What was handed to neighbours."""

from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from huimin.platform.incidents.models import Forwarding
from huimin.platform.incidents.queries.incidents import incidents_seen_by
from huimin.platform.journal.rules import Actor

NEWEST_FIRST: Final = ("-asked_at", "-id")


def forwardings_seen_by(actor: Actor, *, at: datetime) -> QuerySet[Forwarding]:
    """Those of incidents that the actor may see; page them by NEWEST_FIRST."""
    return Forwarding.objects.select_related("incident").filter(incident__in=incidents_seen_by(actor, at=at))
