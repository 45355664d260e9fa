"""What incidents need in the store before they can serve: the first edition of the routing table, the demonstration's key."""

from contextlib import suppress
from datetime import datetime

from django.conf import settings

from huimin.platform.incidents.declarations.channels import open311
from huimin.platform.incidents.operations.open311 import ClientNameTaken, register_open311_client
from huimin.platform.incidents.operations.routing import seed_routing
from huimin.platform.journal.rules import Actor


def establish(*, actor: Actor, at: datetime) -> None:
    """Publish the declared routing table where the city has none; one that stands stays."""
    seed_routing(actor=actor, at=at)
    # Open311's key that everybody knows: of a demonstration only.
    if settings.DEMO:
        with suppress(ClientNameTaken):
            register_open311_client(name="demo", key=open311().demonstration_key, actor=actor, at=at)
