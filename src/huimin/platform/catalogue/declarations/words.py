"""The pieces that all declarations share: names in two languages, codes, conditions, and the mark of what a city may change."""

from collections.abc import Callable
from typing import Annotated, Any, Final

from pydantic import Field, PlainSerializer, PlainValidator

from huimin.kernel.codes import code_list
from huimin.kernel.declarations import Declaration
from huimin.kernel.refusals import Refusal
from huimin.platform.process.rules.expressions import Condition

LOCAL: Final = "local"


class Words(Declaration):
    """A name or sentence in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def text(self, language: str) -> str:
        """The one of the two that this reader sees: English where a language tag asks for it, Chinese for everybody else."""
        return self.en if language.lower().startswith("en") else self.zh


Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,47}$")]
"""The code of a part of a declaration: it can serve as a datum's name in conditions."""


def in_list(codes: str) -> Callable[[str], str]:
    """A validator of codes of this code list: `Annotated[str, AfterValidator(in_list("case_kind"))]`."""

    def check(code: str) -> str:
        if code not in code_list(codes):
            raise ValueError(f"{code!r} is no code of {codes}: {', '.join(code_list(codes))}")
        return code

    return check


def _condition(value: object) -> Condition:
    if isinstance(value, Condition):
        return value
    if not isinstance(value, str):
        raise ValueError("a condition is a text")
    try:
        return Condition.parse(value)
    except Refusal as refusal:
        raise ValueError(refusal.sentence("en")) from None


When = Annotated[
    Condition, PlainValidator(_condition), PlainSerializer(lambda condition: condition.text, return_type=str)
]
"""A comparison over answers, parameters and what is known, in the one language of conditions (`process.rules.expressions`)."""


def local(**given: Any) -> Any:
    """A field that a city's overlay may set; all others are the same everywhere."""
    return Field(json_schema_extra={LOCAL: True}, **given)
