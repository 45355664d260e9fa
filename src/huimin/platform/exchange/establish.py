"""What exchange needs to stand: the catalogue of resources as it is declared now, kept as a version where it changed."""

from datetime import datetime

from huimin.platform.exchange.operations.catalogue import register_catalogue
from huimin.platform.journal.rules import Actor


def establish(*, actor: Actor, at: datetime) -> None:
    """Keep what is declared; repeating it changes nothing."""
    register_catalogue(actor=actor, at=at)
