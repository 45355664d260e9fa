"""Deciding by a table, with the explanation: every rule that was tried, every input, what was missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from huimin.platform.catalogue.declarations.tables import DecisionTable, Given, Input, Outcome, Reckoning, Rule
from huimin.platform.catalogue.declarations.words import Words
from huimin.platform.process.rules.expressions import DataMissing, DataNotComparable

Facts = Mapping[str, Mapping[str, str | None]]
"""Party → registry field → value; None or absent where nobody knows or departments dispute it."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A rule that was tried: whether it held, or None where it asked for what is not known."""

    rule: str
    held: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a table decided. `inputs` are the values that it saw, `missing` what sent it to a human."""

    outcome: Outcome
    rule: str
    gives: Mapping[str, int]
    because: Words
    tried: tuple[Tried, ...]
    inputs: Mapping[str, Any]
    missing: tuple[str, ...] = ()


MISSING: Final = Words(
    zh="所需信息缺失或部门之间不一致，转人工审查。",
    en="A needed value is missing or disputed between departments; an official examines it.",
)


def _years(value: str, on: date) -> int:
    day = date.fromisoformat(value)
    return on.year - day.year - ((on.month, on.day) < (day.month, day.day))


def _read(given: Input, value: Any, on: date) -> Any:
    if given.reads == "known":
        return value is not None
    if given.reads == "years":
        return _years(str(value), on)
    if given.reads == "number":
        return int(value)
    return str(value) == "true" or value is True if given.reads == "truth" else value


def _inputs(table: DecisionTable, facts: Facts, answers: Mapping[str, Any], on: date) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for given in table.inputs:
        value = facts.get(given.of, {}).get(given.fact) if given.fact else answers.get(given.answer or "")
        if value is not None or given.reads == "known":
            found[given.name] = _read(given, value, on)
    return found


def _amount(given: Given, data: Mapping[str, Any]) -> int:
    if isinstance(given, Reckoning):
        parts = [_amount(part, data) for part in given.operands]
        if given.least_of:
            return min(parts)
        if given.most_of:
            return max(parts)
        if given.sum_of:
            return sum(parts)
        product = 1
        for part in parts:
            product *= part
        return product
    if isinstance(given, int):
        return given
    if given not in data:
        raise DataMissing(name=given)
    return int(data[given])


def _given(rule: Rule, data: Mapping[str, Any]) -> dict[str, int]:
    """What a rule gives; each may use another. In whatever order they stand: a store of JSON may keep its own. Raises DataMissing."""
    found: dict[str, int] = {}
    while waiting := [name for name in rule.gives if name not in found]:
        before = len(found)
        for name in waiting:
            others = rule.gives.keys() - {name}
            if operands_of(rule.gives[name]) <= (data.keys() - others) | found.keys():
                found[name] = _amount(rule.gives[name], {**data, **found})
        if len(found) == before:
            raise DataMissing(name=waiting[0])
    return found


def operands_of(given: Given) -> set[str]:
    """The names that an amount is reckoned from."""
    parts = given.operands if isinstance(given, Reckoning) else (given,)
    return {part for part in parts if isinstance(part, str)}


def decided(
    table: DecisionTable, *, facts: Facts, answers: Mapping[str, Any], parameters: Mapping[str, int], on: date
) -> Decision:
    """The first rule that holds decides; the first that cannot be told sends the case to a human, and so does `otherwise`."""
    inputs = _inputs(table, facts, answers, on)
    data = {**parameters, **answers, **inputs}
    tried: list[Tried] = []
    for rule in table.rules:
        try:
            held = rule.when.holds(data)
            gives = _given(rule, data) if held else {}
        except (DataMissing, DataNotComparable):
            absent = tuple(sorted(rule.when.names - data.keys())) or tuple(rule.gives)
            return Decision(
                outcome="human",
                rule=rule.code,
                gives={},
                because=MISSING,
                tried=(*tried, Tried(rule.code, None)),
                inputs=inputs,
                missing=absent,
            )
        tried.append(Tried(rule.code, held))
        if held:
            return Decision(
                outcome=rule.outcome,
                rule=rule.code,
                gives=gives,
                because=rule.because,
                tried=tuple(tried),
                inputs=inputs,
            )
    return Decision(
        outcome=table.otherwise.outcome,
        rule="",
        gives={},
        because=table.otherwise.because,
        tried=tuple(tried),
        inputs=inputs,
    )
