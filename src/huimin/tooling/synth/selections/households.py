"""Rows about households, couples, dwellings, phones and organisations."""

from dataclasses import replace
from typing import Final

import numpy as np

from huimin.tooling.synth.block import Block
from huimin.tooling.synth.cells import Sheet
from huimin.tooling.synth.draws import (
    NEVER,
    NOBODY,
    YEAR,
    calendar,
    day,
    join,
    padded,
    take,
    text,
    where,
    words,
)
from huimin.tooling.synth.dwellings import grid_codes
from huimin.tooling.synth.firms import OFFICE
from huimin.tooling.synth.noise import full_width
from huimin.tooling.synth.people import home_on
from huimin.tooling.synth.selections.rows import about, alive_until, some

_MARRIAGES_SINCE: Final = day("1994-01-01")
_UTILITIES_SINCE: Final = day("2005-01-31")


def weddings(block: Block) -> Sheet:
    """Marriages and divorces registered here since 1994: two rows an event, his first, in the order of the days."""
    kin = block.kin
    men = np.flatnonzero((kin.sex == 1) & ((kin.spouse >= 0) | (kin.former_spouse >= 0)))
    women = np.where(kin.spouse[men] >= 0, kin.spouse[men], kin.former_spouse[men])
    parted = kin.former_spouse[men] >= 0
    days = np.concatenate([kin.married_on[men], kin.divorced_on[men[parted]]])
    pairs = np.concatenate([np.stack([men, women]), np.stack([men, women])[:, parted]], axis=1)
    ends = np.concatenate([np.zeros(len(men), dtype=bool), np.ones(int(parted.sum()), dtype=bool)])
    kept = np.flatnonzero((days >= _MARRIAGES_SINCE) & (days <= block.draw.today) & block.draw.chance(len(days), 0.93))
    kept = kept[np.argsort(days[kept], kind="stable")]
    twice = np.repeat(np.arange(len(kept)), 2)
    year = calendar(days[kept])[0]
    order = np.arange(len(kept)) + 1 + block.number * block.plan.block
    registration = join(
        where(ends[kept], "L", "J"), block.places.districts[0].code[:4], "00-", text(year), "-", padded(order, 6)
    )
    return about(
        block,
        pairs[:, kept].T.ravel(),
        days[kept][twice],
        event=where(ends[kept][twice], "离婚登记", "结婚登记"),
        registration=take(registration, twice),
    )


def on_relief(block: Block) -> Sheet:
    """Households with a minimum living allowance, all members."""
    poor = block.draw.chance(len(block.kin.newcomer), 0.036) & ~block.kin.newcomer
    who = np.flatnonzero(poor[block.kin.household] & (block.people.died_on == NEVER))
    household = block.kin.household[who]
    heads = block.head[household]
    since = block.draw.between(day("2016-01-05"), block.draw.today, len(poor))
    amount = words(["350", "420.5", "512", "680"])
    family = np.unique(household, return_inverse=True)[1] + 1 + block.number * block.plan.block
    level = block.people.disability[who]
    told = (level > 0) & block.draw.chance(len(who), 0.6)
    return about(
        block,
        who,
        np.maximum(since[household], block.kin.birth[who] + 10),
        family=join("DB", padded(family, 5)),
        head=heads,
        head_name=take(block.people.name, heads),
        amount=take(amount, block.draw.whole(0, len(amount), len(who))),
        level=where(told, text(level), None),
        numeric=block.draw.chance(len(who), 0.46),
    )


def owners(block: Block) -> Sheet:
    """Owners of dwellings: a person alone, or a couple together; some own a second one."""
    kin, draw = block.kin, block.draw
    heads = block.head
    share = np.where(kin.newcomer, 0.28, 0.86)
    homes, second = (
        np.flatnonzero(draw.chance(len(heads), share)),
        np.flatnonzero(draw.chance(len(heads), share * 0.27)),
    )
    owner = np.concatenate([heads[homes], heads[second]])
    place = np.concatenate([block.people.home[heads[homes]], block.people.former_home[heads[second]]])
    couple = (kin.spouse[owner] >= 0) & draw.chance(len(owner), 0.34)
    unit = np.arange(len(owner)) + 1 + block.number * block.plan.block
    oldest = np.maximum(day("2001-01-04"), kin.birth[owner] + int(20 * YEAR))
    since = np.minimum(
        np.maximum(draw.between(oldest, draw.today, len(owner)), draw.between(oldest, draw.today, len(owner)) - 900),
        draw.today,
    )
    both = np.repeat(np.arange(len(owner)), 1 + couple)
    written = block.addresses.habitual(draw, block.homes.at(place), since, incomplete=0.0, old_name=0.5)
    other = np.concatenate([[False], both[1:] == both[:-1]])[: len(both)]
    return Sheet(
        block,
        np.where(other, kin.spouse[owner[both]], owner[both]),
        np.minimum(since, alive_until(block)[owner])[both],
        np.full(len(both), NOBODY),
        place[both],
        {
            "unit": join(block.places.districts[0].code[:4], "00", padded(unit[both], 6)),
            "address": take(full_width(draw, written, 0.028), both),
            "how": where(couple[both], "共同共有", "单独所有"),
            "area": take(
                words(["48.5", "67.32", "89.9", "98.15", "110.4", "126.77", "143.2"]),
                draw.whole(0, 7, len(owner))[both],
            ),
        },
    )


def metered(block: Block, *, share: float) -> Sheet:
    """A utility's accounts: a dwelling each, in the name of somebody who lives, lived or owns there; and some firms'."""
    kin, draw = block.kin, block.draw
    households = np.flatnonzero(draw.chance(len(kin.newcomer), share))
    heads = block.head[households]
    count = len(households)
    holder = draw.which(
        [74, 14, 12], count
    )  # somebody of the household, a relative elsewhere or former owner, the spouse
    stranger = draw.whole(0, len(kin), count)
    member = np.clip(heads + draw.whole(0, 2, count), 0, len(kin) - 1)
    grown = (kin.household[member] == households) & (kin.birth[member] < draw.today - 20 * YEAR)
    who = np.where(
        holder == 0,
        np.where(grown, member, heads),
        np.where((holder == 2) & (kin.spouse[heads] >= 0), kin.spouse[heads], heads),
    )
    adult = kin.birth[stranger] < draw.today - 24 * YEAR
    who = np.where((holder == 1) & adult, stranger, who)
    earliest = np.maximum(_UTILITIES_SINCE, np.minimum(kin.birth[who] + int(20 * YEAR), draw.today - 1))
    old = draw.chance(count, 0.21)
    on = np.where(
        old,
        np.maximum(earliest, _UTILITIES_SINCE + draw.whole(0, 900, count)),
        draw.before(draw.today, 3300, count, earliest=earliest),
    )
    on = np.minimum(on, draw.today)
    place = np.where(
        block.people.moved_on[heads] <= on,
        block.people.home[heads],
        np.where(draw.chance(count, 0.5), block.people.former_home[heads], block.people.home[heads]),
    )
    firms = draw.few(len(block.organisations), share * 0.42)
    both = len(firms)
    return Sheet(
        block,
        np.concatenate([who, np.full(both, 0)]),
        np.concatenate([on, draw.before(draw.today, 1500, both, earliest=_UTILITIES_SINCE)]),
        np.concatenate([np.full(count, NOBODY), firms]),
        np.concatenate([place, block.organisations.place[firms]]),
    )


def visited(block: Block) -> Sheet:
    """Households that the grid workers called on, each member at home on the day."""
    calls = block.draw.chance(len(block.kin.newcomer), 0.75)
    here = calls[block.kin.household] & (block.kin.birth < block.draw.today - 60)
    once = some(block, here, np.where(block.people.died_on < NEVER, 0.3, 0.92), 210)
    again = block.draw.few(len(once), 0.27)
    sheet = once.rows(np.sort(np.concatenate([np.arange(len(once)), again])))
    sheet = replace(
        sheet,
        on=block.draw.before(alive_until(block)[sheet.who], 210, len(sheet), earliest=block.kin.birth[sheet.who] + 5),
    )
    place = home_on(block.people, sheet.who, sheet.on)
    count = len(sheet)
    shown = block.draw.which([34, 34, 32], count)  # the whole number, no number, the last four
    known = np.where(shown == 2, 1, 0)
    asked = (sheet.on - block.kin.birth[sheet.who]) // 365 + np.where(
        block.draw.chance(count, 0.15), block.draw.whole(-2, 3, count), 0
    )
    return replace(
        sheet,
        place=place,
        extra={
            "grid": grid_codes(block.places, block.homes.at(place)),
            "shown": shown,
            "tail": known,
            "age": text(np.maximum(asked, 0)),
        },
    )


def subscribers(block: Block) -> Sheet:
    """Mobile numbers by the operators' books: in use, and given up."""
    people, draw, count = block.people, block.draw, len(block.kin)
    has = np.asarray(people.phone.is_valid())
    changed = np.asarray(people.former_phone.is_valid())
    now = np.flatnonzero(has & draw.chance(count, 0.87))
    was = np.flatnonzero(changed & draw.chance(count, 0.75))
    since = np.where(people.phone_on[now] < NEVER, people.phone_on[now], block.kin.birth[now] + 4000)
    on = np.concatenate(
        [
            draw.before(alive_until(block)[now], 480, len(now), earliest=since),
            np.maximum(
                np.minimum(people.phone_on[was], draw.today) - draw.whole(200, 9000, len(was)), _UTILITIES_SINCE
            ),
        ]
    )
    numbers = np.concatenate([now, was])
    used = np.arange(len(numbers)) < len(now)
    sheet = about(
        block,
        numbers,
        on,
        phone=where(used, take(people.phone, numbers), take(people.former_phone, numbers)),
        standing=where(used, "在用", "销号"),
    )
    return sheet.rows(draw.stream.permutation(len(sheet)))


def organisations(block: Block, *, register: str) -> Sheet:
    """Market entities (`market`), taxpayers (`tax`) or institutions (`offices`)."""
    orgs, draw = block.organisations, block.draw
    office = orgs.kind == OFFICE
    kept = {"market": ~office & orgs.registered, "tax": orgs.taxed, "offices": office}[register]
    index = draw.stream.permutation(np.flatnonzero(kept))
    count = len(index)
    fresh = draw.before(draw.today, 330, count, earliest=orgs.approved_on[index])
    on = np.where(draw.chance(count, 0.3) | (register == "tax"), fresh, orgs.approved_on[index])
    head = np.where(
        (orgs.former_head[index] >= 0) & draw.chance(count, 0.4 if register == "tax" else 0.05),
        orgs.former_head[index],
        orgs.head[index],
    )
    return Sheet(block, head, on, index, orgs.place[index])
