"""Searching the services of this city: by name, everyday words, body, outcome, materials; as text, pinyin or initials, with slips."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from huimin.kernel.refusals import Refusal
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.catalogue.library import department_of
from huimin.platform.catalogue.queries.items import current
from huimin.platform.catalogue.rules.finding import Index, Phrase
from huimin.platform.identity.declarations import this_city

NAME, EVERYDAY, OUTCOME, PART, BODY, THEME, MATERIAL, ABSTRACT = 10, 10, 6, 5, 4, 3, 2, 2


@dataclass(frozen=True, slots=True)
class Found:
    """A service that answers, how well, and the words by which it was found."""

    service: Service
    score: int
    words: str


def phrases_of(service: Service) -> Iterator[Phrase]:
    """Everything under which a service may be found."""
    item, key = service.item, service.code
    yield Phrase(key, item.names.zh, NAME)
    yield Phrase(key, item.names.en, NAME)
    for word in (*item.everyday.zh, *item.everyday.en):
        yield Phrase(key, word, EVERYDAY)
    yield Phrase(key, item.outcome.names.zh, OUTCOME)
    yield Phrase(key, item.outcome.names.en, OUTCOME)
    for part in item.life_event.parts if item.life_event else ():
        yield Phrase(key, part.names.zh, PART)
        yield Phrase(key, part.names.en, PART)
    for name in _departments(service):
        yield Phrase(key, name, BODY)
    for material in item.materials:
        yield Phrase(key, material.names.zh, MATERIAL)
        yield Phrase(key, material.names.en, MATERIAL)
    yield Phrase(key, item.abstract.zh, ABSTRACT)
    yield Phrase(key, item.abstract.en, ABSTRACT)


def _departments(service: Service) -> Iterator[str]:
    names = {department.code: department.names for department in this_city().departments.departments}
    for function in service.functions:
        try:
            found = names.get(department_of(function))
        except Refusal:
            continue
        if found:
            yield found.zh
            yield found.en


def index_of(services: Iterable[Service]) -> Index:
    """An index over these services."""
    return Index(phrase for service in services for phrase in phrases_of(service))


@cache
def _index() -> Index:
    return index_of(current().values())


def search(asked: str, *, most: int = 50) -> list[Found]:
    """The services that answer to the question, best first; none for an empty one."""
    known = current()
    return [Found(known[hit.key], hit.score, hit.phrase) for hit in _index().search(asked, most=most)]
