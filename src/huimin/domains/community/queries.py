"""Disputes that one may see: those of the districts of one's mediator's post."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from huimin.domains.community.models import Mediation
from huimin.domains.community.permissions import MEDIATE
from huimin.kernel.refusals import NotFound
from huimin.platform.identity import queries as identity
from huimin.platform.identity.declarations import duties
from huimin.platform.journal.rules import Actor

NEWEST_FIRST: Final = ("-opened_at", "-id")
OVER: Final = frozenset(state for state, after in Mediation.MOVES.items() if not after)


class NoSuchMediation(NotFound):
    """There is no such dispute, or the reader may not know of it."""

    zh = "没有这件纠纷，或者您无权查看。"
    en = "There is no such dispute, or you may not see it."


def mediated_divisions(actor: Actor, at: datetime) -> tuple[str, ...] | None:
    """The districts whose disputes the post that one acts in mediates, empty for all of the city; None for nobody's."""
    if actor.kind != "account" or not actor.post or actor.post not in identity.post_codes_of(actor.ref, at):
        return None
    post = identity.get_post(actor.post)
    duty = duties().get(post.duty)
    return tuple(post.divisions) if duty is not None and duty.allows(MEDIATE) else None


def mediations_seen_by(actor: Actor, *, at: datetime) -> "QuerySet[Mediation]":
    """The disputes of one's districts; page them by NEWEST_FIRST."""
    divisions = mediated_divisions(actor, at)
    if divisions is None:
        return Mediation.objects.none()
    return Mediation.objects.filter(Q(division__in=divisions) if divisions else Q())


def access_mediation(number: str, actor: Actor, *, at: datetime) -> Mediation:
    """A dispute of one's districts. Raises NoSuchMediation."""
    if found := mediations_seen_by(actor, at=at).filter(number=number).first():
        return found
    raise NoSuchMediation


def mediations_called(references: Sequence[str]) -> dict[str, Mediation]:
    """Disputes by reference, in one read."""
    numbers = [reference.removeprefix("mediation:") for reference in references]
    return {one.reference: one for one in Mediation.objects.filter(number__in=numbers)}
