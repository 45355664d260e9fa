"""The words a synthetic city is made of: names, firms, places. Data in YAML; this file only reads and shapes it."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from huimin.kernel.refusals import Refusal

_FOLDER: Final = Path(__file__).parent
_COMMON: Final = frozenset({"names", "firms"})


class NoSuchPlaces(Refusal):
    """The generator has no vocabulary of places for the city."""

    zh = "没有 {city} 的地名词表，目前可生成：{known}。"
    en = "There is no vocabulary of places for {city}; known: {known}."


def cities() -> list[str]:
    """The cities whose places are known, by slug."""
    return sorted(path.stem for path in _FOLDER.glob("*.yaml") if path.stem not in _COMMON)


def _read(name: str) -> dict[str, Any]:
    with (_FOLDER / f"{name}.yaml").open(encoding="utf-8") as file:
        return dict(yaml.safe_load(file))


@dataclass(frozen=True)
class Names:
    """Names by frequency; every list of words has a list of weights beside it."""

    surnames: list[str]
    surname_weights: list[float]
    one_character_share: float
    given_since: list[int]
    given: list[dict[str, str]]
    rare_share: float
    rare: list[str]
    rare_pinyin: list[str]
    dots: list[str]
    ethnicities: dict[str, float]
    dotted: dict[str, dict[str, list[str]]]
    sounds_like: dict[str, str]
    traditional: dict[str, str]
    titles: dict[str, list[str]]


@cache
def names() -> Names:
    """The vocabulary of names."""
    raw = _read("names")
    singles = [(character, float(weight)) for weight, line in raw["surnames"].items() for character in line]
    whole = sum(weight for _, weight in singles)
    compound = raw["compound_surnames"]
    each = whole * raw["compound_share"] / (1 - raw["compound_share"]) / len(compound)
    sounds: dict[str, str] = {}
    for group in raw["homophones"]:
        for character in group:
            sounds[character] = sounds.get(character, "") + group.replace(character, "")
    pairs = "".join(raw["traditional"].split())
    return Names(
        surnames=[name for name, _ in singles] + compound,
        surname_weights=[weight for _, weight in singles] + [each] * len(compound),
        one_character_share=raw["one_character_share"],
        given_since=list(raw["given"]),
        given=list(raw["given"].values()),
        rare_share=raw["rare_share"],
        rare=list(raw["rare"]),
        rare_pinyin=list(raw["rare"].values()),
        dots=raw["dots"],
        ethnicities=raw["ethnicities"],
        dotted=raw["dotted_names"],
        sounds_like=sounds,
        traditional={a: b for a, b in zip(pairs[::2], pairs[1::2], strict=True) if a != b},
        titles=raw["titles"],
    )


@dataclass(frozen=True)
class District:
    """A county-level division: its towns, its roads, and the prefixes that its identity numbers have begun with."""

    name: str
    code: str
    share: float
    rural: float
    old: str | None
    issue: list[tuple[int, int, int, float]]
    towns: list[str]
    roads: list[str]


@dataclass(frozen=True)
class Places:
    """Everything that has a name on the map, and where newcomers come from (prefix, text, weight)."""

    province: str
    city: str
    districts: list[District]
    communities: list[str]
    estates: list[str]
    villages: list[str]
    origins: list[tuple[int, str, float]]
    origin_towns: list[str]
    grid_cells: int


@cache
def places(city: str) -> Places:
    """The places of a city.

    Raises: NoSuchPlaces.
    """
    if city not in cities():
        raise NoSuchPlaces(city=city, known=", ".join(cities()))
    raw = _read(city)
    return Places(
        province=raw["province"],
        city=raw["city"],
        districts=[
            District(
                name=line["name"],
                code=line["code"],
                share=line["share"],
                rural=line["rural"],
                old=line.get("old"),
                issue=[(int(code), first, last, weight) for code, first, last, weight in line["issue"]],
                towns=line["towns"],
                roads=line["roads"],
            )
            for line in raw["districts"]
        ],
        communities=raw["communities"],
        estates=raw["estates"],
        villages=raw["villages"],
        origins=[(int(code), text, weight) for code, text, weight in raw["origins"]],
        origin_towns=raw["origin_towns"],
        grid_cells=raw["grid_cells"],
    )


@cache
def firms() -> dict[str, Any]:
    """The vocabulary of firms and institutions, as declared in firms.yaml."""
    return _read("firms")
