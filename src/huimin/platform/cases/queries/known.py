"""What the city knows already: registry facts of a party with their standing, licences it holds, and the answers they give."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from huimin.platform.cases.rules import KnownAnswer
from huimin.platform.catalogue.declarations.forms import Question
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.catalogue.queries.eligibility import Values, values_of
from huimin.platform.identity.queries import Kept, slot
from huimin.platform.licences import queries as licences
from huimin.platform.registries.fields import ORGANISATIONS, PEOPLE
from huimin.platform.registries.queries import find_row_of
from huimin.platform.registries.rules import GoldenValue, golden_values

if TYPE_CHECKING:
    from huimin.platform.licences.models import Licence

REGISTRY: Final[Mapping[str, str]] = {"person": PEOPLE, "organisation": ORGANISATIONS}
NUMBER: Final[Mapping[str, str]] = {PEOPLE: "citizen_id", ORGANISATIONS: "uscc"}


@dataclass(frozen=True)
class Facts:
    """What the registries and the wallet hold of one party: golden values by field, licences in force by type, and
    `values` as conditions of eligibility see them.

    Nobody sees it by having it: what of it is shown, the reader's own scope says (the applicant: all of his own).
    """

    reference: str
    registry: str
    division: str = ""
    golden: Mapping[str, GoldenValue] = field(default_factory=dict)
    licences: "Mapping[str, Licence]" = field(default_factory=dict)
    values: Values = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name as registered; blank for who is not in the registry."""
        return self.golden["name"].value if "name" in self.golden else ""

    @property
    def number(self) -> str:
        """The citizen number or credit code; blank where it is not known."""
        known = self.golden.get(NUMBER[self.registry])
        return known.value if known else ""

    @property
    def undisputed(self) -> dict[str, str]:
        """The values that no department disputes: what a rule may decide by."""
        return {name: value.value for name, value in self.golden.items() if not value.is_disputed}


Parties = Mapping[str, Facts]
"""What is known of each known party, by the party's code."""


def parties_of(references: Mapping[str, str], *, on: date) -> dict[str, Facts]:
    """The facts of some parties: references by the party's code."""
    return {code: facts_of(reference, on=on) for code, reference in references.items()}


_IN_FORCE: Final = Kept(lambda: licences.licences_in_force(slot("holder"), on=slot("on")))


def facts_of(reference: str, *, on: date) -> Facts:
    """What is known of a person or organisation on a day; empty facts for who is in no registry."""
    kind, _, key = reference.partition(":")
    registry = REGISTRY[kind]
    row = find_row_of(registry, key)
    if row is None:
        return Facts(reference, registry)
    held = {licence.type: licence for licence in _IN_FORCE(holder=row.reference, on=on)}
    golden = golden_values(row.stored)
    values = values_of(registry, golden, row.division)
    return Facts(row.reference, registry, row.division, golden, held, values)


def known_answers(service: Service, parties: Parties) -> dict[str, KnownAnswer]:
    """The questions whose answer nobody need be asked for: by registry or licence, with who says so.

    A disputed value is known too: it is shown with its dispute and can be corrected, but no rule decides by it.
    """
    found: dict[str, KnownAnswer] = {}
    for question in service.form.questions:
        answer = _known(question, parties) if question.source else None
        if answer is not None:
            found[question.code] = answer
    return found


def _known(question: Question, parties: Parties) -> KnownAnswer | None:
    assert question.source is not None
    *first, owner, name = question.source.split(".")
    if first:
        # Of whom the question is, and of nobody else: the buyer's certificate says nothing of what the seller sells.
        holder = parties.get(question.of)
        licence = holder.licences.get(owner) if holder else None
        if licence is None or not licences.content_of(licence)["fields"].get(name):
            return None
        day = licence.issued_at.date().isoformat()
        return KnownAnswer(licences.field_of(licence, name), f"licence:{licence.public_id}", day)
    golden = parties[owner].golden.get(name) if owner in parties else None
    if golden is None or not golden.value:
        return None
    return KnownAnswer(golden.value, golden.source, golden.day.isoformat() if golden.day else "", golden.is_disputed)
