"""`eligibility.yaml`: who may have it, as named conditions, each ONE SQL boolean expression over registry fields.

`:on` is the day, `:city` the first four digits of the city's code, `:<parameter>` a parameter of the service. TRUE fulfils it, FALSE
refuses with the sentence `no`, NULL (unknown or disputed) gives maybe: `maybe` says what to show. The same text on the same engine
decides one person and scans the registry.
"""

import re
from functools import cached_property
from typing import Final

import sqlglot
from pydantic import Field, field_validator
from sqlglot import exp

from huimin.kernel.declarations import Declaration
from huimin.platform.catalogue.declarations.words import Name, Words

PARAMETER: Final = re.compile(r"(?<![:\w]):([a-z][a-z0-9_]*)\b")


class Maybe(Declaration):
    """What decides it where the registries cannot tell: the sentence, and the material that it asks for."""

    show: Words
    material: Name | None = None


class Eligible(Declaration):
    """One condition, about one party."""

    code: Name
    of: Name = "applicant"
    names: Words
    rule: str = Field(min_length=1, max_length=1000)
    no: Words
    maybe: Maybe

    @field_validator("rule")
    @classmethod
    def _is_one_plain_expression(cls, rule: str) -> str:
        try:
            tree = sqlglot.parse_one(PARAMETER.sub("NULL", rule), dialect="duckdb")
        except sqlglot.ParseError as failure:
            raise ValueError(f"this is no SQL expression: {str(failure)[:120]}") from None
        if tree.find(exp.Subquery, exp.Select, exp.Anonymous, exp.Command, exp.DDL, exp.DML):
            raise ValueError("a rule is one plain expression over fields")
        return rule

    @cached_property
    def columns(self) -> frozenset[str]:
        """The names of the columns that the rule speaks of."""
        tree = sqlglot.parse_one(PARAMETER.sub("NULL", self.rule), dialect="duckdb")
        return frozenset(column.name for column in tree.find_all(exp.Column))

    @cached_property
    def parameters(self) -> frozenset[str]:
        """The names after colons: `on`, `city`, and parameters of the service."""
        return frozenset(PARAMETER.findall(self.rule))


class Eligibility(Declaration):
    """`eligibility.yaml`: all conditions must hold."""

    conditions: tuple[Eligible, ...] = Field(min_length=1)

    def about(self, party: str) -> tuple[Eligible, ...]:
        """The conditions about this party."""
        return tuple(condition for condition in self.conditions if condition.of == party)

    @property
    def parties(self) -> tuple[str, ...]:
        """The parties that conditions speak of, in their order."""
        return tuple(dict.fromkeys(condition.of for condition in self.conditions))
