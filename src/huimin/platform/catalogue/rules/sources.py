"""Where what an outcome says comes from, and what of it the city's departments can write: the grammar of `outcome.fields` and `records`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from huimin.platform.catalogue.declarations.forms import Form, Question
from huimin.platform.catalogue.declarations.items import ServiceItem
from huimin.platform.catalogue.rules.faults import Fault, Place, Vocabulary, Where

FILE: Final = "service.yaml"
CONSTANT: Final = "="
CASE_SOURCES: Final = ("number", "decided_on", "accepted_on", "lodged_on")
CODED: Final = ("code", "truth")
CREDIT_CODE: Final = "uscc"
"""What a decision gives where its outcome issues a code: the source `gives.uscc`."""


def constant_of(source: str) -> str | None:
    """The text of a source that says the same for everybody (`=20`); None for every other."""
    return source.removeprefix(CONSTANT) if source.startswith(CONSTANT) else None


def source_fault(source: str, form: Form, vocabulary: Vocabulary, results: frozenset[str] = frozenset()) -> str:
    """What is wrong with a source such as `applicant.name`; empty when nothing is. `results` are those of the decision table."""
    first, _, rest = source.partition(".")
    if (constant := constant_of(source)) is not None:
        return "" if constant else "nothing is said after ="
    if first == "answers":
        return "" if form.question(rest) else f"the form has no question {rest}"
    if first == "case":
        return "" if rest in CASE_SOURCES else f"a case has no {rest}"
    if first == "gives":
        return "" if rest in results else f"the decision table does not give {rest}"
    if first == "licence":
        kind, _, field = rest.partition(".")
        known = vocabulary.licences.get(kind)
        return "" if known and field in known.fields else f"there is no field {rest} of a licence"
    party = form.party(first)
    if party is not None and not party.known:
        return f"the registries do not hold {first}"
    known_fields = vocabulary.fields[party.registry] if party else {}
    return "" if rest in known_fields else f"{source} is neither a registry field of a party nor another source"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A source of the outcome and the key at which it stands."""

    where: Where
    text: str


def outcome_faults(
    item: ServiceItem, form: Form, vocabulary: Vocabulary, results: frozenset[str] = frozenset()
) -> Iterator[Fault]:
    """Sources that no case has, and values that the department's own files have no place for."""
    sources = [_Source(where=("outcome", "fields", name), text=source) for name, source in item.outcome.fields.items()]
    for number, returned in enumerate(item.outcome.records):
        where: Where = ("outcome", "records", number)
        places = vocabulary.resources.get(returned.resource)
        if places is None:
            yield Fault(FILE, (*where, "resource"), f"there is no resource {returned.resource}")
            continue
        if unknown := set(returned.items) - set(places):
            yield Fault(FILE, (*where, "items"), f"{returned.resource} has no item {', '.join(sorted(unknown))}")
        for name, text in returned.items.items():
            source = _Source(where=(*where, "items", name), text=text)
            sources.append(source)
            if name in places:
                yield from _unwritable(source, places[name], form)
        if unknown := set(returned.succeeds) - set(places):
            yield Fault(FILE, (*where, "succeeds"), f"{returned.resource} has no item {', '.join(sorted(unknown))}")
        sources += [_Source(where=(*where, "succeeds", name), text=text) for name, text in returned.succeeds.items()]
    for number, ended in enumerate(item.outcome.ends):
        where = ("outcome", "ends", number)
        declared = vocabulary.licences.get(ended.licence)
        if declared is None or form.party(ended.of) is None:
            yield Fault(FILE, where, f"there is no licence {ended.licence}, or no party {ended.of}")
            continue
        if unknown := set(ended.where) - set(declared.fields):
            yield Fault(FILE, (*where, "where"), f"{ended.licence} has no field {', '.join(sorted(unknown))}")
        sources += [_Source(where=(*where, "where", name), text=text) for name, text in ended.where.items()]
    if item.outcome.licence is not None and item.body in vocabulary.functions - vocabulary.issuers:
        yield Fault(
            FILE, ("outcome", "licence"), f"the department of {item.body} has no credit code (departments.yaml)"
        )
    for source in sources:
        if wrong := source_fault(source.text, form, vocabulary, results):
            yield Fault(FILE, source.where, wrong)


def _unwritable(source: _Source, place: Place, form: Form) -> Iterator[Fault]:
    """Whether the department's files can hold what the source may say."""
    if not place.is_delivered:
        yield Fault(FILE, source.where, "the city's source has no column for this item")
        return
    said = _sayable(source.text, place, form)
    if place.kind in CODED and said is None and source.text.startswith("answers."):
        yield Fault(FILE, source.where, f"an item of type {place.kind} holds codes: ask for a choice or a truth")
    for value in sorted(said or ()):
        if place.codes is not None and value not in place.codes:
            yield Fault(FILE, source.where, f"{value} is no code of this item")
        elif place.written is not None and value not in place.written:
            yield Fault(FILE, source.where, f"the city's source cannot write {value}")


def _sayable(source: str, place: Place, form: Form) -> set[str] | None:
    """Every text that the source can say to an item of this kind; None where they cannot be listed."""
    if (constant := constant_of(source)) is not None:
        return {constant}
    first, _, rest = source.partition(".")
    question = form.question(rest) if first == "answers" else None
    return None if question is None else _answers(question, place)


def _answers(question: Question, place: Place) -> set[str] | None:
    in_codes = place.kind in CODED
    if question.type == "truth":
        return {"true", "false"} if in_codes else {"是", "否"}
    if question.type == "choice":
        return {code if in_codes else words for code, words in question.options("zh")}
    return None
