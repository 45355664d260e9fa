"""What somebody may have: every service, decided by its own conditions, in one pass of the engine."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from huimin.kernel.declarations import load
from huimin.kernel.money import Fen
from huimin.platform.catalogue.declarations.profile import Profile
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.catalogue.queries.eligibility import Answer, Found, Values, applying_party, decide_services
from huimin.platform.catalogue.queries.items import current
from huimin.platform.catalogue.rules.situations import parameters_of
from huimin.platform.catalogue.rules.tables import decided
from huimin.platform.registries.declarations import city

AMOUNT: Final = "amount"
GIVES: Final = "05"
"""行政给付, of GB/T 39046 appendix A."""
FIRST: Final[Mapping[Answer, int]] = {"yes": 0, "maybe": 1, "no": 2}
NOTHING_ASKED: Final = Found(())


@dataclass(frozen=True, slots=True)
class Chance:
    """A service and what its conditions say; `amount` where its decision table gives one from what is known already."""

    service: Service
    found: Found
    amount: Fen | None

    @property
    def is_for_everybody(self) -> bool:
        """Whether it has no conditions at all: whoever needs it may have it."""
        return not self.found.verdicts

    @property
    def is_benefit(self) -> bool:
        """Whether it gives something: money, or what nobody need apply for."""
        return self.amount is not None or self.service.item.item_type == GIVES


def chances(registry: str, values: Values, *, on: date) -> list[Chance]:
    """Every service that a person or an organisation applies for: what is surely open first, and benefits before the rest."""
    services = [service for service in current().values() if applying_party(service).registry == registry]
    found = decide_services(services, registry, values, on=on)
    every = [
        Chance(service, said, _amount(service, said, values, on))
        for service in services
        for said in (found.get(service.code, NOTHING_ASKED),)
    ]
    return sorted(every, key=lambda one: (FIRST[one.found.answer], not one.is_benefit, one.service.code))


def _amount(service: Service, found: Found, values: Values, on: date) -> Fen | None:
    if service.decision is None or not found.verdicts or found.answer == "no":
        return None
    facts = {applying_party(service).code: {field: value for field, value in values.items() if value is not None}}
    decision = decided(service.decision, facts=facts, answers={}, parameters=parameters_of(service.item), on=on)
    given = decision.gives.get(AMOUNT) if decision.outcome == "granted" else None
    return Fen(given) if given else None


@cache
def profile() -> Profile:
    """What is asked of who is not signed in."""
    return load(Profile, Path(__file__).parents[1] / "profile.yaml")


def told(kind: str, answers: Mapping[str, str], *, on: date) -> dict[str, str | None]:
    """The registry values that the answers of a `person` or for an `organisation` stand for; what was left out is not known."""
    asking = getattr(profile(), kind)
    places = {"division": city().division, "city": city().division[:4]}
    # What nobody tells is unknown here, also where a registry would take its absence for an answer.
    values: dict[str, str | None] = dict(asking.given)
    for question in asking.questions:
        if answer := answers.get(question.code):
            values |= question.values(answer, places, on=on)
    return values
