"""Cells: what one column of one department's file says, built from what is so on the day the row was last touched.

A cell is a function of a `Sheet` (the rows a file will have) to a text column. Files differ in which cells they have and in the
office's habits, not in code.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huimin.tooling.synth.block import Block
from huimin.tooling.synth.draws import (
    Ints,
    Text,
    age_on,
    calendar,
    day,
    join,
    padded,
    put,
    take,
    text,
    where,
    words,
)
from huimin.tooling.synth.firms import employer_on
from huimin.tooling.synth.households import CHILD, PARENT, SPOUSE
from huimin.tooling.synth.identifiers import masked
from huimin.tooling.synth.noise import (
    NameHabits,
    NumberHabits,
    full_width,
    spoil_names,
    spoil_numbers,
    spoil_phones,
    swap_in,
)
from huimin.tooling.synth.people import home_on, level_on, marital_on, phone_on


@dataclass(frozen=True)
class Sheet:
    """The rows of one file: whom (or which organisation, or which dwelling) each is about and the day it speaks of."""

    block: Block
    who: Ints
    on: Ints
    org: Ints
    place: Ints
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.on)

    @property
    def known(self) -> Ints:
        """The day as of which the office knew the person's circumstances: a few rows were touched without asking again."""
        return np.asarray(self.extra.get("known", self.on), dtype=np.int64)

    def rows(self, index: Ints) -> "Sheet":
        """These rows, in this order."""
        extra = {
            name: take(column, index) if isinstance(column, pa.Array) else column[index]
            for name, column in self.extra.items()
        }
        return Sheet(self.block, self.who[index], self.on[index], self.org[index], self.place[index], extra)


Cell: TypeAlias = Callable[[Sheet], Text]
SEX_DIGIT: Final = ("", "1", "2")
SEX_WORD: Final = ("", "男", "女")
_STRAY_CODES: Final = {
    "sex": ("7", "X", "3"),
    "ethnicity": ("88", "6O", "00"),
    "marital": ("99", "A", "50"),
    "education": ("XX", "00", "95"),
}
_BORN_2000: Final = day("2000-01-01")


def constant(value: str) -> Cell:
    """The same text in every row."""
    return lambda sheet: pa.repeat(pa.scalar(value, pa.string()), len(sheet))


def extra(name: str) -> Cell:
    """A column that the selection of rows has worked out."""
    return lambda sheet: sheet.extra[name]


def serial(pattern: str) -> Cell:
    """Record numbers: `pattern` is a prefix and, after a colon, the least width; places come from the selection."""
    prefix, _, width = pattern.partition(":")
    return lambda sheet: join(prefix, padded(sheet.extra["serial"], int(width)))


def blanked(cell: Cell, share: float, value: str | None = "") -> Cell:
    """The cell with a share of its rows empty (or null)."""

    def column(sheet: Sheet) -> Text:
        full = cell(sheet)
        rows = sheet.block.draw.few(len(sheet), share)
        return put(full, rows, [value] * len(rows))

    return column


def number(habits: NumberHabits = NumberHabits(), *, of: str = "who", blank: Sequence[str | None] = ("",)) -> Cell:  # noqa: B008
    """Identity numbers; `of` names whose (a column of the selection), `blank` the ways in which a missing one is written."""

    def column(sheet: Sheet) -> Text:
        block, draw, count = sheet.block, sheet.block.draw, len(sheet)
        who = sheet.who if of == "who" else sheet.extra[of]
        at = np.maximum(who, 0)
        household = block.kin.household[at]
        neighbour = np.clip(at + draw.whole(-2, 3, count), 0, len(block.kin) - 1)
        stranger = draw.whole(0, len(block.kin), count)
        near = (block.kin.household[neighbour] == household) & (neighbour != at)
        others = take(block.people.number, np.where(near, neighbour, stranger))
        spoiled = spoil_numbers(
            draw,
            take(block.people.number, at),
            habits,
            written_on=sheet.on,
            born_before_2000=block.kin.birth[at] < _BORN_2000,
            former=take(block.people.former_number, at),
            others=others,
        )
        gone = draw.few(count, habits.missing)
        spoiled = put(spoiled, gone, [blank[i % len(blank)] for i in range(len(gone))])
        nobody = np.flatnonzero(who < 0)
        return put(spoiled, nobody, [blank[0]] * len(nobody))

    return column


def masked_number() -> Cell:
    """First six and last four characters of the number."""
    return lambda sheet: masked(take(sheet.block.people.number, sheet.who))


def name(habits: NameHabits = NameHabits(), *, of: str = "who") -> Cell:  # noqa: B008
    """Names as the office writes them."""

    def column(sheet: Sheet) -> Text:
        who = np.maximum(sheet.who if of == "who" else sheet.extra[of], 0)
        people = sheet.block.people
        spoiled = spoil_names(
            sheet.block.draw,
            take(people.name, who),
            sheet.block.names,
            habits,
            rare=people.rare[who],
            short=people.short[who],
            dotted=people.dotted[who],
        )
        return spoiled if of == "who" else where(sheet.extra[of] >= 0, spoiled, "")

    return column


def titled(cell: Cell, share: float) -> Cell:
    """A share of the names only as a form of address: 王女士, 李某."""

    def column(sheet: Sheet) -> Text:
        draw, titles = sheet.block.draw, sheet.block.names.titles
        full = cell(sheet)
        rows = draw.few(len(sheet), share)
        surnames = take(sheet.block.people.surname, sheet.who[rows]).to_pylist()
        sexes, dice = sheet.block.kin.sex[sheet.who[rows]].tolist(), draw.whole(0, 30, len(rows)).tolist()
        options = ["", "male", "female"]
        return put(
            full, rows, [f"{s}{titles[options[x]][d % 3]}" for s, x, d in zip(surnames, sexes, dice, strict=True)]
        )

    return column


def sex(codes: Sequence[str], *, wrong: float = 0.0012, stray: float = 0.0018) -> Cell:
    """Sex in the department's codes; a few are wrong, a few in no list."""

    def column(sheet: Sheet) -> Text:
        draw, count = sheet.block.draw, len(sheet)
        value = sheet.block.kin.sex[sheet.who]
        value = np.where(draw.chance(count, wrong), 3 - value, value)
        return swap_in(take(words(list(codes)), value), draw, stray, lambda _, die: _STRAY_CODES["sex"][die % 3])

    return column


def ethnicity(translate: Mapping[str, str] | None = None, *, stray: float = 0.0015) -> Cell:
    """Ethnicity by GB/T 3304, or in the department's words."""

    def column(sheet: Sheet) -> Text:
        value = take(sheet.block.people.ethnicity, sheet.who)
        if translate is not None:
            index = pc.index_in(value, pa.array(list(translate)))
            value = take(words(list(translate.values())), index.to_numpy(zero_copy_only=False).astype(np.int64))
        return swap_in(value, sheet.block.draw, stray, lambda _, die: _STRAY_CODES["ethnicity"][die % 3])

    return column


def marital(codes: Mapping[int, str], *, wrong: float = 0.004, stray: float = 0.002) -> Cell:
    """Marital status on the day, in the department's codes."""

    def column(sheet: Sheet) -> Text:
        draw, count = sheet.block.draw, len(sheet)
        value = marital_on(sheet.block.kin, sheet.block.people, sheet.who, sheet.known) // 10
        adult = age_on(sheet.block.kin.birth[sheet.who], sheet.on) > 24
        value = np.where(draw.chance(count, wrong) & adult, np.where(value == 2, 1, 2), value)
        spoken = take(words(["", *(codes[code] for code in (10, 20, 30, 40))]), value)
        return swap_in(spoken, draw, stray, lambda _, die: _STRAY_CODES["marital"][die % 3])

    return column


def education(codes: Mapping[int, str], *, wrong: float = 0.008, stray: float = 0.002, none: str | None = "") -> Cell:
    """Highest degree on the day, in the department's codes; those without one have `none`."""

    def column(sheet: Sheet) -> Text:
        draw, count = sheet.block.draw, len(sheet)
        value = level_on(sheet.block.kin, sheet.block.people, sheet.who, sheet.known)
        value = np.where(draw.chance(count, wrong) & (value > 0), np.maximum(value - 1, 1), value)
        spoken = take(pa.array([none, *(codes[code] for code in (80, 70, 60, 40, 30, 20, 10))], pa.string()), value)
        return swap_in(spoken, draw, stray, lambda _, die: _STRAY_CODES["education"][die % 3])

    return column


def dated(days: Ints, style: str) -> Text:
    """Days in one of the departments' styles: `ymd`, `y-m-d`, `y/m/d`, `y年m月d日`, `iso`, `clock`, `excel`."""
    year, month, of_month = calendar(days)
    match style:
        case "ymd":
            return text(year * 10000 + month * 100 + of_month)
        case "y/m/d":
            return join(text(year), "/", text(month), "/", text(of_month))
        case "y年m月d日":
            return join(text(year), "年", text(month), "月", text(of_month), "日")
        case "excel":
            return text(days - day("1899-12-30"))
    plain = join(text(year), "-", padded(month, 2), "-", padded(of_month, 2))
    return {"y-m-d": plain, "iso": join(plain, "T09:30:00+08:00"), "clock": join(plain, " 00:00:00")}[style]


def birth(*styles: str, off: float = 0.002, impossible: float = 0.0005) -> Cell:
    """Dates of birth, a few of them by another paper (a year or two off), a few that cannot be; several styles are mixed."""

    def column(sheet: Sheet) -> Text:
        draw, count = sheet.block.draw, len(sheet)
        days = sheet.block.kin.birth[sheet.who]
        shift = draw.whole(1, 3, count) * np.where(draw.chance(count, 0.5), 365, -365)
        days = np.where(draw.chance(count, off), np.minimum(days + shift, sheet.on), days)
        days = np.where(draw.chance(count, impossible), days % 6000 + 34_000, days)
        if len(styles) == 1:
            return dated(days, styles[0])
        pick = draw.which([40, 19, 21, 20][: len(styles)], count)
        whole = dated(days, styles[0])
        for at, style in enumerate(styles[1:], 1):
            whole = where(pick == at, dated(days, style), whole)
        return whole

    return column


def on_day(style: str) -> Cell:
    """The day the row speaks of."""
    return lambda sheet: dated(sheet.on, style)


def phone(*, missing: float = 0.0, relative: float = 0.0, of: str = "who", blank: str | None = "") -> Cell:
    """The person's mobile number on the day; a share of the rows has a relative's."""

    def column(sheet: Sheet) -> Text:
        block, draw, count = sheet.block, sheet.block.draw, len(sheet)
        who = np.maximum(sheet.who if of == "who" else sheet.extra[of], 0)
        near = np.clip(who + draw.whole(-2, 3, count), 0, len(block.kin) - 1)
        kin = (block.kin.household[near] == block.kin.household[who]) & draw.chance(count, relative)
        clean = phone_on(block.people, np.where(kin, near, who), sheet.known)
        spoiled = spoil_phones(draw, clean)
        gone = draw.chance(count, missing) if of == "who" else draw.chance(count, missing) | (sheet.extra[of] < 0)
        return pc.fill_null(where(gone, None, spoiled), blank) if blank is not None else where(gone, None, spoiled)

    return column


def residence(*, missing: float = 0.0, incomplete: float = 0.0, old_name: float = 0.5) -> Cell:
    """Where the person lived on the day, in the office's habits."""

    def column(sheet: Sheet) -> Text:
        block, draw = sheet.block, sheet.block.draw
        homes = block.homes.at(home_on(block.people, sheet.who, sheet.known))
        written = block.addresses.habitual(draw, homes, sheet.on, incomplete=incomplete, old_name=old_name)
        return blanked(lambda _: full_width(draw, written, 0.028), missing)(sheet)

    return column


def place_address(*, incomplete: float = 0.0, old_name: float = 0.5, elsewhere: float = 0.0) -> Cell:
    """The address of the dwelling that the row is about; a share of the rows has another, from before."""

    def column(sheet: Sheet) -> Text:
        before = sheet.block.draw.chance(len(sheet), elsewhere)
        homes = sheet.block.homes.at(np.where(before, np.maximum(sheet.place - 1, 0), sheet.place))
        written = sheet.block.addresses.habitual(
            sheet.block.draw, homes, sheet.on, incomplete=incomplete, old_name=old_name
        )
        return full_width(sheet.block.draw, written, 0.028)

    return column


def hukou() -> Cell:
    """The standard address at which the person is registered; newcomers' is elsewhere and in the selection."""

    def column(sheet: Sheet) -> Text:
        block = sheet.block
        here = block.addresses.standard(block.homes.at(block.people.hukou[sheet.who]))
        away = sheet.extra.get("origin_address")
        return here if away is None else where(block.people.origin[sheet.who] >= 0, away, here)

    return column


def relation(sheet: Sheet) -> Text:
    """Relation to the head of the household, in words."""
    kin = sheet.block.kin
    role, sexes = kin.role[sheet.who], kin.sex[sheet.who]
    index = np.where(role == SPOUSE, 1, np.where(role == CHILD, 1 + sexes, np.where(role == PARENT, 3 + sexes, 0)))
    return take(words(["户主", "配偶", "子", "女", "父", "母"]), index)


def employer_name(*, missing: float = 0.0, wrong: float = 0.0) -> Cell:
    """The name of the employer on the day; empty for none."""
    return lambda sheet: _employer(sheet, sheet.block.organisations.name, missing, wrong)


def employer_code(*, missing: float = 0.0, blank: str | None = "") -> Cell:
    """The credit code of the employer on the day."""
    return lambda sheet: _employer(sheet, sheet.block.organisations.code, missing, 0.0, blank)


def _employer(sheet: Sheet, column: Text, missing: float, wrong: float, blank: str | None = "") -> Text:
    draw = sheet.block.draw
    who = employer_on(sheet.block.work, sheet.who, sheet.known)
    if "employer" in sheet.extra:  # a change that no other department has heard of
        who = np.where(sheet.extra["employer"] >= 0, sheet.extra["employer"], who)
    stays = (who >= 0) & ~draw.chance(len(sheet), missing)
    at = np.maximum(who, 0)
    if len(column) == 0:
        return pa.array([blank] * len(sheet), pa.string())
    filled = where(stays, take(column, at), blank)
    return swap_in(
        filled, draw, wrong, lambda value, die: value.replace("有限责任公司", "有限公司") if die % 2 else f"{value} "
    )


def of_org(field_name: str, blank: str = "") -> Cell:
    """A column of the organisations."""
    return lambda sheet: pc.fill_null(
        take(getattr(sheet.block.organisations, field_name), np.maximum(sheet.org, 0)), blank
    )


def either(org: Cell, person: Cell) -> Cell:
    """The first for rows about an organisation, the second for rows about a person."""
    return lambda sheet: where(sheet.org >= 0, org(sheet), person(sheet))
