"""The classes of components that the standards list: `standards/*.yaml`, keyed by `standard_ref`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field

from huimin.kernel.declarations import Declaration, load
from huimin.kernel.refusals import BadInput

FOLDER: Final = Path(__file__).with_name("standards")
DIVISION_DIGITS, SEQUENCE_DIGITS = 6, 6
Digits = Annotated[str, Field(pattern=r"^\d{2,3}$")]


class NoSuchStandard(BadInput):
    """No standard of components goes by this reference."""

    zh = "没有“{standard}”这个部件标准。"
    en = "There is no standard of components “{standard}”."


class NoSuchComponentClass(BadInput):
    """The standard has no class of this code."""

    zh = "{standard} 没有部件类别“{code}”。"
    en = "{standard} has no class of components “{code}”."


class BadComponentCode(BadInput):
    """A code that the standard would not write."""

    zh = "“{code}”不是 {standard} 的部件标识码：应为区划 6 位、类别 {digits} 位、顺序 6 位。"
    en = "“{code}” is no component code of {standard}: division 6, class {digits}, sequence 6 digits."


class Names(Declaration):
    """The two names that everything has."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def text(self, language: str) -> str:
        """The name in that language."""
        return self.en if language.startswith("en") else self.zh


class Group(Declaration):
    """A major class 大类 and its minor classes 小类."""

    names: Names
    classes: Mapping[Digits, Names]


class ComponentStandard(Declaration):
    """The classes of one standard; `provisional` where its own table could not be checked."""

    standard_ref: str
    major_digits: int
    minor_digits: int
    provisional: bool
    groups: Mapping[Digits, Group]

    @property
    def class_digits(self) -> int:
        """How many digits a class has."""
        return self.major_digits + self.minor_digits

    @property
    def code_digits(self) -> int:
        """How many characters a component's code has: 16 or 17."""
        return DIVISION_DIGITS + self.class_digits + SEQUENCE_DIGITS

    def names_of(self, class_code: str) -> Names:
        """What a class is called. Raises NoSuchComponentClass."""
        major, minor = class_code[: self.major_digits], class_code[self.major_digits :]
        if major not in self.groups or minor not in self.groups[major].classes:
            raise NoSuchComponentClass(standard=self.standard_ref, code=class_code[:8])
        return self.groups[major].classes[minor]

    def class_in(self, code: str) -> str:
        """The class that a component's code names. Raises BadComponentCode, NoSuchComponentClass."""
        if len(code) != self.code_digits or not (code.isascii() and code.isdigit()):
            raise BadComponentCode(code=code[:20], standard=self.standard_ref, digits=self.class_digits)
        found = code[DIVISION_DIGITS : DIVISION_DIGITS + self.class_digits]
        self.names_of(found)
        return found


@cache
def component_standards() -> Mapping[str, ComponentStandard]:
    """Every standard of components, by its reference. Raises DeclarationWrong."""
    declared = [load(ComponentStandard, path) for path in sorted(FOLDER.glob("*.yaml"))]
    return {one.standard_ref: one for one in declared}


def component_standard(ref: str) -> ComponentStandard:
    """The standard of this reference. Raises NoSuchStandard."""
    found = component_standards().get(ref)
    if found is None:
        raise NoSuchStandard(standard=ref[:24])
    return found


def standard_of_code(code: str) -> ComponentStandard:
    """The standard whose codes are as long as this one. Raises BadComponentCode (of the first standard) where none is."""
    declared = list(component_standards().values())
    return next((one for one in declared if one.code_digits == len(code)), declared[0])
