"""What a form must agree on with itself and with what the registries and licences already hold."""

from collections.abc import Iterator
from typing import Final

from huimin.platform.catalogue.declarations.eligibility import Eligibility
from huimin.platform.catalogue.declarations.forms import Form, Party, Question
from huimin.platform.catalogue.declarations.items import ServiceItem
from huimin.platform.catalogue.declarations.tables import DecisionTable
from huimin.platform.catalogue.rules.faults import Fault, Vocabulary, Where, repeated
from huimin.platform.catalogue.rules.sources import source_fault
from huimin.platform.catalogue.rules.tables import operands_of

FORM: Final = "form.yaml"
ELIGIBILITY: Final = "eligibility.yaml"
TABLE: Final = "decision.json"
ALWAYS_KNOWN: Final = frozenset({"on", "city"})
SITUATIONS: Final = ("truth", "choice", "choices", "number", "division")
_JOINING: Final = str.maketrans("", "", " 　的（）()、，,:：")


def form_faults(form: Form, item: ServiceItem, vocabulary: Vocabulary) -> Iterator[Fault]:
    """Everything in the form that does not hold together, and every question for what is known already."""
    yield from repeated(FORM, ("parties",), (party.code for party in form.parties))
    parameters = set(item.parameters)
    asked: set[str] = set()
    situations = {question.code for question in form.questions if question.situation} | parameters
    for number, section in enumerate(form.sections):
        where: Where = ("sections", number)
        if section.when and (unknown := section.when.names - asked - parameters):
            yield Fault(FORM, (*where, "when"), f"not asked before: {', '.join(sorted(unknown))}")
        for place, question in enumerate(section.questions):
            here: Where = (*where, "questions", place)
            if question.code in asked | parameters:
                yield Fault(FORM, (*here, "code"), f"{question.code} is a question or parameter already")
            if question.when and (unknown := question.when.names - asked - parameters):
                yield Fault(FORM, (*here, "when"), f"not asked before: {', '.join(sorted(unknown))}")
            named = {*(question.when.names if question.when else ()), *(section.when.names if section.when else ())}
            if question.situation and (unasked := named - situations):
                yield Fault(FORM, (*here, "when"), f"the guide does not ask for {', '.join(sorted(unasked))}")
            asked.add(question.code)
            yield from _question(question, here, form, item, vocabulary)
            for column, inner in enumerate(question.questions):
                yield from _question(inner, (*here, "questions", column), form, item, vocabulary)
    for place, party in enumerate(form.parties):
        if party.when and (unknown := party.when.names - asked - parameters):
            yield Fault(FORM, ("parties", place, "when"), f"not a question: {', '.join(sorted(unknown))}")


def _question(
    question: Question, where: Where, form: Form, item: ServiceItem, vocabulary: Vocabulary
) -> Iterator[Fault]:
    party = form.party(question.of)
    if party is None:
        yield Fault(FORM, (*where, "of"), f"the form has no party {question.of}")
        return
    if question.situation and question.type not in SITUATIONS:
        yield Fault(FORM, (*where, "situation"), "the guide asks for truths, choices and numbers only")
    if question.source is not None:
        wrong = source_fault(question.source, form, vocabulary)
        if wrong or question.source.split(".")[0] in {"answers", "case", "gives"}:
            yield Fault(FORM, (*where, "from"), wrong or "an answer comes from a registry field or a licence")
    elif question.because is None and (held := held_already(question, party, item, vocabulary)):
        yield Fault(FORM, where, f"{held} holds this already: take it `from` there, or say `because`")


def _plain(text: str) -> str:
    return text.translate(_JOINING).casefold()


def held_already(question: Question, party: Party, item: ServiceItem, vocabulary: Vocabulary) -> str:
    """What already holds that which the question asks for: `applicant.phone`, `licence.food_business.premises`; empty if nothing.

    A question asks for a field when its code is the field's, with or without the party before it, or when its Chinese or English
    name is one of the field's names, with or without the party's.
    """
    codes = {question.code, question.code.removeprefix(f"{party.code}_")}
    names = {_plain(question.names.zh), _plain(question.names.en)}
    names |= {name.removeprefix(_plain(own)) for name in names for own in (party.names.zh, party.names.en)}
    if party.known:
        for field, words in vocabulary.fields[party.registry].items():
            known = {words.zh, words.en, *vocabulary.asked_as[party.registry].get(field, ())}
            if field in codes or names & set(map(_plain, known)):
                return f"{party.code}.{field}"
    accepted = {
        way.licence for material in item.materials for way in material.met_by if way.licence and way.of == party.code
    }
    for kind in sorted(accepted & set(vocabulary.licences)):
        for field, declared in vocabulary.licences[kind].fields.items():
            if field in codes or names & {_plain(declared.names.zh), _plain(declared.names.en)}:
                return f"licence.{kind}.{field}"
    return ""


def eligibility_faults(
    eligibility: Eligibility, form: Form, item: ServiceItem, vocabulary: Vocabulary
) -> Iterator[Fault]:
    """Conditions speak of fields that there are, of parameters that are declared, and show materials that are listed."""
    materials = {material.code for material in item.materials}
    yield from repeated(ELIGIBILITY, ("conditions",), (condition.code for condition in eligibility.conditions))
    for place, condition in enumerate(eligibility.conditions):
        where: Where = ("conditions", place)
        party = form.party(condition.of)
        if party is None or not party.known:
            yield Fault(ELIGIBILITY, (*where, "of"), f"the registries do not hold a party {condition.of}")
            continue
        if unknown := condition.columns - set(vocabulary.fields[party.registry]) - {"division"}:
            yield Fault(ELIGIBILITY, (*where, "rule"), f"no registry field: {', '.join(sorted(unknown))}")
        if unknown := condition.parameters - ALWAYS_KNOWN - set(item.parameters):
            yield Fault(ELIGIBILITY, (*where, "rule"), f"no parameter: {', '.join(sorted(unknown))}")
        if condition.maybe.material not in {None, *materials}:
            yield Fault(ELIGIBILITY, (*where, "maybe", "material"), f"there is no material {condition.maybe.material}")
    if item.proactive and item.proactive.trigger == "scan" and len(eligibility.parties) != 1:
        yield Fault(ELIGIBILITY, ("conditions",), "what is scanned for has conditions about one party only")


def table_faults(table: DecisionTable, form: Form, item: ServiceItem, vocabulary: Vocabulary) -> Iterator[Fault]:
    """Inputs exist, and rules speak of inputs, answers and parameters."""
    for place, given in enumerate(table.inputs):
        party = form.party(given.of)
        if party is None:
            yield Fault(TABLE, ("inputs", place, "of"), f"the form has no party {given.of}")
        elif given.fact is not None and given.fact not in vocabulary.fields[party.registry]:
            yield Fault(TABLE, ("inputs", place, "fact"), f"the registry of {party.registry} has no field {given.fact}")
        if given.answer is not None and form.question(given.answer) is None:
            yield Fault(TABLE, ("inputs", place, "answer"), f"the form has no question {given.answer}")
    known = {one.name for one in table.inputs} | {one.code for one in form.questions} | set(item.parameters)
    yield from repeated(TABLE, ("rules",), (rule.code for rule in table.rules))
    for place, rule in enumerate(table.rules):
        if unknown := rule.when.names - known:
            yield Fault(
                TABLE, ("rules", place, "when"), f"neither input, answer nor parameter: {', '.join(sorted(unknown))}"
            )
        given_before: set[str] = set()
        for name, given_value in rule.gives.items():
            if lost := operands_of(given_value) - known - given_before:
                yield Fault(TABLE, ("rules", place, "gives", name), f"not known: {', '.join(sorted(lost))}")
            given_before.add(name)
