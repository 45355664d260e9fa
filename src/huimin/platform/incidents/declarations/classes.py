"""Classes as the national standards number them: those of events, one file a standard, beside those of components, which the grid has."""

from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from huimin.kernel.declarations import Declaration, load_all
from huimin.kernel.refusals import BadInput, NotFound
from huimin.platform.grid.declarations import Names as ComponentNames
from huimin.platform.grid.declarations import component_standards

FOLDER: Final = Path(__file__).parent.parent / "standards"
DEFAULT: Final = "GB/T 30428"
COMPONENT: Final = "component"
EVENT: Final = "event"

GroupCode = Annotated[str, Field(pattern=r"^[0-9]{2}$")]
SmallCode = Annotated[str, Field(pattern=r"^[0-9]{2,3}$")]


class NoSuchStandard(NotFound):
    """No standard of this reference is declared."""

    zh = "没有登记标准“{ref}”。"
    en = "No standard “{ref}” is declared."


class NoSuchClass(BadInput):
    """The standard has no class of this code."""

    zh = "标准里没有类别“{code}”。"
    en = "The standard has no class “{code}”."


class Names(Declaration):
    """The two names that everything has."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def text(self, language: str) -> str:
        """The name in that language."""
        return self.en if language.startswith("en") else self.zh


class _Large(Declaration):
    names: Names
    extension: bool = False
    classes: Annotated[Mapping[SmallCode, Names], Field(min_length=1)]


class _StandardFile(Declaration):
    """`standards/*.yaml`: `digits` of a small class; the large classes of events; `extension`, the small classes that every large
    class keeps for what the standard does not name. Components have theirs in the grid.
    """

    standard_ref: str
    title: Names
    digits: Literal[2, 3]
    extension: frozenset[SmallCode] = frozenset()
    event: Mapping[GroupCode, _Large]

    @model_validator(mode="after")
    def _as_wide_as_said(self) -> "_StandardFile":
        for code, large in self.event.items():
            if wrong := [small for small in large.classes if len(small) != self.digits]:
                raise ValueError(f"{code}: classes have {self.digits} digits here: {', '.join(wrong)}")
        return self


class ClassOf(Declaration):
    """A class: its code, its kind, its large class, its names; `extension` where the city added it.

    A code alone is no key in the standards, since components and events are numbered alike. So the code of an event is written with
    five digits, large class and small class (`01002`), and that of a component with a `C` before them (`C01002`).
    """

    code: str
    kind: Literal["component", "event"]
    group: str
    names: Names
    extension: bool = False


class Group(Declaration):
    """A large class, with its classes in the order of their codes."""

    code: str
    kind: Literal["component", "event"]
    names: Names
    extension: bool = False


class Standard(Declaration):
    """A standard with all its classes, by code."""

    standard_ref: str
    title: Names
    groups: Mapping[str, Group]
    classes: Mapping[str, ClassOf]

    def of(self, code: str) -> ClassOf:
        """The class of this code. Raises NoSuchClass."""
        found = self.classes.get(code)
        if found is None:
            raise NoSuchClass(field="class_code", code=code[:12])
        return found

    def of_component(self, written: str) -> ClassOf:
        """The class of a component as its own code writes it: large class, then small class. Raises NoSuchClass."""
        return self.of(class_code(COMPONENT, written[:2], written[2:]))

    @cached_property
    def events(self) -> tuple[ClassOf, ...]:
        """The classes of events, in the order of their codes."""
        return tuple(one for one in self.classes.values() if one.kind == EVENT)

    def in_group(self, group: str) -> tuple[ClassOf, ...]:
        """The classes of a large class, in the order of their codes."""
        return tuple(one for one in self.classes.values() if one.group == group)


def class_code(kind: str, large: str, small: str) -> str:
    """How a class is written here; small classes of two digits are filled up to three."""
    return f"{'C' if kind == COMPONENT else ''}{large}{small:0>3}"


def _as_standard(file: _StandardFile) -> Standard:
    groups: dict[str, Group] = {}
    classes: dict[str, ClassOf] = {}

    def add(
        kind: Literal["component", "event"], large: str, names: Names, small: Mapping[str, Names], ours: bool
    ) -> None:
        group = class_code(kind, large, "")[:-3]
        groups[group] = Group(code=group, kind=kind, names=names, extension=ours)
        for number, called in sorted(small.items()):
            code = class_code(kind, large, number)
            extension = ours or number in file.extension
            classes[code] = ClassOf(code=code, kind=kind, group=group, names=called, extension=extension)

    for large, said in sorted(file.event.items()):
        add(EVENT, large, said.names, said.classes, said.extension)
    walked_by = component_standards().get(file.standard_ref)
    for large, walked in sorted(walked_by.groups.items()) if walked_by else ():
        small = {number: _named(names) for number, names in walked.classes.items()}
        add(COMPONENT, large, _named(walked.names), small, False)
    return Standard(standard_ref=file.standard_ref, title=file.title, groups=groups, classes=classes)


def _named(names: ComponentNames) -> Names:
    return Names(zh=names.zh, en=names.en)


@cache
def standards() -> Mapping[str, Standard]:
    """Every declared standard by its reference. Raises DeclarationWrong."""
    return {file.standard_ref: _as_standard(file) for file in load_all(_StandardFile, FOLDER).values()}


def standard(ref: str | None = None) -> Standard:
    """The standard of this reference; the one by which the house numbers new incidents when none is given. Raises NoSuchStandard."""
    found = standards().get(ref or DEFAULT)
    if found is None:
        raise NoSuchStandard(ref=(ref or DEFAULT)[:24])
    return found


def class_of(standard_ref: str, code: str) -> ClassOf | None:
    """The class by which an incident was numbered; None for one that has not been classified, or whose class is declared no more."""
    return standards()[standard_ref].classes.get(code) if standard_ref in standards() else None
