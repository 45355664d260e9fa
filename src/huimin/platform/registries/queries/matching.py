"""What identity asks of the registry: whether a number and a name are one living person, and whom a demonstration may show."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final

from huimin.kernel.identifiers import CitizenId
from huimin.platform.identity.ports import RegisteredPerson
from huimin.platform.identity.queries import accounts_of_person
from huimin.platform.registries.declarations import authority
from huimin.platform.registries.fields import PEOPLE, fields_of
from huimin.platform.registries.models import Build, Organisation, Person
from huimin.platform.registries.queries.lookup import SeveralFound, Wanted, find_row, name_key
from huimin.platform.registries.queries.representing import firms_represented_by, numbers_of_representatives
from huimin.platform.registries.rules import GoldenValue, age_on, golden_values

SEARCHED_AT_MOST: Final = 5_000
OWNERS_SEARCHED: Final = 500
CATERING: Final = "H62"
"""餐饮业, of GB/T 4754."""
Values = Mapping[str, GoldenValue]


def match_person(*, citizen_id: str, name: str) -> RegisteredPerson | None:
    """The one living person of the registry whose number and name are both these (`identity.ports.PersonMatcher`).

    A telephone that departments disagree about is not given: a code must not go to somebody else.
    """
    found = _matching(citizen_id, name)
    return None if found is None or "deceased" in found[1] else _registered(*found)


def match_anybody(*, citizen_id: str, name: str) -> RegisteredPerson | None:
    """The one person of the registry, living or dead, whose number and name are both these."""
    found = _matching(citizen_id, name)
    return _registered(*found) if found else None


def _matching(citizen_id: str, name: str) -> tuple[str, Values] | None:
    number = CitizenId.recognise(citizen_id)
    if number is None:
        return None
    try:
        row = find_row(Wanted(registry=PEOPLE, by="number", columns={"number": number}))
    except SeveralFound:
        return None
    if row is None:
        return None
    values = golden_values(row.stored)
    known = values.get("name")
    is_same = known is not None and name_key(known.value) == name_key(name) != ""
    return (row.key, values) if is_same else None


def _registered(key: str, values: Values) -> RegisteredPerson:
    phone = values.get("phone")
    return RegisteredPerson(key, values["name"].value, phone.value if phone and not phone.is_disputed else "")


def _suits(person: Person, values: Values, on: date) -> bool:
    """Whether somebody can be shown as a grown-up resident at all."""
    return (
        person.birth_date is not None
        and "name" in values
        and "deceased" not in values
        and age_on(person.birth_date, on) >= 18
    )


def _disputed(person: Person, values: Values, on: date) -> bool:
    """A dispute that the department first in authority for names, the police, has to answer: the walk of the demonstration."""
    first = authority().people["name"].authority[:1]
    correctable = fields_of(PEOPLE)
    return any(
        value.is_disputed
        and value.source in first
        and not correctable[field].window
        and field not in {"name", "birth_date"}
        for field, value in values.items()
    )


def _over_eighty(person: Person, values: Values, on: date) -> bool:
    """Somebody about whose age and home the departments agree: what is given to the very old without asking is surely his."""
    told = ("birth_date", "residence_address", "hukou_address")
    return (
        person.birth_date is not None
        and age_on(person.birth_date, on) > 80
        and not any(values[field].is_disputed for field in told if field in values)
    )


def _parent(person: Person, values: Values, on: date) -> bool:
    if not person.household or person.birth_date is None or not 25 <= age_on(person.birth_date, on) <= 55:
        return False
    born = (
        Person.objects.filter(household=person.household, merged_into="")
        .exclude(pk=person.pk)
        .values_list("birth_date", flat=True)
    )
    return any(day is not None and age_on(day, on) < 18 and day.year - person.birth_date.year >= 20 for day in born)


def _restaurateur(person: Person, values: Values, on: date) -> bool:
    """Who represents a firm that serves food: the register of firms names him by his number."""
    firms = [firm.organisation_key for firm in firms_represented_by([person.key]).get(person.key, ())]
    stored = Organisation.objects.filter(key__in=firms).values_list("values", flat=True)
    trades = [golden_values(one).get("industry") for one in stored]
    return any(trade is not None and trade.value.startswith(CATERING) for trade in trades)


RULES: Final[Mapping[str, Callable[[Person, Values, date], bool]]] = {
    "first resident with a disputed field": _disputed,
    "first resident over eighty": _over_eighty,
    "first parent of a minor": _parent,
    "first owner of a restaurant": _restaurateur,
}


def choose_persona(rule: str, /) -> RegisteredPerson | None:
    """The first person, by key, whom a rule of personas.yaml describes (`identity.ports.PersonaChooser`); None for an unknown rule too.

    A rule may end in a district: `first resident over eighty in 340202` (GB/T 2260).
    """
    who, _in, division = rule.partition(" in ")
    suits = RULES.get(who)
    build = Build.objects.order_by("-number").first()
    if suits is None or build is None:
        return None
    named = sorted(numbers_of_representatives())[:OWNERS_SEARCHED] if suits is _restaurateur else None
    for person in _candidates(division, named):
        values = golden_values(person.values)
        if accounts_of_person(person.key).exists():
            continue  # one person, one account: another persona is this resident already
        if _suits(person, values, build.reference_on) and suits(person, values, build.reference_on):
            return _registered(person.key, values)
    return None


def _candidates(division: str, numbers: list[str] | None = None) -> Iterator[Person]:
    """Residents of a district, or of any, in the order of their keys, `numbers`: only these; the first thousands do for a demonstration."""
    residents = (
        Person.objects.filter(merged_into="", division__startswith=division).exclude(division="").order_by("key")
    )
    residents = residents if numbers is None else residents.filter(number__in=numbers)
    yield from residents[:SEARCHED_AT_MOST].iterator(chunk_size=500)
