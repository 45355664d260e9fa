"""What exchange asks of the registries: whom records are about, so that everybody can read who looked at his."""

from collections.abc import Mapping, Sequence
from typing import Final

from huimin.platform.registries.fields import ORGANISATIONS, PEOPLE
from huimin.platform.registries.models import Entity, Organisation, Person
from huimin.platform.registries.queries.cards import REFERENCE
from huimin.platform.registries.records import keys_of

_BY_LETTER: Final[Mapping[str, tuple[str, type[Entity]]]] = {
    "P": (REFERENCE[PEOPLE], Person),
    "E": (REFERENCE[ORGANISATIONS], Organisation),
}


def subjects_of_records(resource: str, record_ids: Sequence[str], /) -> Mapping[str, str]:
    """Record number → how facts speak of whom it is about (`exchange.ports.RecordSubjects`); one who was merged is named as he is now."""
    keys = keys_of(resource, list(record_ids))
    now: dict[str, str] = {}
    for letter, (kind, entity) in _BY_LETTER.items():
        own = {key for key in keys.values() if key.startswith(letter)}
        rows = entity._default_manager.filter(pk__in=own).values_list("key", "merged_into") if own else ()
        now |= {key: f"{kind}:{merged or key}" for key, merged in rows}
    return {record: now[key] for record, key in keys.items() if key in now}
