"""Which firms somebody is the legal representative of, by the identity number in the register of firms: a name alone proves nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from django.conf import settings

from huimin.platform.exchange.declarations import resources
from huimin.platform.exchange.lake import engine
from huimin.platform.exchange.queries import current_select
from huimin.platform.identity.ports import RegisteredFirm
from huimin.platform.registries.models import Organisation, Person
from huimin.platform.registries.records import keys_of
from huimin.platform.registries.rules import golden_values

ITEM: Final = "legal_representative_id"
ALL_OF_THEM: Final = "TRUE"


def firms_represented_by(person_keys: Collection[str], /) -> Mapping[str, Sequence[RegisteredFirm]]:
    """Person key → the firms that he represents by the current records (`identity.ports.FirmFinder`); one scan for any number of people."""
    people = dict(Person.objects.filter(key__in=person_keys).exclude(number="").values_list("number", "key"))
    found: dict[str, list[RegisteredFirm]] = defaultdict(list)
    for resource, said in _records(f"{ITEM} IN (SELECT unnest($1))", [list(people)] if people else None):
        keys = keys_of(resource, [record for record, _number in said])
        firms = _firms(set(keys.values()))
        for record, number in said:
            if firm := firms.get(keys.get(record, "")):
                found[people[number]].append(firm)
    return {key: list(dict.fromkeys(firms)) for key, firms in found.items()}


def numbers_of_representatives() -> frozenset[str]:
    """The identity numbers of all who represent a firm: for choosing a demonstration's people."""
    return frozenset(number for _resource, said in _records(f"{ITEM} IS NOT NULL", []) for _record, number in said)


def _records(where: str, values: list[list[str]] | None) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Of each register of firms: the current records for which this holds, as (record id, representative's number)."""
    if values is None:
        return
    for resource in resources().values():
        if ITEM not in resource.items:
            continue
        select = current_select(resource, ["record_id", engine.name(ITEM)])
        if select is not None:
            with engine.connect(Path(settings.HOME) / "spill", macros=False) as connection:
                rows = connection.execute(f"SELECT record_id, {ITEM} FROM ({select}) WHERE {where}", values).fetchall()
            yield resource.code, rows


def _firms(keys: Collection[str]) -> dict[str, RegisteredFirm]:
    """The firms of these keys, by key; what was merged into another stands for itself no more."""
    rows = Organisation.objects.filter(key__in=keys, merged_into="").values_list("key", "values")
    named = {key: golden_values(stored).get("name") for key, stored in rows}
    return {key: RegisteredFirm(key, name.value) for key, name in named.items() if name is not None}
