"""What a firm's pages show: all of it read through the power of whoever acts for the firm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from huimin.platform.cases.operations import renewals_of
from huimin.platform.cases.queries import Glance, glances_of, open_drafts, own_cases, waiting_cases
from huimin.platform.cases.queries.signing import Request, open_requests
from huimin.platform.identity.events import SealUsed
from huimin.platform.identity.queries import NoSuchDelegation, powers_of
from huimin.platform.journal.queries import NEWEST_FIRST, entries_about, entries_by
from huimin.platform.journal.rules import Actor
from huimin.platform.licences.queries import licence_name, own_licences
from huimin.platform.ui.languages import reader_language

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from huimin.platform.cases.models import Draft
    from huimin.platform.identity.models import Delegation
    from huimin.platform.journal.models import EntryQuerySet
    from huimin.platform.licences.models import Licence

CASES: Final = 5
LICENCES: Final = 6
ENDS_WITHIN: Final = timedelta(days=90)
"""A licence that ends within so many days is a thing to do."""


@dataclass(frozen=True, kw_only=True)
class Ending:
    """A licence that ends soon, and the service that renews it; blank where none does, or where its renewal is under way."""

    licence: "Licence"
    name: str
    renewal: str


@dataclass(frozen=True, kw_only=True)
class FirmHome:
    """A firm's home: what waits for it, what ends soon, its newest open cases and its licences."""

    waiting: Sequence[Glance]
    requests: Sequence[Request]
    ending: Sequence[Ending]
    drafts: "Sequence[Draft]"
    cases: Sequence[Glance]
    licences: Sequence[tuple["Licence", str]]

    @property
    def nothing_to_do(self) -> bool:
        """Whether nothing waits for the firm."""
        return not (self.waiting or self.requests or self.ending or self.drafts)


def firm_home(actor: Actor, *, at: datetime) -> FirmHome:
    """The home of the firm for which the actor acts, in a fixed number of reads."""
    language, on = reader_language(), timezone.localdate(at)
    waiting = waiting_cases(actor, at=at)
    waits = {case.pk for case in waiting}
    newest = own_cases(actor, at=at).open().order_by("-lodged_at", "-id")[: CASES + len(waiting)]
    others = [case for case in newest if case.pk not in waits][:CASES]
    glances = glances_of([*waiting, *others], language=language, on=on)
    held = list(own_licences(actor, at=at).in_force(on).order_by("valid_until", "id")[: 2 * LICENCES])
    underway = {case.service for case in [*waiting, *others]}
    return FirmHome(
        waiting=glances[: len(waiting)],
        requests=open_requests(actor, at=at),
        ending=[
            Ending(licence=licence, name=licence_name(licence.type, language), renewal=_renewal(licence, underway))
            for licence in held
            if licence.valid_until and licence.valid_until - on <= ENDS_WITHIN
        ],
        drafts=list(open_drafts(actor).filter(applicant=actor.on_behalf_of)[:CASES]),
        cases=glances[len(waiting) :],
        licences=[(licence, licence_name(licence.type, language)) for licence in held[:LICENCES]],
    )


def _renewal(licence: "Licence", underway: set[str]) -> str:
    services = [service.code for service in renewals_of(licence.type)]
    return services[0] if services and not underway & set(services) else ""


def powers_shown(power: "Delegation") -> "QuerySet[Delegation]":
    """The powers that somebody may read of: the representative of all, an agent of his own."""
    every = powers_of(power.principal)
    return every if power.manages else every.filter(agent=power.agent_id)


def access_shown(power: "Delegation", public_id: str) -> "Delegation":
    """One of them. Raises NoSuchDelegation."""
    if found := powers_shown(power).filter(public_id=public_id).first():
        return found
    raise NoSuchDelegation


def deeds_of(power: "Delegation", *, at: datetime) -> "EntryQuerySet":
    """What an agent did for the firm, newest first, as the firm may see it."""
    done = entries_by([power.agent.public_id]).filter(on_behalf_of=power.principal)
    return done.shown_on(timezone.localdate(at))


def seal_uses(power: "Delegation", *, at: datetime) -> "EntryQuerySet":
    """Where a firm's seal was put, newest first; an agent reads of what he did himself."""
    uses = entries_about([power.principal], kinds=[SealUsed.kind], at=at).order_by(*NEWEST_FIRST)
    return uses if power.manages else uses.filter(actor_ref=power.agent.public_id)
