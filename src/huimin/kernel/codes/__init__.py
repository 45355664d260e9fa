"""The code lists of the national standards, as data files with labels in Chinese and English.

`code_list("marital_status").label("20")` is 已婚, `.parse("已婚")` is "20". A list is known by its name and the
standard it follows (`standard_ref`); of several versions, the one that nothing supersedes is the one given.
Not for: lists that a city or a domain keeps for itself.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from huimin.kernel.codes.code_list import (
    Certainty,
    Code,
    CodeList,
    CodeListDeclaration,
    NotInCodeList,
    UnknownCodeList,
)
from huimin.kernel.declarations import load_all

__all__ = [
    "Certainty",
    "Code",
    "CodeList",
    "CodeListDeclaration",
    "NotInCodeList",
    "UnknownCodeList",
    "code_list",
    "code_lists",
    "read_code_lists",
]

_FOLDER: Final = Path(__file__).with_name("lists")


def read_code_lists(folder: Path) -> Mapping[tuple[str, str], CodeList]:
    """The lists in a folder by name and standard; raises `DeclarationWrong`, or ValueError if two are current."""
    lists: dict[tuple[str, str], CodeList] = {}
    current: dict[str, str] = {}
    for declaration in load_all(CodeListDeclaration, folder).values():
        key = declaration.name, declaration.standard_ref
        if key in lists:
            raise ValueError(f"the code list {declaration.name} stands twice for {declaration.standard_ref}")
        if declaration.superseded_by is None and current.setdefault(declaration.name, key[1]) != key[1]:
            raise ValueError(f"the code list {declaration.name} has two current versions")
        lists[key] = CodeList(declaration)
    return lists


@cache
def _lists() -> Mapping[tuple[str, str], CodeList]:
    return read_code_lists(_FOLDER)


def code_lists() -> tuple[CodeList, ...]:
    """All lists in all versions, in the order of their files."""
    return tuple(_lists().values())


@cache
def code_list(name: str, standard_ref: str | None = None) -> CodeList:
    """The list of that name: the version of that standard, else the current one; raises `UnknownCodeList`."""
    for each in code_lists():
        if each.name == name and (each.standard_ref == standard_ref if standard_ref else each.superseded_by is None):
            return each
    raise UnknownCodeList(name=name if standard_ref is None else f"{name} ({standard_ref})")
