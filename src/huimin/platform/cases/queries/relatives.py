"""Relatives of the applicant who may take part: those whom his own pages show him already, and nobody else.

The registries know who lives in a household, and do not show it to its members; so nobody is offered from there. What shows somebody to
the applicant is a power between the two, and his own marriage certificate that a case of both brought forth.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from django.utils import timezone

from huimin.platform.cases.models import Case, Channel, Draft
from huimin.platform.cases.queries.known import facts_of
from huimin.platform.cases.queries.parties import KIND
from huimin.platform.catalogue.declarations.forms import Party
from huimin.platform.identity.queries import delegations_to
from huimin.platform.identity.rules.masks import masked_name
from huimin.platform.licences.queries import licences_in_force

MARRIAGE: Final = "marriage_certificate"
SPOUSE: Final = "spouse"
FAMILY: Final = frozenset({"child", "mother", "father", SPOUSE})
MEANT: Final[Mapping[str, frozenset[str]]] = {
    SPOUSE: frozenset({SPOUSE}),
    "child": frozenset({"child"}),
    "parent": frozenset({"mother", "father"}),
    "household": FAMILY,
    "deceased": FAMILY,
}
"""The relation of a party in a form, and the relations of a power that are meant by it."""


class ShownBy(StrEnum):
    """What shows a relative to the applicant."""

    POWER = "power"
    CERTIFICATE = "certificate"


@dataclass(frozen=True, kw_only=True)
class Relative:
    """Somebody who may be named by one tap. `code` is the public number of what shows him, and tells nothing by itself."""

    code: str
    reference: str
    name: str
    relation: str
    shown_by: ShownBy


def relatives_for(draft: Draft, party: Party, *, at: datetime) -> list[Relative]:
    """Who may be offered as this party of a draft, each once; nobody where one applies for somebody else, or at a window."""
    meant = MEANT.get(party.relation, frozenset())
    own = f"{KIND['person']}{draft.account.person_key}" if draft.account.person_key else ""
    if not meant or party.kind != "person" or draft.channel != Channel.ONLINE or draft.applicant != own:
        return []
    taken = {draft.applicant, *draft.parties.values()}
    found: dict[str, Relative] = {}
    for relative in _shown(draft, meant, on=timezone.localdate(at), at=at):
        if relative.reference not in taken:
            found.setdefault(relative.reference, relative)
    return list(found.values())


def _shown(draft: Draft, meant: frozenset[str], *, on: date, at: datetime) -> Iterator[Relative]:
    if SPOUSE in meant:
        yield from _spouse(draft.applicant, on)
    for power in delegations_to(draft.account, at).filter(relation__in=meant, principal__startswith=KIND["person"]):
        # Who was merged into another entry of the registry is that entry now.
        reference = facts_of(power.principal, on=on).reference
        yield Relative(
            code=power.public_id,
            reference=reference,
            name=masked_name(power.principal_name),
            relation=power.relation,
            shown_by=ShownBy.POWER,
        )


def _spouse(applicant: str, on: date) -> Iterator[Relative]:
    """Who stands beside the applicant in the case that brought forth his marriage certificate, while that is in force."""
    for licence in licences_in_force(applicant, on=on).filter(type=MARRIAGE):
        case = Case.objects.filter(number=licence.case.removeprefix("case:"), applicant=applicant).first()
        for reference in case.parties.values() if case else ():
            if reference != applicant:
                facts = facts_of(reference, on=on)
                yield Relative(
                    code=licence.public_id,
                    reference=facts.reference,
                    name=masked_name(facts.name),
                    relation=SPOUSE,
                    shown_by=ShownBy.CERTIFICATE,
                )
