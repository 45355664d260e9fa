"""`decision.json`: a decision table. The first rule whose condition holds decides; what it needs and does not know goes to a human.

    {"inputs": [{"name": "age", "of": "applicant", "fact": "birth_date", "as": "years"}, {"name": "rent", "answer": "monthly_rent"}],
     "rules": [{"code": "single", "when": "rent <= 300000", "outcome": "granted", "gives": {"amount": {"least_of": ["rent", "limit"]}},
                "because": {"zh": "…", "en": "…"}}],
     "otherwise": {"outcome": "human", "because": {…}}, "sampled": 5}

Conditions are those of flows; they may name inputs, answers and parameters of the service, and results those given before them.
"""

from typing import Literal

from pydantic import ConfigDict, Field, model_validator

from huimin.kernel.declarations import Declaration
from huimin.platform.catalogue.declarations.words import Name, When, Words

Outcome = Literal["granted", "refused", "human"]


class Reckoning(Declaration):
    """A whole number made of inputs, parameters and numbers."""

    least_of: tuple[Name | int, ...] = ()
    most_of: tuple[Name | int, ...] = ()
    sum_of: tuple[Name | int, ...] = ()
    product_of: tuple[Name | int, ...] = ()

    @model_validator(mode="after")
    def _is_one_thing(self) -> "Reckoning":
        if sum(map(bool, (self.least_of, self.most_of, self.sum_of, self.product_of))) != 1:
            raise ValueError("exactly one of least_of, most_of, sum_of, product_of")
        return self

    @property
    def operands(self) -> tuple[str | int, ...]:
        """What it is made of."""
        return self.least_of or self.most_of or self.sum_of or self.product_of


Given = int | Name | Reckoning


class Input(Declaration):
    """A datum of the table: a registry field of a party (`fact`) or an answer.

    `as`: `years` turns a date into completed years on the day, `truth` a registry truth, `known` asks only whether there is a value.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    name: Name
    of: Name = "applicant"
    fact: Name | None = None
    answer: Name | None = None
    reads: Literal["text", "number", "years", "truth", "known"] = Field(default="text", alias="as")

    @model_validator(mode="after")
    def _has_one_source(self) -> "Input":
        if (self.fact is None) == (self.answer is None):
            raise ValueError("an input is either a fact or an answer")
        return self


class Rule(Declaration):
    """A line of the table."""

    code: Name
    when: When
    outcome: Outcome
    gives: dict[Name, Given] = {}
    because: Words


class Otherwise(Declaration):
    """What holds when no line does."""

    outcome: Outcome = "human"
    because: Words


class DecisionTable(Declaration):
    """`decision.json`. `sampled`: how many of a hundred automatic decisions a human looks at afterwards."""

    inputs: tuple[Input, ...] = Field(min_length=1)
    rules: tuple[Rule, ...] = Field(min_length=1)
    otherwise: Otherwise
    sampled: int = Field(default=0, ge=0, le=100)
