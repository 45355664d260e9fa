"""What the elements of a service item must agree on: the validation rules of the implementation list (GB/T 39554, GB/T 36114)."""

from collections.abc import Callable, Iterator
from typing import Final

from huimin.platform.catalogue.declarations.forms import Form
from huimin.platform.catalogue.declarations.items import Duration, ServiceItem
from huimin.platform.catalogue.rules.faults import Fault, Vocabulary, Where, repeated
from huimin.platform.catalogue.rules.sources import CREDIT_CODE, outcome_faults

FILE: Final = "service.yaml"
PERSON: Final = "1"
WINDOW, ONLINE, MOBILE = "1", "2", "3"
ISSUED_BY_GOVERNMENT: Final = "20"
SUPPLIED_LATER: Final = "3"
CERTIFICATE: Final = "20"
WHOLLY_ONLINE: Final = "4"
APPLICATION_ONLINE: Final = "3"
ON_THE_SPOT, COMMITTED = "1", "2"


def item_faults(
    item: ServiceItem, form: Form, vocabulary: Vocabulary, results: frozenset[str] = frozenset()
) -> Iterator[Fault]:
    """Everything in the item that does not agree with itself, with the form, or with what there is to name.

    `results` are those that its decision table gives.
    """
    for check in _CHECKS:
        yield from check(item)
    yield from _materials(item, form, vocabulary)
    yield from result_faults(item, form, vocabulary, results)
    yield from _bodies(item, vocabulary)
    yield from _conditions(item, form)


def _longer(left: Duration, right: Duration) -> bool:
    """Whether the first is surely longer: five working days are seven days of the calendar."""
    in_days = {"working_days": 7, "days": 5}
    return left.amount * in_days[left.unit] > right.amount * in_days[right.unit]


def _limits(item: ServiceItem) -> Iterator[Fault]:
    promised = item.limits.promised
    if (promised.amount == 0) != (item.case_kind == ON_THE_SPOT):
        yield Fault(
            FILE, ("case_kind",), "a promised limit of 0 is an on-the-spot case (1), any other a committed one (2)"
        )
    if _longer(promised, item.limits.statutory):
        yield Fault(FILE, ("limits", "promised"), "the promised limit is longer than the statutory one")
    if item.special_procedures and item.case_kind == ON_THE_SPOT:
        yield Fault(FILE, ("special_procedures",), "what is decided on the spot has no special procedure")
    yield from repeated(FILE, ("special_procedures",), (one.code for one in item.special_procedures))


def _visits(item: ServiceItem) -> Iterator[Fault]:
    if item.visits.count and item.visits.reason is None:
        yield Fault(FILE, ("visits", "count"), "who must come in person is told why: visits.reason is missing")
    if item.online_depth == WHOLLY_ONLINE and item.visits.count:
        yield Fault(FILE, ("visits", "count"), "wholly online (depth 4) means no visit at all")
    online = {ONLINE, MOBILE} & set(item.forms_of_handling)
    if (item.online_depth >= APPLICATION_ONLINE) != bool(online):
        yield Fault(
            FILE, ("forms_of_handling",), "depth 3 or 4 means that it is handled online (2 or 3), and the reverse"
        )


def _fee(item: ServiceItem) -> Iterator[Fault]:
    fee = item.fee
    if fee.lines and not fee.pay_online:
        yield Fault(FILE, ("fee", "pay_online"), "what is charged can be paid online")
    yield from repeated(FILE, ("fee", "lines"), (line.code for line in fee.lines))
    lines = {line.code for line in fee.lines}
    for place, relief in enumerate(fee.relief):
        if relief.of not in lines:
            yield Fault(FILE, ("fee", "relief", place, "of"), f"there is no line {relief.of}")


def _themes(item: ServiceItem) -> Iterator[Fault]:
    if (PERSON in item.serves) != bool(item.person_themes):
        yield Fault(FILE, ("person_themes",), "what serves persons (1) has a theme for persons, and nothing else has")
    if bool(set(item.serves) - {PERSON}) != bool(item.organisation_themes):
        yield Fault(
            FILE, ("organisation_themes",), "what serves organisations has a theme for them, and nothing else has"
        )


def _cited(item: ServiceItem) -> Iterator[tuple[Where, str]]:
    """Every place that names an article of the basis."""
    for name, limit in (("statutory", item.limits.statutory), ("promised", item.limits.promised)):
        if limit.basis:
            yield ("limits", name, "basis"), limit.basis
    for place, procedure in enumerate(item.special_procedures):
        yield ("special_procedures", place, "basis"), procedure.basis
    for place, line in enumerate(item.fee.lines):
        yield ("fee", "lines", place, "basis"), line.basis
    for place, relief in enumerate(item.fee.relief):
        yield ("fee", "relief", place, "basis"), relief.basis
    for place, material in enumerate(item.materials):
        yield ("materials", place, "basis"), material.basis
    for place, promise in enumerate(item.promises):
        yield ("promises", place, "basis"), promise.basis
    for code, parameter in item.parameters.items():
        if parameter.basis:
            yield ("parameters", code, "basis"), parameter.basis
    yield ("remedies", "review", "basis"), item.remedies.review.basis
    yield ("remedies", "litigation", "basis"), item.remedies.litigation.basis


def _basis(item: ServiceItem) -> Iterator[Fault]:
    for where, code in _cited(item):
        if code not in item.basis:
            yield Fault(FILE, where, f"the legal basis {code} is not in `basis`")
    if item.limits.statutory.basis is None and item.case_kind == COMMITTED:
        yield Fault(FILE, ("limits", "statutory"), "the statutory limit names the article that sets it")


def _life_event(item: ServiceItem) -> Iterator[Fault]:
    if item.life_event is None:
        return
    where: Where = ("life_event", "parts")
    yield from repeated(FILE, where, (part.code for part in item.life_event.parts))
    done: set[str] = set()
    for place, part in enumerate(item.life_event.parts):
        if unknown := set(part.after) - done:
            yield Fault(FILE, (*where, place, "after"), f"no earlier part is called {', '.join(sorted(unknown))}")
        if unknown := set(part.materials) - {material.code for material in item.materials}:
            yield Fault(FILE, (*where, place, "materials"), f"there is no material {', '.join(sorted(unknown))}")
        done.add(part.code)


def _proactive(item: ServiceItem) -> Iterator[Fault]:
    proactive = item.proactive
    if proactive is None:
        return
    expiring = proactive.trigger == "licence_expiring"
    if expiring != (proactive.licence is not None and proactive.days_before is not None):
        yield Fault(
            FILE, ("proactive",), "an expiring licence names `licence` and `days_before`, and nothing else does"
        )


_CHECKS: Final[tuple[Callable[[ServiceItem], Iterator[Fault]], ...]] = (
    _limits, _visits, _fee, _themes, _basis, _life_event, _proactive,
)  # fmt: skip


def _materials(item: ServiceItem, form: Form, vocabulary: Vocabulary) -> Iterator[Fault]:
    yield from repeated(FILE, ("materials",), (material.code for material in item.materials))
    for place, material in enumerate(item.materials):
        where: Where = ("materials", place)
        later = material.supply_within
        if (material.necessity == SUPPLIED_LATER) != (later is not None):
            yield Fault(
                FILE, (*where, "supply_within"), "what may be supplied later (necessity 3) says within how long"
            )
        if later is not None and _longer(later, item.limits.statutory):
            yield Fault(FILE, (*where, "supply_within"), "it cannot be supplied after the statutory limit has run out")
        ways = {way.how for way in material.met_by}
        if material.source == ISSUED_BY_GOVERNMENT and not ways & {"licence", "fact"} and material.because is None:
            yield Fault(
                FILE,
                where,
                "what a government body issued is not asked for: name the licence or fact, or say `because`",
            )
        for number, way in enumerate(material.met_by):
            yield from _way(item, form, vocabulary, (*where, "met_by", number), way)
        if any(way.how == "promise" for way in material.met_by) and not item.promises:
            yield Fault(FILE, where, "a promise in place of a material needs its text in `promises`")


def _way(item: ServiceItem, form: Form, vocabulary: Vocabulary, where: Where, way: object) -> Iterator[Fault]:
    how, of = getattr(way, "how", ""), getattr(way, "of", "")
    licence, fact = getattr(way, "licence", None), getattr(way, "fact", None)
    party = form.party(of)
    if party is None:
        yield Fault(FILE, (*where, "of"), f"the form has no party {of}")
        return
    if (how == "licence") != (licence is not None) or (how == "fact") != (fact is not None):
        yield Fault(FILE, where, "a licence names its type, a fact its registry field, and nothing else does")
    if licence is not None and licence not in vocabulary.licences:
        yield Fault(FILE, (*where, "licence"), f"there is no licence type {licence}")
    if fact is not None and fact not in vocabulary.fields[party.registry]:
        yield Fault(FILE, (*where, "fact"), f"the registry of {party.registry} has no field {fact}")


def result_faults(
    item: ServiceItem, form: Form, vocabulary: Vocabulary, results: frozenset[str] = frozenset()
) -> Iterator[Fault]:
    """What is wrong with what comes of an item: its licence with its fields, the records that go back."""
    outcome = item.outcome
    parts = item.life_event.parts if item.life_event else ()
    licences = [outcome.licence, *(part.outcome.licence for part in parts if part.outcome)]
    if (outcome.kind == CERTIFICATE) != any(licences):
        yield Fault(FILE, ("outcome", "licence"), "an outcome of kind certificate (20) names its licence type")
    declared = vocabulary.licences.get(outcome.licence or "")
    if outcome.licence is not None and declared is None:
        yield Fault(FILE, ("outcome", "licence"), f"there is no licence type {outcome.licence}")
    if declared is not None and set(outcome.fields) != set(declared.fields):
        differing = set(outcome.fields) ^ set(declared.fields)
        yield Fault(FILE, ("outcome", "fields"), f"the licence and `fields` differ in {', '.join(sorted(differing))}")
    issued = {CREDIT_CODE} if outcome.issues else set()
    yield from outcome_faults(item, form, vocabulary, results | issued)


def _bodies(item: ServiceItem, vocabulary: Vocabulary) -> Iterator[Fault]:
    named: list[tuple[Where, str]] = [(("body",), item.body)]
    named += [(("joint_bodies", place), body) for place, body in enumerate(item.joint_bodies)]
    for place, part in enumerate(item.life_event.parts if item.life_event else ()):
        named.append((("life_event", "parts", place, "body"), part.body))
    for where, body in named:
        if body not in vocabulary.functions:
            yield Fault(FILE, where, f"bodies.yaml does not say which department {body} is")


def _conditions(item: ServiceItem, form: Form) -> Iterator[Fault]:
    """Conditions of the item speak of answers and parameters only."""
    known = {question.code for question in form.questions} | set(item.parameters)
    found: list[tuple[Where, frozenset[str]]] = []
    for place, line in enumerate(item.fee.lines):
        names = line.when.names if line.when else frozenset()
        found.append((("fee", "lines", place), names | ({line.each} if line.each else frozenset())))
    found += [(("fee", "relief", place, "when"), one.when.names) for place, one in enumerate(item.fee.relief)]
    found += [(("materials", place, "when"), one.when.names) for place, one in enumerate(item.materials) if one.when]
    found += [
        (("contacts", "places", place, "when"), one.when.names)
        for place, one in enumerate(item.contacts.places)
        if one.when
    ]
    parts = item.life_event.parts if item.life_event else ()
    found += [(("life_event", "parts", place, "when"), one.when.names) for place, one in enumerate(parts) if one.when]
    for where, names in found:
        if unknown := names - known:
            yield Fault(FILE, where, f"neither a question nor a parameter: {', '.join(sorted(unknown))}")
