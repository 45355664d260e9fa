"""`scenarios.yaml`: the acceptance test of a service. Situations in, and what must come of them.

What rules reach (eligibility, questions, materials, fee, decision table, path of the process) is run by the catalogue's tests; `cases`
runs the whole.
"""

from typing import Any, Literal

from pydantic import ConfigDict, Field

from huimin.kernel.declarations import Declaration
from huimin.kernel.money import Fen
from huimin.platform.catalogue.declarations.words import Name, Words

Pattern = Literal[
    "on_the_spot", "committed", "sequential", "parallel", "special_procedure", "supplement", "notice_and_commitment",
    "deferred_materials", "instant_approval", "without_application", "cross_city", "renewal",
    "birth", "starting_a_business", "retirement", "after_a_death",
]  # fmt: skip


class GivenFact(Declaration):
    """A registry value of a synthetic party; `disputed` ones are NULL to rules."""

    value: str
    disputed: bool = False


class Doing(Declaration):
    """One finished work item on the way: the user task, its outcome, and on which working day after lodging (from 0) it is done.

    `waited`: a timer ran out in place of it. `finds`: what the official finds out first, by input of the decision table (认定).
    """

    task: Name
    outcome: Name = "done"
    on_day: int = Field(default=0, ge=0)
    waited: bool = False
    times: int = Field(default=1, ge=1, description="several instances end alike")
    finds: dict[Name, str] = {}


class Expected(Declaration):
    """What must come of it; only what is named is compared."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    eligible: Literal["yes", "no", "maybe"] | None = None
    reasons: tuple[Name, ...] | None = Field(default=None, description="the conditions that say no or maybe")
    asked: tuple[Name, ...] | None = Field(default=None, description="questions that are put, known ones left out")
    missing: tuple[Name, ...] | None = None
    materials: tuple[Name, ...] | None = Field(default=None, description="materials needed in this situation")
    to_bring: tuple[Name, ...] | None = Field(
        default=None, description="those that neither fact nor promise nor licence meets"
    )
    fee: Fen | None = None
    decided: Literal["granted", "refused", "human"] | None = Field(default=None, description="by the decision table")
    by_rule: Name | None = None
    gives: dict[Name, int] | None = None
    outcome: Literal["granted", "refused", "lapsed", "declined", "closed"]
    days: int | None = Field(default=None, ge=0, description="working days that the legal clock ran")


class Scenario(Declaration):
    """One situation. `facts`: party → registry field → value; `licences`: licence type → its fields, held by the party of its kind."""

    code: Name
    says: Words
    on: str = Field(default="2026-07-01", pattern=r"^\d{4}-\d{2}-\d{2}$")
    facts: dict[Name, dict[Name, str | GivenFact]] = {}
    licences: dict[Name, dict[Name, str]] = {}
    answers: dict[Name, Any] = {}
    path: tuple[Doing, ...] = ()
    expect: Expected


class Scenarios(Declaration):
    """`scenarios.yaml`: which pattern the service proves, and its situations."""

    pattern: Pattern
    proves: Words = Field(description="what no other service shows")
    scenarios: tuple[Scenario, ...] = Field(min_length=2)
