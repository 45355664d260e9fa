"""What identity needs to stand: the city's departments, posts and grants, and in a demonstration its personas."""

from datetime import datetime

from django.conf import settings

from huimin.platform.identity.declarations import this_city
from huimin.platform.identity.operations import load_city, load_personas
from huimin.platform.journal.rules import Actor


def establish(*, actor: Actor, at: datetime) -> None:
    """Make the tables what the declarations say; repeating it changes nothing."""
    load_city(city=this_city(), actor=actor, at=at)
    if settings.DEMO:
        load_personas(city=this_city(), actor=actor, at=at)
