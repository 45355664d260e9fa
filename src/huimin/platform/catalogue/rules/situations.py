"""What a situation needs: which materials, what fee, which counter, which parts of a life event. Three-valued: what depends on a question
that is not answered yet is "perhaps".
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from huimin.kernel.money import Fen
from huimin.platform.catalogue.declarations.forms import Form, Question
from huimin.platform.catalogue.declarations.items import FeeLine, Material, MetBy, Part, Place, Relief, ServiceItem
from huimin.platform.catalogue.rules.answers import data_of, truth, visible

NECESSARY, LATER = "1", "3"


@dataclass(frozen=True, slots=True)
class Need:
    """A material that is needed; `certain` is False where it depends on what is not answered yet."""

    material: Material
    certain: bool

    @property
    def may_be_later(self) -> bool:
        """Whether the case is accepted without it (容缺受理)."""
        return self.material.necessity == LATER


@dataclass(frozen=True, slots=True)
class Charge:
    """A line of the fee as it comes out: how many, what relief, how much."""

    line: FeeLine
    count: int
    relief: Relief | None
    amount: Fen


@dataclass(frozen=True, slots=True)
class Due:
    """What is due: certain charges, and the lines of which it is not known yet."""

    charges: tuple[Charge, ...]
    undecided: tuple[FeeLine, ...]

    @property
    def total(self) -> Fen:
        """The sum of what is certain."""
        return sum((charge.amount for charge in self.charges), Fen(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """The guide (办事指南) of one situation."""

    questions: tuple[Question, ...]
    needs: tuple[Need, ...]
    due: Due
    places: tuple[Place, ...]
    parts: tuple[Part, ...]


def parameters_of(item: ServiceItem) -> dict[str, int]:
    """The numbers that the city has set, by name."""
    return {name: parameter.value for name, parameter in item.parameters.items()}


def needed_materials(item: ServiceItem, data: Mapping[str, Any]) -> tuple[Need, ...]:
    """The materials that this situation needs or may need; those that it surely does not need are left out."""
    truths = [(material, truth(material.when, data)) for material in item.materials]
    return tuple(Need(material, holds is True) for material, holds in truths if holds is not False)


def fee_due(item: ServiceItem, data: Mapping[str, Any]) -> Due:
    """What is charged in this situation; the most generous relief that surely holds is taken from each line."""
    charges: list[Charge] = []
    undecided: list[FeeLine] = []
    for line in item.fee.lines:
        holds = truth(line.when, data)
        count = 1 if line.each is None else data.get(line.each)
        if holds is None or (holds and count is None):
            undecided.append(line)
        elif holds:
            reliefs = [one for one in item.fee.relief if one.of == line.code and truth(one.when, data)]
            best = min(reliefs, key=lambda one: one.pays, default=None)
            whole = line.amount * int(count or 0)
            amount = whole if best is None else Fen(whole.amount * best.pays // 100)
            charges.append(Charge(line, int(count or 0), best, amount))
    return Due(tuple(charges), tuple(undecided))


def places_for(item: ServiceItem, data: Mapping[str, Any]) -> tuple[Place, ...]:
    """The counters that this situation may go to."""
    return tuple(place for place in item.contacts.places if truth(place.when, data) is not False)


def parts_of(item: ServiceItem, data: Mapping[str, Any]) -> tuple[Part, ...]:
    """The parts of a life event that this situation has or may have."""
    parts = item.life_event.parts if item.life_event else ()
    return tuple(part for part in parts if truth(part.when, data) is not False)


def guide(item: ServiceItem, form: Form, answers: Mapping[str, Any]) -> Guide:
    """The guide for these answers; with none at all it lists everything that may be needed."""
    parameters = parameters_of(item)
    data = data_of(form, answers, parameters)
    return Guide(
        questions=tuple(question for question in visible(form, answers, parameters) if question.situation),
        needs=needed_materials(item, data),
        due=fee_due(item, data),
        places=places_for(item, data),
        parts=parts_of(item, data),
    )


def way_open(
    material: Material, *, licences: Mapping[str, Collection[str]], facts: Mapping[str, Collection[str]]
) -> MetBy | None:
    """The first way in which the city itself can meet a material: a licence that the party holds, a registry fact that stands.

    `licences` and `facts`: party → licence types held, registry fields known. None: the applicant must promise, upload or bring it.
    """
    for way in material.met_by:
        if way.how == "licence" and way.licence in licences.get(way.of, ()):
            return way
        if way.how == "fact" and way.fact in facts.get(way.of, ()):
            return way
    return None


def to_bring(
    needs: tuple[Need, ...], *, licences: Mapping[str, Collection[str]], facts: Mapping[str, Collection[str]]
) -> tuple[Need, ...]:
    """What is left for the applicant: certain needs that neither a licence nor a fact nor a promise meets."""
    return tuple(
        need
        for need in needs
        if need.certain
        and way_open(need.material, licences=licences, facts=facts) is None
        and not any(way.how == "promise" for way in need.material.met_by)
    )
