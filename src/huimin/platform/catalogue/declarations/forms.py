"""`form.yaml`: who takes part, and what is asked, in sections of questions.

Every question says where its answer is known from (`from: applicant.phone`, `from: licence.food_business.premises`); it is shown
prefilled, with its source, and asked only where nobody knows. A question without `from` must ask for something that no registry
and no licence holds, or say why it asks all the same (`because`): `rules.known` checks it at start.
"""

import re
from typing import Final, Literal

from pydantic import ConfigDict, Field, model_validator

from huimin.kernel.codes import code_list, code_lists
from huimin.kernel.declarations import Declaration
from huimin.platform.catalogue.declarations.words import Name, When, Words

QuestionType = Literal[
    "text", "long_text", "truth", "choice", "choices", "number", "money", "date", "month",
    "citizen_id", "uscc", "person_name", "organisation_name", "phone", "address", "division", "bank_account", "list",
]  # fmt: skip
CHOOSING: Final = ("choice", "choices")
SOURCE: Final = re.compile(r"^(?:licence\.)?[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")


class Party(Declaration):
    """Somebody the case is about or who takes part: the applicant, a spouse who signs too, a child, a firm.

    `known`: whether the registries hold the party (a newborn is not known yet). `signs`: must co-sign. `optional` with `when`.
    """

    code: Name
    kind: Literal["person", "organisation"]
    names: Words
    relation: Literal["self", "spouse", "child", "parent", "household", "firm", "deceased", "other"] = "self"
    known: bool = True
    signs: bool = False
    when: When | None = None

    @property
    def registry(self) -> str:
        """The registry that holds the party: `people` or `organisations`."""
        return "people" if self.kind == "person" else "organisations"


class Choice(Declaration):
    """One answer to choose."""

    code: Name
    names: Words
    hint: Words | None = None


class Question(Declaration):
    """One question. Its code is its datum in conditions.

    `from`: where the answer is known from. `ask`: `unknown` asks only where nobody knows it, `always` asks all the same (needs
    `because`). `situation`: asked on the guide already, since materials, fee or place depend on it. `least`, `most`: bounds of a number,
    an amount (fen) or the number of lines of a list; of a date `today` or days from it (`-30`). `questions`: the columns of a list.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    code: Name
    names: Words
    help: Words | None = None
    type: QuestionType
    of: Name = "applicant"
    source: str | None = Field(default=None, alias="from", pattern=SOURCE.pattern)
    ask: Literal["unknown", "always"] = "unknown"
    because: Words | None = None
    when: When | None = None
    required: bool = True
    situation: bool = False
    choices: tuple[Choice, ...] = ()
    codes: str | None = Field(default=None, description="a code list in place of choices")
    least: int | None = None
    most: int | None = None
    longest: int | None = Field(default=None, ge=1, le=5000, description="characters of a text")
    questions: tuple["Question", ...] = ()

    @model_validator(mode="after")
    def _fits_its_type(self) -> "Question":
        if (self.type in CHOOSING) != (bool(self.choices) != (self.codes is not None)):
            raise ValueError("a choice has either choices or a code list, and nothing else has")
        if self.codes is not None and self.codes not in {each.name for each in code_lists()}:
            raise ValueError(f"there is no code list {self.codes}")
        if (self.type == "list") != bool(self.questions):
            raise ValueError("a list has questions of its own, and nothing else has")
        if self.ask == "always" and (self.source is None or self.because is None):
            raise ValueError("to ask for what is known needs `from` and `because`")
        return self

    def options(self, language: str) -> tuple[tuple[str, str], ...]:
        """The codes that may be chosen with their labels; empty where nothing is chosen."""
        if self.codes is not None:
            return code_list(self.codes).choices(language)
        return tuple((choice.code, choice.names.text(language)) for choice in self.choices)


class Section(Declaration):
    """A page of the form: few questions that belong together."""

    code: Name
    names: Words
    help: Words | None = None
    when: When | None = None
    questions: tuple[Question, ...] = Field(min_length=1)


class Form(Declaration):
    """`form.yaml`."""

    parties: tuple[Party, ...] = Field(min_length=1)
    sections: tuple[Section, ...] = ()
    shared: tuple[Literal["delivery"], ...] = Field(
        default=(), description="sections of `catalogue/sections/` that come after its own, fitted to the service"
    )

    @property
    def applying(self) -> Party:
        """Who applies: the first party, or the one called the applicant where the first is not known yet (a newborn, a firm to be)."""
        first = self.parties[0]
        return first if first.known else self.party("applicant") or first

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions in order; the columns of lists are inside their list."""
        return tuple(question for section in self.sections for question in section.questions)

    def party(self, code: str) -> Party | None:
        """The party of this code, or None."""
        return next((party for party in self.parties if party.code == code), None)

    def question(self, code: str) -> Question | None:
        """The question of this code, or None."""
        return next((question for question in self.questions if question.code == code), None)
