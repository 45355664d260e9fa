"""What all identifiers have in common."""

from typing import Any, ClassVar, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from huimin.kernel.refusals import Refusal
from huimin.kernel.text import as_typed_code


class Identifier(str):
    """A text that has been checked: an instance cannot hold a wrong value.

    `Kind(text)` takes the exact written form and raises the kind's refusal on anything else;
    `Kind.parse(text)` first undoes what typing and spreadsheets do (see `recover`).
    It is a `str` wherever a `str` is wanted: key, column, JSON.
    """

    __slots__ = ()

    example: ClassVar[str] = ""

    def __new__(cls, text: str) -> Self:
        """Hold the text, or raise the refusal that says what is wrong with it."""
        if type(text) is not cls:
            cls.check(text)
        return super().__new__(cls, text)

    @classmethod
    def check(cls, text: str) -> None:
        """Raise the refusal that says why this text is not of this kind."""
        raise NotImplementedError  # abstract: `str` has a metaclass of its own

    @classmethod
    def recover(cls, text: str) -> str:
        """The exact form that a typed text most plainly means; it need not be a right one."""
        return as_typed_code(text)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The identifier that a typed text means; raises as the constructor does."""
        return cls(cls.recover(text))

    @classmethod
    def recognise(cls, text: str) -> Self | None:
        """As `parse`, but None when the text is not of this kind."""
        try:
            return cls.parse(text)
        except Refusal:
            return None

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """In a declaration: a string, taken exactly as written."""

        def taken(text: str) -> Identifier:
            try:
                return cls(text)
            except Refusal as refusal:
                raise ValueError(refusal.sentence("en")) from None

        return core_schema.no_info_after_validator_function(taken, core_schema.str_schema())
