"""Questions answered yes, no or cannot tell, without showing data: declared in `questions.yaml`, decided by the engine."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final, Literal

import duckdb
import sqlglot
from pydantic import Field, model_validator
from sqlglot import exp

from huimin.kernel.declarations import Declaration, load
from huimin.kernel.refusals import NotFound
from huimin.platform.identity.declarations import Names, this_city
from huimin.platform.registries.declarations import FieldPolicy, authority, city
from huimin.platform.registries.fields import fields_of
from huimin.platform.registries.rules import GoldenValue

DIVISION: Final = "division"
"""A column that rules may use besides the fields: the district in which the subject lives or is registered; '' elsewhere."""
DIVISION_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "people": ("residence_address", "hukou_address"),
    "organisations": ("address",),
}
"""The fields that the division is read from: the first of them that has a value."""
PARAMETERS: Final[Mapping[str, str]] = {"on": "DATE", "city": "VARCHAR"}
PARAMETER: Final = re.compile(r":(on|city)\b")
ENGINE_TYPE: Final[Mapping[str, str]] = {"date": "DATE", "truth": "BOOLEAN"}


class NoSuchQuestion(NotFound):
    """No question of this code is declared."""

    zh = "没有这个问题。"
    en = "There is no such question."


class Question(Declaration):
    """A question about one person or organisation, and the rule that answers it."""

    registry: Literal["people", "organisations"]
    names: Names
    rule: str = Field(min_length=1)

    @model_validator(mode="after")
    def _speaks_of_fields(self) -> "Question":
        columns = {column.name for column in _parsed(self.rule).find_all(exp.Column)}
        if unknown := columns - {*fields_of(self.registry), DIVISION}:
            raise ValueError(f"the rule speaks of what is no field: {', '.join(sorted(unknown))}")
        if _parsed(self.rule).find(exp.Subquery, exp.Select, exp.Anonymous):
            raise ValueError("a rule is one plain expression over fields")
        return self

    @property
    def fields(self) -> tuple[str, ...]:
        """The registry fields that the answer depends on: whoever asks must be allowed to ask about each of them."""
        columns = {column.name for column in _parsed(self.rule).find_all(exp.Column)}
        named = columns - {DIVISION} | (set(DIVISION_FIELDS[self.registry]) if DIVISION in columns else set())
        return tuple(field for field in fields_of(self.registry) if field in named)


class Questions(Declaration):
    """`questions.yaml`."""

    restrictable: dict[str, int]
    questions: dict[str, Question]

    @model_validator(mode="after")
    def _purposes_are_declared(self) -> "Questions":
        if unknown := set(self.restrictable) - set(this_city().grants.purposes):
            raise ValueError(f"purposes that the city does not declare: {', '.join(sorted(unknown))}")
        return self


def _bound(rule: str) -> str:
    """The rule with its two parameters as the engine writes them."""
    return PARAMETER.sub(lambda found: f"CAST(${found[1]} AS {PARAMETERS[found[1]]})", rule)


def _parsed(rule: str) -> exp.Expr:
    return sqlglot.parse_one(PARAMETER.sub("NULL", rule), dialect="duckdb")


@cache
def declared() -> Questions:
    """Every question, and the purposes for which a look may be restricted (days at most)."""
    return load(Questions, Path(__file__).with_name("questions.yaml"))


def get_question(code: str) -> Question:
    """The question of this code. Raises NoSuchQuestion."""
    if question := declared().questions.get(code):
        return question
    raise NoSuchQuestion


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """An empty engine: rules see nothing but the values that they are given."""
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    connection.execute("SET enable_external_access = false")
    return connection


def answer(question: Question, values: Mapping[str, GoldenValue], *, division: str, on: date) -> bool | None:
    """TRUE, FALSE, or None for "cannot tell": a field that is unknown or disputed is NULL to the rule (three-valued logic of SQL).

    `division` is the serving row's district code; `on` the day for which is asked.
    """
    policies: Mapping[str, FieldPolicy] = getattr(authority(), question.registry)
    parameters: dict[str, object] = {"on": on, "city": city().division[:4]}
    columns = []
    for field, words in fields_of(question.registry).items():
        columns.append(f"CAST(${field} AS {ENGINE_TYPE.get(words.kind, 'VARCHAR')}) AS {field}")
        parameters[field] = _known(values.get(field), policies[field])
    columns.append(f"CAST(${DIVISION} AS VARCHAR) AS {DIVISION}")
    parameters[DIVISION] = _known_division(question.registry, values, division)
    query = f"SELECT ({_bound(question.rule)}), $on, $city FROM (SELECT {', '.join(columns)})"
    row = _engine().cursor().execute(query, parameters).fetchone()
    return None if row is None or row[0] is None else bool(row[0])


def _known(value: GoldenValue | None, policy: FieldPolicy) -> str | None:
    if value is None:
        return policy.absent
    return None if value.is_disputed else value.value


def _known_division(registry: str, values: Mapping[str, GoldenValue], division: str) -> str | None:
    said = next((values[field] for field in DIVISION_FIELDS[registry] if field in values), None)
    return None if said is None or said.is_disputed else division
