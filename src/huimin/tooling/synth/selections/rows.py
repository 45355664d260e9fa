"""What every selection of rows starts from: people by chance, days in the past, places among a department's records."""

from dataclasses import replace
from typing import Any, Final

import numpy as np

from huimin.tooling.synth.block import Block
from huimin.tooling.synth.cells import Sheet
from huimin.tooling.synth.draws import (
    NOBODY,
    YEAR,
    Ints,
    Reals,
    Truths,
)
from huimin.tooling.synth.dwellings import origin_addresses

_SERIALS_A_PERSON: Final = 2


def years(block: Block) -> Reals:
    """Everybody's age on the reference day."""
    return np.asarray((block.draw.today - block.kin.birth) / YEAR)


def alive_until(block: Block) -> Ints:
    """Everybody's last day: of life, or the reference day."""
    return np.minimum(block.people.died_on, block.draw.today)


def about(block: Block, who: Ints, on: Ints, **extra: Any) -> Sheet:
    """Rows about people."""
    nothing = np.full(len(who), NOBODY)
    return Sheet(block, who, on, nothing, nothing, extra)


def numbered(sheet: Sheet, *, shuffled: bool) -> Sheet:
    """Rows with their places among the department's records; in `shuffled` files the order is not that of the numbers."""
    first = sheet.block.number * sheet.block.plan.block * _SERIALS_A_PERSON + 1
    whole = replace(sheet, extra={**sheet.extra, "serial": first + np.arange(len(sheet))})
    return whole.rows(sheet.block.draw.stream.permutation(len(sheet))) if shuffled else whole


def heard_late(sheet: Sheet, share: float) -> Sheet:
    """The rows with a share of them resting on what the office had known for months or years."""
    draw, count = sheet.block.draw, len(sheet)
    late = np.where(draw.chance(count, share), 30 + draw.stream.exponential(600, count).astype(np.int64), 0)
    born = np.where(sheet.org >= 0, 0, sheet.block.kin.birth[sheet.who])
    return replace(sheet, extra={**sheet.extra, "known": np.minimum(np.maximum(sheet.on - late, born + 1), sheet.on)})


def until(sheet: Sheet, day: int) -> Sheet:
    """The rows as they stood on a day in the past: of those born later there are none, and nothing was touched since."""
    there = np.flatnonzero(sheet.block.kin.birth[sheet.who] + 30 <= day)
    kept = sheet.rows(there)
    return replace(kept, on=np.minimum(kept.on, day))


def some(
    block: Block,
    among: Truths,
    share: float | Reals,
    mean: float,
    *,
    earliest: Ints | int | None = None,
    latest: Ints | None = None,
) -> Sheet:
    """A share of these people, in any order, each as of some day that thins out into the past."""
    count = len(block.kin)
    who = np.flatnonzero(among & block.draw.chance(count, share))
    who = block.draw.stream.permutation(who)
    latest = alive_until(block) if latest is None else latest
    floor = block.kin.birth + 5 if earliest is None else np.broadcast_to(np.asarray(earliest), count)
    return about(block, who, block.draw.before(latest[who], mean, len(who), earliest=floor[who]))


def parent(block: Block, who: Ints) -> Ints:
    """A known parent of each, more often the mother; NOBODY where none is known."""
    mother, father = block.kin.mother[who], block.kin.father[who]
    first = block.draw.chance(len(who), 0.7)
    return np.where((first & (mother >= 0)) | (father < 0), mother, father)


def away(block: Block, who: Ints) -> dict[str, Any]:
    """Where newcomers are registered, as a column of a selection."""
    written = origin_addresses(block.draw, block.places, np.maximum(block.people.origin[who], 0))
    return {"origin_address": written}
