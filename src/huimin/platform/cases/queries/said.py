"""What the sources of a service's outcome say in a case: in words on a licence, in the department's codes in its record.

What the case was never asked for, since the question was not put or the party takes no part, says nothing: that is no gap. What ought to
be there and is not refuses the result.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

from django.utils import timezone

from huimin.kernel.money import Fen
from huimin.kernel.refusals import Refusal
from huimin.platform.cases.models import Case
from huimin.platform.cases.queries.known import Parties, parties_of
from huimin.platform.catalogue.declarations.forms import Question
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.catalogue.rules.answers import data_of, truth, visible
from huimin.platform.catalogue.rules.situations import parameters_of
from huimin.platform.catalogue.rules.sources import constant_of
from huimin.platform.exchange.declarations import ItemType
from huimin.platform.licences import queries as held

CODED: Final = frozenset({ItemType.CODE, ItemType.TRUTH})
WHO: Final = frozenset({"name", "citizen_id", "uscc"})
"""Without these a record is nobody's."""
TRUTHS: Final = {True: ("是", "true"), False: ("否", "false")}


class NothingToSay(Refusal):
    """A source of the outcome names what this case does not have."""

    zh = "办件 {number} 缺少“{source}”，不能形成结果，请补齐后再决定。"
    en = "Case {number} has no {source}, so its result cannot be written; supply it before deciding."


@dataclass(frozen=True, slots=True)
class Told:
    """A value in both its forms: as people read it, and as its code."""

    words: str
    code: str


NOTHING: Final = Told("", "")


@dataclass(frozen=True, kw_only=True)
class Said:
    """A case as the sources of its outcome see it on a day."""

    case: Case
    service: Service
    parties: Parties
    today: date

    def in_words(self, source: str) -> str:
        """What a licence says; empty where the case was not asked. Raises NothingToSay."""
        return self._told(source).words

    def for_item(self, source: str, kind: ItemType) -> str:
        """What a record says: the code where its item holds codes, else the words. Raises NothingToSay.

        Empty too where the city itself does not know a party's value: it cannot tell a department anything new.
        """
        owner, _, name = source.partition(".")
        if owner in self.parties and name not in WHO and name not in self.parties[owner].golden:
            return ""
        told = self._told(source)
        return told.code if kind in CODED else told.words

    def _told(self, source: str) -> Told:
        if (text := constant_of(source)) is not None:
            return Told(text, text)
        owner, _, name = source.partition(".")
        told = _SOURCES.get(owner, Said._of_party)(self, owner, name)
        if told is None:
            raise NothingToSay(number=self.case.number, source=source)
        return told

    @cached_property
    def _data(self) -> Mapping[str, Any]:
        return data_of(self.service.form, self.case.answers, parameters_of(self.service.item))

    @cached_property
    def _put(self) -> frozenset[str]:
        questions = visible(self.service.form, self.case.answers, parameters_of(self.service.item))
        return frozenset(question.code for question in questions if question.required)

    def _of_answers(self, owner: str, name: str) -> Told | None:
        question = self.service.form.question(name)
        value = self._data.get(name)
        if question is not None and value not in (None, "", []):
            return told_of(question, value)
        return None if name in self._put else NOTHING

    def _of_party(self, owner: str, name: str) -> Told | None:
        party, facts = self.service.form.party(owner), self.parties.get(owner)
        if facts is not None and name in facts.golden:
            value = facts.golden[name].value
            return Told(value, value)
        absent = party is not None and facts is None and truth(party.when, self._data) is False
        return NOTHING if absent else None

    def _of_gives(self, owner: str, name: str) -> Told | None:
        value = self.case.gives.get(name)
        return None if value is None else Told(str(value), str(value))

    def _of_case(self, owner: str, name: str) -> Told | None:
        text = CASE[name](self)
        return Told(text, text) if text else None

    def _of_licence(self, owner: str, name: str) -> Told | None:
        kind, _, field = name.partition(".")
        licence = next((facts.licences[kind] for facts in self.parties.values() if kind in facts.licences), None)
        text = held.content_of(licence)["fields"].get(field) if licence else None
        return Told(text, text) if text else None


def said_in(case: Case, service: Service, *, today: date) -> Said:
    """The case as its outcome sees it on a day."""
    return Said(case=case, service=service, parties=parties_of(case.parties, on=today), today=today)


def told_of(question: Question, value: Any) -> Told:
    """An answer in words and in code; several are joined, a line of a list reads as its columns one after the other."""
    if isinstance(value, bool):
        return Told(*TRUTHS[value])
    if isinstance(value, list):
        parts = [_line(question, one) if isinstance(one, Mapping) else told_of(question, one) for one in value]
        return Told("、".join(part.words for part in parts), ",".join(part.code for part in parts))
    if question.type == "money":
        return Told(str(Fen(value)), str(value))
    return Told(str(dict(question.options("zh")).get(value, value)), str(value))


def _line(question: Question, row: Mapping[str, Any]) -> Told:
    parts = [told_of(column, row[column.code]) for column in question.questions if column.code in row]
    return Told(" ".join(part.words for part in parts), " ".join(part.code for part in parts))


def _day(at: datetime | None) -> str:
    return timezone.localdate(at).isoformat() if at else ""


CASE: Final[Mapping[str, Callable[[Said], str]]] = {
    "number": lambda said: said.case.number,
    "decided_on": lambda said: said.today.isoformat(),
    "accepted_on": lambda said: _day(said.case.accepted_at),
    "lodged_on": lambda said: _day(said.case.lodged_at),
}
_SOURCES: Final[Mapping[str, Callable[[Said, str, str], Told | None]]] = {
    "answers": Said._of_answers,
    "gives": Said._of_gives,
    "case": Said._of_case,
    "licence": Said._of_licence,
}
