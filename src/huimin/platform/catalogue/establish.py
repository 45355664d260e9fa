"""What the catalogue needs to stand: every offered service published in the version that its files state."""

from datetime import datetime

from huimin.platform.catalogue.operations import publish_services
from huimin.platform.journal.rules import Actor


def establish(*, actor: Actor, at: datetime) -> None:
    """Publish what is new; repeating it changes nothing."""
    publish_services(actor=actor, at=at)
