"""Who lives with whom: households of one to seven, couples, children and the parents who moved in, all of coherent ages.

A mother is 23 to 43 at a birth, a father at least 22, a couple is of marrying age (22 and 20) on its day and before its first child.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from huimin.tooling.synth.draws import NEVER, NOBODY, YEAR, Draw, Ints, Reals, Truths

HEAD, SPOUSE, CHILD, PARENT = 0, 1, 2, 3
_AGES: Final = (20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90)
_HEADS: Final = (2.5, 8, 13, 12, 10.5, 9.5, 9.5, 9, 7, 6, 6, 3.6, 2.2, 1, 0.4)
_NEWCOMER_HEADS: Final = (8, 17, 19, 16, 13, 10, 7, 4, 3, 1.5, 1, 0.3, 0.1, 0.1, 0)
NEWCOMERS: Final = 0.145
"""Households from elsewhere, of all; they are smaller, so that about one person in eight is one."""

_MARRYING_MAN, _MARRYING_WOMAN = 22.05, 20.05
_FIRST_BIRTH: Final = 23.2


@dataclass(frozen=True)
class Kin:
    """People in the order of their households; every index is into the same columns."""

    household: Ints
    role: Ints
    sex: Ints
    birth: Ints
    mother: Ints
    father: Ints
    spouse: Ints
    former_spouse: Ints
    married_on: Ints
    """the day of the present or last marriage, or NEVER"""
    divorced_on: Ints
    widowed_on: Ints
    newcomer: Truths
    """per household"""

    def __len__(self) -> int:
        return len(self.sex)


def make_households(draw: Draw, people: int) -> Kin:
    """Exactly `people` people in households; the last household may have lost a few members to the count."""
    count = people // 2 + 40
    newcomer = draw.chance(count, NEWCOMERS)
    bands = np.where(newcomer, draw.which(_NEWCOMER_HEADS, count), draw.which(_HEADS, count))
    age = np.asarray(_AGES, dtype=np.float64)[bands] + draw.real(0, 5, count)
    man = draw.chance(count, 0.66)
    ever = draw.chance(count, np.interp(age, [21, 24, 27, 30, 36, 60], [0.0, 0.2, 0.55, 0.82, 0.95, 0.98])) & (
        age >= 24
    )
    gap = np.clip(draw.normal(2, 2.2, count), -1, 8)  # he is older by so much
    other = np.where(man, np.maximum(age - gap, 21.3 + draw.real(0, 1.5, count)), age + gap)
    widowed = ever & draw.chance(count, np.interp(age, [40, 60, 70, 80, 90], [0.005, 0.06, 0.18, 0.42, 0.7]))
    divorced = ever & ~widowed & draw.chance(count, 0.045)
    together = ever & ~widowed & ~divorced
    wife = np.where(man, other, age)
    husband = np.where(man, age, other)

    births, lives_here = _children(draw, ever, wife, divorced)
    first = births.max(axis=1)  # the eldest child's age, negative for none
    wedding = _wedding_age(draw, wife, husband, first)

    grown = (age > 26) & (age < 62)
    with_parents = grown & draw.chance(count, np.where(newcomer, 0.05, 0.26))
    which = draw.which([50, 36, 14], count)  # both, mother only, father only
    mother_age = age + draw.peaked(_FIRST_BIRTH, 26, 36, count)
    father_age = mother_age + np.clip(draw.normal(2, 2.2, count), -1, 8)
    has_mother = with_parents & (which != 2) & (mother_age < 98)
    has_father = with_parents & (which != 1) & (father_age < 98)

    every = np.arange(count)
    parts = [
        _part(every, HEAD, np.where(man, 1, 2), age),
        _part(every[together], SPOUSE, np.where(man, 2, 1)[together], other[together]),
        *[
            _part(
                every[lives_here[:, k]],
                CHILD,
                2 - draw.chance(int(lives_here[:, k].sum()), 0.52),
                births[lives_here[:, k], k],
            )
            for k in range(births.shape[1])
        ],
        _part(every[has_father], PARENT, np.full(int(has_father.sum()), 1), father_age[has_father]),
        _part(every[has_mother], PARENT, np.full(int(has_mother.sum()), 2), mother_age[has_mother]),
    ]
    household, role, sex, ages = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.argsort(household * 4 + role, kind="stable")[:people]
    household, role, sex = household[order], role[order], sex[order]
    birth = draw.today - np.ceil(ages[order] * YEAR).astype(np.int64)
    size = int(household[-1]) + 1
    kin = Kin(
        household=household,
        role=role,
        sex=sex,
        birth=birth,
        mother=np.full(people, NOBODY),
        father=np.full(people, NOBODY),
        spouse=np.full(people, NOBODY),
        former_spouse=np.full(people, NOBODY),
        married_on=np.full(people, NEVER),
        divorced_on=np.full(people, NEVER),
        widowed_on=np.full(people, NEVER),
        newcomer=newcomer[:size],
    )
    _relate(draw, kin, wedding[:size], widowed[:size], divorced[:size])
    return kin


def _part(household: Ints, role: int, sex: Ints, age: Reals) -> tuple[Ints, Ints, Ints, Reals]:
    return household, np.full(len(household), role), sex.astype(np.int64), age


def _children(draw: Draw, ever: Truths, mother: Reals, divorced: Truths) -> tuple[Reals, Truths]:
    """Ages of up to three children (negative: not born) and whether each still lives at home."""
    count = len(ever)
    at_birth = draw.peaked(_FIRST_BIRTH, 25.5, 35, count)
    wanted = np.where(mother < 50, draw.which([12, 50, 33, 5], count), draw.which([8, 56, 29, 7], count))
    wanted = np.where(divorced, np.minimum(wanted, 1), wanted)
    ages, here = np.full((count, 3), -1.0), np.zeros((count, 3), dtype=bool)
    for k in range(3):
        born = ever & (wanted > k) & (at_birth < 43) & (mother - at_birth > 0.01)
        ages[:, k] = np.where(born, mother - at_birth, -1.0)
        stays = np.interp(ages[:, k], [0, 17, 19, 24, 28, 34], [1.0, 0.97, 0.75, 0.5, 0.2, 0.03])
        here[:, k] = born & (ages[:, k] < 40) & draw.chance(count, stays * np.where(divorced, 0.6, 1.0))
        at_birth = at_birth + draw.real(1.3, 6.5, count)
    return ages, here


def _wedding_age(draw: Draw, wife: Reals, husband: Reals, eldest: Reals) -> Reals:
    """How many years ago each couple married: of age, and before the eldest child if there is one."""
    count = len(wife)
    earliest = np.minimum(wife - _MARRYING_WOMAN, husband - _MARRYING_MAN)  # years ago
    childless = np.minimum(wife - draw.peaked(20.5, 25, 36, count), earliest)
    with_child = np.minimum(eldest + draw.peaked(0.8, 1.4, 5, count), earliest)
    return np.maximum(np.where(eldest > 0, with_child, childless), 0.02)


def _relate(draw: Draw, kin: Kin, wedding: Reals, widowed: Truths, divorced: Truths) -> None:
    """Fill in who is married to whom, whose child is whose, and the days on which that changed."""
    size = len(wedding)
    place = np.arange(len(kin))
    head, spouse = np.full(size, NOBODY), np.full(size, NOBODY)
    head[kin.household[kin.role == HEAD]] = place[kin.role == HEAD]
    spouse[kin.household[kin.role == SPOUSE]] = place[kin.role == SPOUSE]
    father, mother = np.full(size, NOBODY), np.full(size, NOBODY)  # of the head
    elders = kin.role == PARENT
    father[kin.household[elders & (kin.sex == 1)]] = place[elders & (kin.sex == 1)]
    mother[kin.household[elders & (kin.sex == 2)]] = place[elders & (kin.sex == 2)]

    day = draw.today - np.floor(wedding * YEAR).astype(np.int64)
    pair = spouse >= 0
    for one, two in ((head, spouse), (spouse, head)):
        kin.spouse[one[pair]] = two[pair]
        kin.married_on[one[pair]] = day[pair]
    alone = (widowed | divorced) & (head >= 0)
    kin.married_on[head[alone]] = day[alone]

    children = np.flatnonzero(kin.role == CHILD)
    for parents in (head, spouse):
        known = parents[kin.household[children]]
        for sex, column in ((1, kin.father), (2, kin.mother)):
            fits = (known >= 0) & (kin.sex[known] == sex)
            column[children[fits]] = known[fits]
    for parents, column in ((father, kin.father), (mother, kin.mother)):
        known = (parents >= 0) & (head >= 0)
        column[head[known]] = parents[known]
    both = (father >= 0) & (mother >= 0) & (head >= 0)
    old_day = kin.birth[head[both]] - draw.whole(300, 900, int(both.sum()))
    of_age = np.maximum(
        kin.birth[father[both]] + int(_MARRYING_MAN * YEAR), kin.birth[mother[both]] + int(_MARRYING_WOMAN * YEAR)
    )
    for one, two in ((father, mother), (mother, father)):
        kin.spouse[one[both]] = two[both]
        kin.married_on[one[both]] = np.maximum(old_day, of_age)
    for only in (father[(father >= 0) & ~both], mother[(mother >= 0) & ~both]):
        kin.married_on[only] = kin.birth[only] + int(23 * YEAR)
        kin.widowed_on[only] = draw.between(kin.birth[only] + int(48 * YEAR), draw.today - 200, len(only))

    # A youngest child still at home was born before the marriage ended.
    last = np.full(size, np.int64(0))
    np.maximum.at(last, kin.household[children], kin.birth[children])
    lone = head[(widowed & (head >= 0))]
    since = np.maximum(kin.married_on[lone] + 400, last[kin.household[lone]] + 30)
    kin.widowed_on[lone] = draw.between(np.maximum(since, draw.today - 9000), draw.today - 200, len(lone))
    first = np.full(size, NEVER)
    np.minimum.at(first, kin.household[children], kin.birth[children])
    _pair_divorced(draw, kin, head[divorced & (head >= 0)], first, last)


def _pair_divorced(draw: Draw, kin: Kin, people: Ints, first_birth: Ints, last_birth: Ints) -> None:
    """Divorced men and women of like age were each other's; whoever is left over was divorced elsewhere."""
    men, women = (people[kin.sex[people] == sex] for sex in (1, 2))
    men, women = men[np.argsort(kin.birth[men], kind="stable")], women[np.argsort(kin.birth[women], kind="stable")]
    both = min(len(men), len(women))
    men, women = men[:both], women[:both]
    wedding = np.maximum(kin.married_on[men], kin.married_on[women])
    fits = wedding < np.minimum(first_birth[kin.household[men]], first_birth[kin.household[women]]) - 30
    men, women, wedding = men[fits], women[fits], wedding[fits]
    kin.former_spouse[men], kin.former_spouse[women] = women, men
    kin.married_on[men] = kin.married_on[women] = wedding
    parted = np.maximum(kin.married_on[people] + 200, last_birth[kin.household[people]] + 60)
    kin.divorced_on[people] = np.minimum(
        draw.between(parted, np.minimum(parted + 5500, draw.today - 15), len(people)), draw.today
    )
    day = np.maximum(kin.divorced_on[men], kin.divorced_on[women])
    kin.divorced_on[men] = kin.divorced_on[women] = day
