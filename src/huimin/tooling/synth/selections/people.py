"""Rows about people: registers, insurance, school, work."""

from dataclasses import replace
from datetime import date
from typing import Final

import numpy as np

from huimin.tooling.synth import increments
from huimin.tooling.synth.block import Block
from huimin.tooling.synth.cells import Sheet
from huimin.tooling.synth.draws import (
    NEVER,
    NOBODY,
    YEAR,
    day,
    join,
    take,
    text,
    where,
    words,
)
from huimin.tooling.synth.dwellings import origin_addresses
from huimin.tooling.synth.firms import FIRM, OFFICE
from huimin.tooling.synth.selections.rows import about, alive_until, away, parent, some, years

_BIRTHS_SINCE: Final = day("2014-01-01")
_NOTES: Final = (
    '2019年补录\n，口述"原住老城"',
    '补录，\n登记表写作"待查"，见纸档',
    '人户分离，电话联系不上。\n备注"见附件"，待核',
)


def registered_here(block: Block) -> Sheet:
    """Everybody whose household is registered in the city; of the dead some are cancelled, some not yet."""
    sheet = some(block, ~block.kin.newcomer[block.kin.household], 0.985, 1150)
    died = block.people.died_on[sheet.who]
    count = len(sheet)
    cancelled = (died < NEVER) & block.draw.chance(count, 0.78)
    overlooked = (died < NEVER) & ~cancelled & block.draw.chance(count, 0.4)
    on = np.where(
        cancelled,
        died + block.draw.whole(5, 90, count),
        np.where(overlooked, died + block.draw.whole(20, 300, count), sheet.on),
    )
    return replace(
        sheet,
        on=np.minimum(on, block.draw.today),
        extra={
            "standing": where(cancelled, "死亡注销", "正常"),
            "household": block.number * block.plan.block + block.kin.household[sheet.who] + 1,
            "note": where(
                block.draw.chance(count, 0.001), take(words(list(_NOTES)), block.draw.whole(0, len(_NOTES), count)), ""
            ),
        },
    )


def newcomers(block: Block) -> Sheet:
    """Newcomers with a residence permit."""
    sheet = some(block, block.people.registered, 0.99, 420)
    household = block.kin.household[sheet.who]
    heads = block.head
    origin = block.people.origin[heads]
    written = origin_addresses(block.draw, block.places, np.maximum(origin, 0))
    return replace(sheet, extra={"origin_address": take(written, household)})


def archived(block: Block) -> Sheet:
    """Health records: most people have one, a few have two; small children have a guardian's phone."""
    sheet = some(block, np.ones(len(block.kin), dtype=bool), 0.845, 560)
    again = block.draw.few(len(sheet), 0.03)
    twice = sheet.rows(np.sort(np.concatenate([np.arange(len(sheet)), again])))
    second = np.concatenate([[False], twice.who[1:] == twice.who[:-1]])[: len(twice)]
    fresh = block.draw.before(alive_until(block)[twice.who], 560, len(twice), earliest=block.kin.birth[twice.who] + 5)
    child = (twice.on - block.kin.birth[twice.who]) < 14 * YEAR
    guardian = np.where(child, parent(block, twice.who), NOBODY)
    return replace(twice, on=np.where(second, fresh, twice.on), extra={"guardian": guardian, "child": child})


def deceased(block: Block) -> Sheet:
    """Death certificates."""
    who = block.draw.stream.permutation(
        np.flatnonzero((block.people.died_on < NEVER) & block.draw.chance(len(block.kin), 0.93))
    )
    died = block.people.died_on[who]
    return about(
        block,
        who,
        np.minimum(died + block.draw.whole(1, 5, len(who)), block.draw.today),
        died_on=died,
        **away(block, who),
    )


def newborn(block: Block) -> Sheet:
    """Birth certificates since 2014; a share of the children have no name yet."""
    known = (block.kin.mother >= 0) & (block.kin.birth >= _BIRTHS_SINCE)
    who = block.draw.stream.permutation(np.flatnonzero(known & block.draw.chance(len(block.kin), 0.96)))
    count = len(who)
    mother = block.kin.mother[who]
    nameless = block.draw.chance(count, 0.09)
    called = join(take(block.people.name, mother), take(words(["", "之子", "之女"]), block.kin.sex[who]))
    return about(
        block,
        who,
        np.minimum(block.kin.birth[who] + block.draw.whole(1, 20, count), block.draw.today),
        mother=mother,
        father=block.kin.father[who],
        nameless=nameless,
        called=called,
    )


def insured_workers(block: Block) -> Sheet:
    """Social insurance: those employed, many of the others of age, most pensioners."""
    age = years(block)
    share = np.where(block.work.employer >= 0, 0.95, np.where(age >= 58, 0.66, np.where(age >= 20, 0.5, 0.0)))
    latest = np.minimum(alive_until(block), block.draw.today + increments.FULL - 1)
    return some(block, age >= 17, share, 300, earliest=block.kin.birth + int(17 * YEAR), latest=latest)


def insured_patients(block: Block) -> Sheet:
    """Health insurance: nearly everybody, with an employer or as a resident."""
    sheet = some(block, np.ones(len(block.kin), dtype=bool), 0.92, 290)
    working = block.work.employer[sheet.who] >= 0
    return replace(sheet, extra={"scheme": where(working, "职工医保", "居民医保"), "working": working})


def elders(block: Block) -> Sheet:
    """Registered residents of sixty and more."""
    here = ~block.kin.newcomer[block.kin.household] & (years(block) >= 60.2)
    return some(block, here, 0.72, 480, earliest=block.kin.birth + int(60 * YEAR))


def pupils(block: Block) -> Sheet:
    """Pupils of primary, middle and high schools; the sheet they stand on follows from the grade."""
    at_start = np.floor((_school_year(block.plan.as_of) - block.kin.birth) / YEAR).astype(np.int64)
    sheet = some(
        block,
        (at_start >= 6) & (at_start < 18) & (block.people.died_on == NEVER),
        0.86,
        260,
        earliest=block.kin.birth + int(6 * YEAR),
    )
    grade = at_start[sheet.who] - 6
    stage = np.where(grade < 6, 0, np.where(grade < 9, 1, 2))
    stages = ("小学", "初中", "高中")
    year = grade - np.asarray([0, 6, 9])[stage] + 1
    return replace(
        sheet,
        extra={
            "guardian": parent(block, sheet.who),
            "stage": take(words(list(stages)), stage),
            "grade": join(take(words(list(stages)), stage), text(year), "年级"),
        },
    )


def _school_year(on: date) -> int:
    """The first day of the school year that a day belongs to: 1 September."""
    return day(f"{on.year - (on.month < 9)}-09-01")


def savers(block: Block) -> Sheet:
    """Housing fund: staff of firms and offices; accounts of those who left keep their last employer."""
    kinds = np.append(block.organisations.kind, NOBODY)
    now, before = block.work.employer, block.work.former
    staff = np.isin(kinds[now], (FIRM, OFFICE))
    share = np.where(staff, 0.66, np.where(now >= 0, 0.5, np.where(before >= 0, 0.8, 0.0)))
    sheet = some(block, share > 0, share, 320, earliest=np.minimum(block.work.since, block.draw.today))
    left = now[sheet.who] < 0
    gone = block.draw.before(alive_until(block)[sheet.who], 2500, len(sheet), earliest=day("2004-06-01"))
    return replace(sheet, on=np.where(left, gone, sheet.on))


def disabled(block: Block) -> Sheet:
    """Holders of a disability certificate."""
    sheet = some(
        block, block.people.disability > 0, 0.97, 520, earliest=np.maximum(block.kin.birth + 400, day("2015-03-01"))
    )
    level = block.people.disability[sheet.who]
    card = join(take(block.people.number, sheet.who), text(block.draw.whole(1, 8, len(sheet))), text(level))
    return replace(sheet, extra={"card": card, "level": take(words(["", "一级", "二级", "三级", "四级"]), level)})
