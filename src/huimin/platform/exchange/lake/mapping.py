"""From a department's columns to records: a source's mapping compiled to one reading a delivered column.

A record in the lake has `record_id`, `as_of` (the department's own moment), `event_at` and `operation` (I, U, D), `line` and `ordinal` (its
place among the rows read), `doubts` (items whose delivered text is no value), one or more columns an item (its value and, where types
have them, its comparable forms) and the delivered text of every column under `=name`.

Everything that is said of a row is said of its columns one by one and put together afterwards (`judging`), so that a text that
stands in many rows is read once.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from huimin.kernel.codes import code_list
from huimin.platform.exchange.declarations import Column, Item, ItemType, Resource, Source
from huimin.platform.exchange.lake import plain
from huimin.platform.exchange.lake.engine import name, text
from huimin.platform.exchange.rules import longest

# How each item type is read, in steps: column suffix → expression over {x} (the delivered text) and the columns of earlier steps
# ({c} is the item); {clean} is TRUE where `plain.is_clean` says that hm_half, hm_text and hm_address_text would change nothing. The
# engine computes one step at a time, so that no expression is written out twice. Suffixes of two underscores are for the way only; "" is
# the value; the others stay in the lake for comparison.
STEPS_OF_TYPE: Final[Mapping[ItemType, tuple[dict[str, str], ...]]] = MappingProxyType(
    {
        ItemType.TEXT: ({"": "hm_text({x})"},),
        ItemType.CODE: ({"": "{x}"},),
        ItemType.DATE: (
            {"__half": "trim(hm_half({x}))"},
            {"__day": "hm_date({c__half})"},
            {"": "CASE WHEN {c__day} BETWEEN DATE '1880-01-01' AND {reference} THEN {c__day} END"},
        ),
        ItemType.COUNT: ({"": "TRY_CAST(regexp_replace(hm_half({x}), '\\.0$', '') AS BIGINT)"},),
        ItemType.NUMBER: (
            {"__number": "TRY_CAST(hm_half({x}) AS DOUBLE)"},
            {"": "CASE WHEN isfinite({c__number}) THEN {c__number} END"},
        ),
        ItemType.TRUTH: ({"": "TRY_CAST({x} AS BOOLEAN)"},),
        ItemType.CITIZEN_ID: (
            {"_token": "hm_token({x})"},
            {"__wide": "hm_id_wide({c_token})"},
            {"__digits": "hm_id_digits({c__wide})"},
            {"": "hm_id_valid({c__wide}, {c__digits})"},
        ),
        ItemType.USCC: ({"_token": "hm_token({x})"}, {"": "hm_uscc_valid({c_token})"}),
        ItemType.PERSON_NAME: ({"_key": "hm_name_key({x})"}, {"": "hm_person_name({x}, {c_key})"}),
        ItemType.ORGANISATION_NAME: ({"": "hm_org_name({x})", "_key": "hm_org_key({x})"},),
        ItemType.HOLDER_NAME: (
            {"_key": "hm_name_key({x})", "__organisation": "hm_org_key({x})"},
            {"_organisation_key": "CASE WHEN hm_names_an_organisation({c__organisation}) THEN {c__organisation} END"},
            {"": "CASE WHEN {c_organisation_key} IS NULL THEN hm_person_name({x}, {c_key}) END"},
        ),
        ItemType.PHONE: ({"": "hm_phone({x})"},),
        # GB/T 4754: a section's letter and two digits of the division; whoever writes four digits means the same division.
        ItemType.INDUSTRY: (
            {"__division": "regexp_extract(hm_token({x}), '^[A-T]?(\\d\\d)', 1)"},
            {"": "map_extract_value({industries}, {c__division})"},
        ),
        ItemType.ADDRESS: (
            {"__text": "CASE WHEN {clean} THEN {x} ELSE hm_address_text({x}) END"},
            {"__rural": "hm_rural({c__text})"},
            {"__rural_key": "hm_rural_key({c__rural})"},
            {"__urban": "CASE WHEN {c__rural_key} IS NULL THEN hm_urban({c__text}) END"},
            {"_key": "coalesce({c__rural_key}, hm_urban_key({c__urban}))"},
            {
                "": "CASE WHEN {clean} THEN CASE WHEN hm_is_complete({c_key}) THEN {x} END ELSE hm_address({x}, {c_key}) END"
            },
        ),
    }
)
ENGINE_TYPE: Final = MappingProxyType(
    {ItemType.DATE: "DATE", ItemType.COUNT: "BIGINT", ItemType.NUMBER: "DOUBLE", ItemType.TRUTH: "BOOLEAN"}
)


@dataclass(frozen=True)
class Plain:
    """Texts that are written as they are kept, which most are: where `told` says so, the text itself is the item's columns of these
    `suffixes` and its other columns are NULL. It says nothing that the steps of the type do not say.
    """

    told: Callable[[Any], Any]
    suffixes: frozenset[str]


PLAIN_OF_TYPE: Final[Mapping[ItemType, Plain]] = MappingProxyType(
    {
        ItemType.TEXT: Plain(plain.is_clean, frozenset({""})),
        ItemType.CITIZEN_ID: Plain(plain.is_citizen_id, frozenset({"", "_token"})),
        ItemType.USCC: Plain(plain.is_credit_code, frozenset({"", "_token"})),
        ItemType.PERSON_NAME: Plain(plain.is_name, frozenset({"", "_key"})),
        ItemType.HOLDER_NAME: Plain(plain.is_short_name, frozenset({"", "_key"})),
        ItemType.PHONE: Plain(plain.is_phone, frozenset({""})),
    }
)
SCIENTIFIC: Final = r"\d(\.\d+)?E\+?\d{1,3}"


def delivered_as(column: str) -> str:
    """The lake's name of a delivered column: departments' names and items' names never collide."""
    return "=" + column


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How one delivered column (or a constant of the declaration, `column` None) is read.

    `steps`: what is computed of its text {x}, step by step; the names of what is for the way hold two underscores. `items` are the
    lake columns among the results; the others are called by `sign`: roles of the row (id, as_of, event, operation), and what is TRUE of a
    text (scientific, doubt, is <text>). `plain`: see `Plain`; the sign "plain" decides, and `same` are the results that are then the
    text itself. `longest`: characters that the agreement allows.
    """

    column: str | None
    constant: str | None
    steps: tuple[Mapping[str, str], ...]
    items: frozenset[str]
    plain: tuple[Callable[[Any], Any], ...]
    same: frozenset[str]
    longest: int

    @property
    def results(self) -> tuple[str, ...]:
        """What the reading gives, in a fixed order."""
        return tuple(result for step in self.steps for result in step if "__" not in result.partition(" ")[0])


def sign(column: str, what: str) -> str:
    """The name of a result that is no lake column: what a text of a delivered column is for its row."""
    return f"?{what} {column}"


def _literal_map(pairs: Iterable[tuple[str, str]]) -> str:
    return "MAP {" + ", ".join(f"'{text(key)}': '{text(value)}'" for key, value in pairs) + "}"


@cache
def _industries() -> str:
    codes = code_list("industry")
    return _literal_map((code, codes.top(code) + code) for code in codes if code.isdigit())


def _normalised_from(column: Column, item: Item) -> str:
    """The expression over {x} that gives an item's text before its type's normalisation."""
    expression = "{x}"
    if column.part:
        expression = f"substr(hm_token({expression}), {column.part[0]}, {column.part[1]})"
    if column.codes is not None:
        expression = f"map_extract_value({_literal_map(column.codes.items())}, hm_text({expression}))"
    elif item.codes is not None:
        spellings = _literal_map(code_list(item.codes).spellings().items())
        expression = f"map_extract_value({spellings}, lower(replace(hm_half({expression}), ' ', '')))"
    if column.divide:
        expression = f"CAST(TRY_CAST(hm_half({expression}) AS DOUBLE) / {column.divide} AS VARCHAR)"
    return expression


class _Steps:
    """Expressions gathered level by level."""

    def __init__(self) -> None:
        self.levels: list[dict[str, str]] = []

    def add(self, level: int, result: str, expression: str) -> None:
        while len(self.levels) <= level:
            self.levels.append({})
        self.levels[level][result] = expression

    def add_type(self, prefix: str, steps: Iterable[Mapping[str, str]], given: str, reference_on: date) -> None:
        """The steps of an item type over the text that `given` computes."""
        clean = "{clean}" if given == "{x}" else "FALSE"
        steps = tuple(steps)
        own = {"c" + suffix: name(prefix + suffix) for step in steps for suffix in step}
        for level, step in enumerate(steps):
            for suffix, template in step.items():
                expression = template.format(
                    x=given, clean=clean, reference=f"DATE '{reference_on}'", industries=_industries(), **own
                )
                self.add(level, prefix + suffix, expression)


def lake_columns_of(code: str, item: Item) -> dict[str, str]:
    """The lake columns of an item and their engine types: its value and its comparable forms."""
    return {
        code + suffix: "VARCHAR" if suffix else ENGINE_TYPE.get(item.type, "VARCHAR")
        for step in STEPS_OF_TYPE[item.type]
        for suffix in step
        if "__" not in suffix
    }


def lake_columns(resource: Resource) -> tuple[str, ...]:
    """The item columns that every lake file of the resource has."""
    return tuple(column for code, item in resource.items.items() for column in lake_columns_of(code, item))


def doubted_items(resource: Resource, source: Source) -> dict[str, list[str]]:
    """Delivered column → the items that read it and can be in doubt: the first stands for all, since a column that feeds several is
    doubted only if none takes it.
    """
    readers: dict[str, list[str]] = {}
    for code, item in resource.items.items():
        column = source.column(code)
        if column and column.source and not column.when and item.type is not ItemType.TEXT:
            readers.setdefault(column.source, []).append(code)
    return readers


def readings(resource: Resource, source: Source, delivered: Iterable[str], reference_on: date) -> list[Reading]:
    """How each delivered column is read, and each constant that the source states."""
    found = [_reading(column, resource, source, reference_on) for column in delivered]
    for code, item in resource.items.items():
        if (column := source.column(code)) is not None and column.constant is not None:
            steps = _Steps()
            steps.add_type(code, STEPS_OF_TYPE[item.type], "{x}", reference_on)
            found.append(
                Reading(
                    column=None,
                    constant=column.constant,
                    steps=tuple(steps.levels),
                    items=frozenset(lake_columns_of(code, item)),
                    plain=(),
                    same=frozenset(),
                    longest=0,
                )
            )
    return found


def _reading(delivered: str, resource: Resource, source: Source, reference_on: date) -> Reading:
    records, steps = source.records, _Steps()
    items: dict[str, str] = {}
    limit = longest(ItemType.TEXT)
    for code, item in resource.items.items():
        column = source.column(code)
        if column is not None and column.source == delivered and column.constant is None:
            steps.add_type(code, STEPS_OF_TYPE[item.type], _normalised_from(column, item), reference_on)
            items |= lake_columns_of(code, item)
            limit = longest(item.type)
    for column in map(source.column, resource.items):
        for other, value in ((column.when if column else None) or {}).items():
            if other == delivered:
                steps.add(0, sign(delivered, f"is {value}"), f"coalesce(hm_text({{x}}) = '{text(value)}', FALSE)")
    if records.id == delivered:
        steps.add(0, sign(delivered, "id"), "hm_text({x})")
    for role, own in (("as_of", records.as_of), ("event", records.event_at)):
        if own == delivered:
            half = sign(delivered, f"{role}__half")
            steps.add(0, half, "trim(hm_half({x}))")
            steps.add(1, sign(delivered, role), f"hm_moment({name(half)})")
    if records.operation == delivered:
        steps.add(0, sign(delivered, "operation"), "coalesce(upper(hm_text({x})), 'I')")
    if delivered in source.form.identity_columns:
        steps.add(
            0, sign(delivered, "scientific"), f"coalesce(regexp_full_match(hm_token({{x}}), '{SCIENTIFIC}'), FALSE)"
        )
    if doubted := doubted_items(resource, source).get(delivered):
        none_takes_it = " AND ".join(f"{name(code)} IS NULL" for code in doubted)
        steps.add(len(steps.levels), sign(delivered, "doubt"), f"hm_text({{x}}) IS NOT NULL AND {none_takes_it}")
    plain_of, same = _plain(delivered, resource, source)
    return Reading(
        column=delivered,
        constant=None,
        steps=tuple(steps.levels),
        items=frozenset(items),
        plain=plain_of,
        same=same,
        longest=limit,
    )


def _plain(
    delivered: str, resource: Resource, source: Source
) -> tuple[tuple[Callable[[Any], Any], ...], frozenset[str]]:
    """When a text of the column is plain for all that read it, and which results are then the text; nothing where it never is."""
    records = source.records
    told: list[Callable[[Any], Any]] = []
    same: set[str] = set()
    if delivered in (records.as_of, records.event_at, records.operation):
        return (), frozenset()
    for code, item in resource.items.items():
        column = source.column(code)
        if column is None or column.constant is not None:
            continue
        if delivered in (column.when or {}):
            return (), frozenset()
        if column.source != delivered:
            continue
        of_type = PLAIN_OF_TYPE.get(item.type)
        if of_type is None or column.part or column.codes or column.divide:
            return (), frozenset()
        told.append(of_type.told)
        same |= {code + suffix for suffix in of_type.suffixes}
    if records.id == delivered or not told:
        told.append(plain.is_clean)
        same |= {sign(delivered, "id")} if records.id == delivered else set()
    if delivered in source.form.identity_columns and not {plain.is_citizen_id, plain.is_credit_code} & set(told):
        return (), frozenset()
    return tuple(told), frozenset(same)
