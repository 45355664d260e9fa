"""What is so about each person: name, number, phone, schooling, work, address, and since when; and what was so before."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huimin.tooling.synth.draws import (
    NEVER,
    NOBODY,
    YEAR,
    Draw,
    Ints,
    Text,
    Truths,
    age_on,
    calendar,
    join,
    put,
    take,
    where,
    words,
)
from huimin.tooling.synth.households import CHILD, HEAD, PARENT, Kin
from huimin.tooling.synth.identifiers import citizen_numbers, phones
from huimin.tooling.synth.vocabulary import Names, Places

_WINDOW: Final = int(5.5 * YEAR)
"""Deaths of so many days are in the files; whoever died earlier is in none."""

# Born from the year on: shares of none, primary, middle, high and vocational school, college, bachelor, graduate (see LEVELS).
_SCHOOLING: Final = (
    (1900, (12, 48, 28, 8, 2, 1.5, 0.5, 0)),
    (1950, (3, 28, 46, 16, 4, 2, 1, 0)),
    (1965, (0.5, 14, 49, 18, 7, 8, 3.3, 0.2)),
    (1980, (0, 4, 33, 14, 11, 18, 18, 2)),
    (1992, (0, 1, 16, 12, 12, 25, 30, 4)),
)
LEVELS: Final = np.asarray([0, 80, 70, 60, 40, 30, 20, 10], dtype=np.int64)
_LEVEL_AGE: Final = np.asarray([0, 12, 15, 18, 18, 21, 22, 25], dtype=np.int64)


@dataclass(frozen=True)
class People:
    """Columns about people, in the order of `Kin`."""

    name: Text
    surname: Text
    short: Truths
    """two characters: some clerks put a space between them"""
    rare: Ints
    """which rare character the name ends with, or NOBODY"""
    dotted: Truths
    ethnicity: Text
    number: Text
    former_number: Text
    """the number held before it was corrected; null for most"""
    district: Ints
    origin: Ints
    """where a newcomer is registered, or NOBODY"""
    registered: Truths
    """a newcomer who has a residence permit"""
    died_on: Ints
    schooling: Ints
    """index into LEVELS of the highest degree"""
    phone: Text
    """null for none"""
    former_phone: Text
    phone_on: Ints
    home: Ints
    """dwelling"""
    former_home: Ints
    moved_on: Ints
    hukou: Ints
    """dwelling of registration; meaningless for newcomers"""
    widowed_on: Ints
    disability: Ints
    """1 (gravest) to 4, 0 for none"""


def make_people(
    draw: Draw,
    kin: Kin,
    words_: Names,
    places: Places,
    *,
    home_district: Ints,
    first: int,
    share: int,
    shares: int,
    seed: int,
) -> People:
    """Everything about these people that does not need the others' firms.

    `home_district` is that of each household's dwelling (dwelling h of household h, then households + h the former one);
    `first` the city-wide place of the first person; `share` of `shares` the block's part of the order codes.
    """
    count, house = len(kin), kin.household
    newcomer = kin.newcomer[house]
    households = len(kin.newcomer)
    origin = np.where(newcomer, draw.which([weight for _, _, weight in places.origins], households)[house], NOBODY)
    ethnicity_of = draw.which([*words_.ethnicities.values(), 1 - sum(words_.ethnicities.values())], households)[house]
    codes = words([*words_.ethnicities, "01"])
    name, surname, rare, dotted = _names(draw, kin, words_, ethnicity_of)
    died_on = _deaths(draw, kin)
    age = age_on(kin.birth, np.minimum(died_on, draw.today))

    own_district = np.where(
        draw.chance(count, np.where(kin.role == CHILD, 0.95, 0.8)),
        home_district[house],
        draw.which([d.share for d in places.districts], count),
    )
    prefix = _prefixes(draw, kin, places, own_district, origin)
    corrected = draw.few(count, 0.0036, ~newcomer)
    both = np.concatenate([np.arange(count), corrected])
    numbers = citizen_numbers(prefix[both], kin.birth[both], kin.sex[both], share=share, shares=shares)

    has_phone = draw.chance(count, np.interp(age, [9, 12, 14, 17, 60, 75, 90], [0.0, 0.5, 0.8, 0.99, 0.99, 0.92, 0.7]))
    changed = has_phone & draw.chance(count, 0.19) & (age > 18)
    phone_on = np.where(changed, draw.before(draw.today, 800, count, earliest=draw.today - 5000), NEVER)
    own, old = phones(2 * first, count, seed), phones(2 * first + count, count, seed)
    old = _given_out_again(draw, own, old, changed)

    moved = draw.chance(households, 0.36)
    settled = np.full(households, NEVER)
    np.minimum.at(settled, house[kin.role == HEAD], kin.birth[kin.role == HEAD] + int(20 * YEAR))
    moved_on = np.where(
        moved, np.maximum(draw.before(draw.today, 850, households, earliest=draw.today - 5500), settled), NEVER
    )
    followed = draw.chance(households, np.where(moved, 0.5, 0.95))
    return People(
        name=name,
        surname=surname,
        short=np.asarray(pc.equal(pc.utf8_length(name), 2)),
        rare=rare,
        dotted=dotted,
        ethnicity=take(codes, ethnicity_of),
        number=numbers.slice(0, count),
        former_number=put(pa.nulls(count, pa.string()), corrected, numbers.slice(count)),
        district=home_district[house],
        origin=origin,
        registered=newcomer & draw.chance(households, 0.75)[house],
        died_on=died_on,
        schooling=_schooling(draw, kin),
        phone=where(has_phone, own, None),
        former_phone=where(changed, old, None),
        phone_on=phone_on,
        home=house,
        former_home=households + house,
        moved_on=moved_on[house],
        hukou=np.where(followed, np.arange(households), households + np.arange(households))[house],
        widowed_on=_widowed(kin, died_on),
        disability=np.where(
            draw.chance(count, np.interp(age, [0, 30, 60, 80], [0.01, 0.022, 0.06, 0.09])), draw.whole(1, 5, count), 0
        ),
    )


def _names(draw: Draw, kin: Kin, vocabulary: Names, ethnicity: Ints) -> tuple[Text, Text, Ints, Truths]:
    count = len(kin)
    place = draw.which(vocabulary.surname_weights, count)
    # A family's name comes down from the father; a mother alone gives hers to half of her children.
    elder = kin.role == PARENT
    grandfather = np.full(len(kin.newcomer), NOBODY)
    grandfather[kin.household[elder & (kin.sex == 1)]] = place[elder & (kin.sex == 1)]
    heads = np.flatnonzero(kin.role == HEAD)
    inherited = grandfather[kin.household[heads]]
    place[heads] = np.where(inherited >= 0, inherited, place[heads])
    children = np.flatnonzero((kin.role == CHILD) & ((kin.father >= 0) | draw.chance(count, 0.5)))
    parent = np.where(kin.father[children] >= 0, kin.father[children], kin.mother[children])
    place[children] = np.where(parent >= 0, place[parent], place[children])

    year = calendar(kin.birth)[0]
    era = np.maximum(np.searchsorted(vocabulary.given_since, year, side="right") - 1, 0)
    era = np.where(draw.chance(count, 0.04), np.minimum(era + 1, len(vocabulary.given) - 1), era)
    first, second = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    pool: list[str] = []
    for at, lists in enumerate(vocabulary.given):
        for sex, characters in ((1, lists["male"]), (2, lists["female"])):
            mine = np.flatnonzero((era == at) & (kin.sex == sex))
            weights = [1 / (rank + 12) for rank in range(len(characters))]
            first[mine] = draw.which(weights, len(mine)) + len(pool)
            second[mine] = draw.which(weights, len(mine)) + len(pool)
            pool += list(characters)
    single = draw.chance(count, vocabulary.one_character_share)
    rare = np.where(draw.chance(count, vocabulary.rare_share), draw.whole(0, len(vocabulary.rare), count), NOBODY)
    surname = take(words(vocabulary.surnames), place)
    last = where(rare >= 0, take(words(vocabulary.rare), np.maximum(rare, 0)), take(words(pool), second))
    name = join(surname, where(single, "", take(words(pool), first)), last)

    dotted = np.zeros(count, dtype=bool)
    for code, forms in vocabulary.dotted.items():
        who = draw.few(count, 0.75, ethnicity == list(vocabulary.ethnicities).index(code))
        dots = [vocabulary.dots[0]] * len(who)
        given = [forms["male" if sex == 1 else "female"] for sex in kin.sex[who].tolist()]
        picks = draw.whole(0, 1000, 2 * len(who)).tolist()
        full = [
            f"{given[i][picks[2 * i] % len(given[i])]}{dots[i]}{forms['second'][picks[2 * i + 1] % len(forms['second'])]}"
            for i in range(len(who))
        ]
        name, dotted[who], rare[who] = put(name, who, full), True, NOBODY
    return name, surname, rare, dotted


def _prefixes(draw: Draw, kin: Kin, places: Places, district: Ints, origin: Ints) -> Ints:
    """The first six digits: the division of first issue, which may have been merged since."""
    year = calendar(kin.birth)[0]
    prefix = np.asarray([code for code, _, _ in places.origins], dtype=np.int64)[np.maximum(origin, 0)]
    for at, one in enumerate(places.districts):
        for new in (False, True):
            mine = np.flatnonzero((origin < 0) & (district == at) & ((year > 2020) == new))
            issue = [
                line for line in one.issue if line[1] <= (2021 if new else 2000) and line[2] >= (2021 if new else 2020)
            ]
            prefix[mine] = np.asarray([line[0] for line in issue])[draw.which([line[3] for line in issue], len(mine))]
    return prefix


def _deaths(draw: Draw, kin: Kin) -> Ints:
    age = (draw.today - kin.birth) / YEAR
    share = np.interp(age, [0, 30, 50, 60, 70, 80, 90, 100], [0.002, 0.0025, 0.007, 0.016, 0.039, 0.095, 0.22, 0.5])
    earliest = np.maximum(kin.birth + 30, draw.today - _WINDOW)
    # Whoever is a parent in the files lived to see the child; a head of household or a couple is dated no earlier than its wedding.
    for parent, child in ((kin.mother, np.arange(len(kin))), (kin.father, np.arange(len(kin)))):
        known = parent >= 0
        np.maximum.at(earliest, parent[known], kin.birth[child[known]] + 30)
    for since in (kin.married_on, kin.divorced_on, kin.widowed_on):
        earliest = np.maximum(earliest, np.where(since < NEVER, since + 30, earliest))
    dies = draw.chance(len(kin), share) & (earliest < draw.today - 10)
    return np.where(dies, draw.between(earliest, draw.today - 5, len(kin)), NEVER)


def _widowed(kin: Kin, died_on: Ints) -> Ints:
    known = kin.spouse >= 0
    death = np.where(known, died_on[kin.spouse], NEVER)
    return np.minimum(np.where(death < died_on, death, NEVER), kin.widowed_on)


def _schooling(draw: Draw, kin: Kin) -> Ints:
    year = calendar(kin.birth)[0]
    levels = np.zeros(len(kin), dtype=np.int64)
    for at, (since, shares) in enumerate(_SCHOOLING):
        until = _SCHOOLING[at + 1][0] if at + 1 < len(_SCHOOLING) else 3000
        mine = np.flatnonzero((year >= since) & (year < until))
        levels[mine] = draw.which(shares, len(mine))
    return levels


def _given_out_again(draw: Draw, own: Text, old: Text, changed: Truths) -> Text:
    """Some numbers that people gave up are other people's numbers today."""
    again = draw.few(len(changed), 0.05, changed)
    return put(old, again, take(own, draw.whole(0, max(len(changed), 1), len(again)))) if len(again) else old


def level_on(kin: Kin, people: People, who: Ints, on: Ints) -> Ints:
    """Index into LEVELS of the highest degree these people held on these days."""
    age, final = age_on(kin.birth[who], on), people.schooling[who]
    on_the_way = np.where(age >= 18, 3, np.where(age >= 15, 2, np.where(age >= 12, 1, 0)))
    return np.where(age >= _LEVEL_AGE[final], final, np.minimum(on_the_way, final))


def marital_on(kin: Kin, people: People, who: Ints, on: Ints) -> Ints:
    """10 single, 20 married, 30 widowed, 40 divorced: what was true of these people on these days."""
    status = np.where(on >= kin.married_on[who], 20, 10)
    status = np.where(on >= people.widowed_on[who], 30, status)
    return np.asarray(np.where(on >= kin.divorced_on[who], 40, status), dtype=np.int64)


def phone_on(people: People, who: Ints, on: Ints) -> Text:
    """The mobile number these people used on these days; null for none."""
    before = (on < people.phone_on[who]) & (people.phone_on[who] < NEVER)
    return where(before, take(people.former_phone, who), take(people.phone, who))


def home_on(people: People, who: Ints, on: Ints) -> Ints:
    """The dwelling in which these people lived on these days."""
    before = (on < people.moved_on[who]) & (people.moved_on[who] < NEVER)
    return np.where(before, people.former_home[who], people.home[who])
