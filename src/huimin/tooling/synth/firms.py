"""Organisations and work: firms, the self-employed, cooperatives and institutions, who runs them and who works there."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow.compute as pc

from huimin.tooling.synth.draws import (
    NEVER,
    NOBODY,
    YEAR,
    Draw,
    Ints,
    Text,
    Truths,
    join,
    spread,
    take,
    text,
    where,
    words,
)
from huimin.tooling.synth.dwellings import Dwellings
from huimin.tooling.synth.households import Kin
from huimin.tooling.synth.identifiers import credit_codes
from huimin.tooling.synth.people import People
from huimin.tooling.synth.vocabulary import Names, Places

PER_PERSON: Final = 0.0575
"""Market entities a person; institutions are a twenty-fourth of that."""
FIRM, SHOP, COOPERATIVE, OFFICE = range(4)


@dataclass(frozen=True)
class Organisations:
    """Columns about organisations, offices and institutions last."""

    kind: Ints
    type: Text
    code: Text
    name: Text
    industry: Text
    status: Text
    capital: Text
    """in 万元 as written; null for offices without"""
    scope: Text
    head: Ints
    """person who represents it"""
    former_head: Ints
    """the one before, or NOBODY"""
    place: Ints
    """dwelling"""
    approved_on: Ints
    registered: Truths
    """in the market register (or that of institutions)"""
    taxed: Truths
    weight: Any
    """how many work there, relatively"""

    def __len__(self) -> int:
        return len(self.kind)


@dataclass(frozen=True)
class Work:
    """Who works where since when, and where before; NOBODY for no employer."""

    employer: Ints
    since: Ints
    former: Ints


def how_many(people: int) -> tuple[int, int]:
    """Market entities and institutions of so many people."""
    entities = round(people * PER_PERSON)
    return entities, max(entities // 24, min(entities, 3))


def make_organisations(
    draw: Draw,
    kin: Kin,
    people: People,
    names: Names,
    places: Places,
    vocabulary: dict[str, Any],
    homes: Dwellings,
    *,
    first_home: int,
    first: int,
    seed: int,
) -> Organisations:
    """The organisations of a block; `first_home` is its first dwelling that is nobody's home, `first` the city-wide place of the first."""
    entities, offices = how_many(len(kin))
    count = entities + offices
    kinds = vocabulary["kinds"]
    kind = np.concatenate([draw.which([one["share"] for one in kinds], entities), np.full(offices, OFFICE)])
    place = first_home + np.arange(count)
    district = homes.district[place]
    office_kind = draw.whole(0, len(vocabulary["institutions"]), count)
    agency = np.asarray([one["type"] == "机关" for one in vocabulary["institutions"]])[office_kind]
    prefix = np.asarray([int(one["prefix"]) for one in kinds] + [12])[kind]
    prefix = np.where((kind == OFFICE) & agency, 11, prefix)
    codes = np.asarray([int(one.code) for one in places.districts])[district]

    names_, industries = _names(draw, names, places, vocabulary, kind, district, office_kind, first=first, seed=seed)
    adult = np.flatnonzero(
        (kin.birth < draw.today - 24 * YEAR) & (kin.birth > draw.today - 72 * YEAR) & (people.died_on == NEVER)
    )
    head, former_head = (draw.whole(0, max(len(adult), 1), count) for _ in range(2))
    adult = adult if len(adult) else np.zeros(1, dtype=np.int64)
    capital = _capital(draw, kinds, vocabulary, kind, office_kind)
    statuses = vocabulary["statuses"]
    status = where(kind == OFFICE, "存续", take(words(list(statuses)), draw.which(list(statuses.values()), count)))
    awkward = draw.chance(count, 0.013)
    return Organisations(
        kind=kind,
        type=where(
            kind == OFFICE,
            where(agency, "机关", "事业单位"),
            take(words([one["name"] for one in kinds]), np.minimum(kind, len(kinds) - 1)),
        ),
        code=credit_codes(prefix, codes, start=first, seed=seed),
        name=names_,
        industry=industries,
        status=status,
        capital=capital,
        scope=where(
            awkward,
            vocabulary["awkward_scope"],
            take(words(vocabulary["scopes"]), draw.whole(0, len(vocabulary["scopes"]), count)),
        ),
        head=adult[head],
        former_head=np.where(draw.chance(count, 0.05), adult[former_head], NOBODY),
        place=place,
        approved_on=draw.before(draw.today, 2400, count, earliest=9500),
        registered=draw.chance(count, np.where(kind == OFFICE, 1.0, 0.975)),
        taxed=draw.chance(count, np.where(kind == OFFICE, 0.0, 0.87)),
        weight=np.asarray([one["staff"] for one in kinds] + [60])[kind] * draw.stream.exponential(1.0, count),
    )


def _capital(draw: Draw, kinds: list[dict[str, Any]], vocabulary: dict[str, Any], kind: Ints, office: Ints) -> Text:
    """Capital as written: 万元 for market entities, yuan for institutions, nothing for agencies."""
    pool = [f"{one:g}" for line in kinds for one in line["capital"]] + [
        f"{one}.00" for one in (5000, 10000, 30000, 200000, 500000)
    ]
    sizes = [len(line["capital"]) for line in kinds] + [5]
    starts = np.cumsum([0, *sizes[:-1]])
    pick = starts[kind] + draw.whole(0, np.asarray(sizes)[kind], len(kind))
    agency = (kind == OFFICE) & np.asarray([one["type"] == "机关" for one in vocabulary["institutions"]])[office]
    return where(agency, None, take(words(pool), pick))


def _names(
    draw: Draw,
    names: Names,
    places: Places,
    vocabulary: dict[str, Any],
    kind: Ints,
    district: Ints,
    office: Ints,
    *,
    first: int,
    seed: int,
) -> tuple[Text, Text]:
    count = len(kind)
    brand_one, brand_two = words(list(vocabulary["brand_first"])), words(list(vocabulary["brand_second"]))
    heads, forms = words(vocabulary["company_heads"]), words(vocabulary["company_forms"])
    districts = take(words([one.name for one in places.districts]), district)
    where_it_is = where(np.asarray(pc.match_substring_regex(districts, "区$")), join(places.city, districts), districts)

    # A firm's name is a place in the list of all names of its kind, so that no two firms of the city bear the same.
    trades = vocabulary["trades"]["企业"]
    sizes = (len(brand_one), len(brand_two), len(trades), len(heads), len(forms))
    parts = []
    place = spread(np.arange(first, first + count), int(np.prod(sizes)), seed)
    for size in sizes:
        parts.append(place % size)
        place = place // size
    company = join(
        take(heads, parts[3]),
        take(brand_one, parts[0]),
        take(brand_two, parts[1]),
        take(words(list(trades)), parts[2]),
        take(forms, parts[4]),
    )
    industry = take(words(list(trades.values())), parts[2])

    surname = take(words(names.surnames), draw.which(names.surname_weights, count))
    style = draw.which([30, 25, 20, 25], count)
    brand = join(
        take(brand_one, draw.whole(0, len(brand_one), count)), take(brand_two, draw.whole(0, len(brand_two), count))
    )
    called = where(
        style == 0,
        join("老", surname),
        where(style == 1, join(surname, "记"), where(style == 2, join(surname, "姐"), brand)),
    )
    for at, trade in (
        (SHOP, vocabulary["trades"]["个体工商户"]),
        (COOPERATIVE, vocabulary["trades"]["农民专业合作社"]),
    ):
        pick = draw.whole(0, len(trade), count)
        shop = join(
            where_it_is if at == SHOP else districts, called if at == SHOP else brand, take(words(list(trade)), pick)
        )
        company = where(kind == at, shop, company)
        industry = where(kind == at, take(words(list(trade.values())), pick), industry)

    lines = vocabulary["institutions"]
    agency = np.asarray([one["type"] == "机关" for one in lines])[office]
    title = where(
        agency,
        "",
        take(words(vocabulary["institution_styles"]), draw.whole(0, len(vocabulary["institution_styles"]), count)),
    )
    public = join(
        places.city,
        districts,
        title,
        take(words([one["stem"] for one in lines]), office),
        _branches(kind, district, office, title, first),
    )
    return (
        where(kind == OFFICE, public, company),
        where(kind == OFFICE, take(words([one["industry"] for one in lines]), office), industry),
    )


def _branches(kind: Ints, district: Ints, office: Ints, title: Text, first: int) -> Text:
    """Nothing for the first office of a name in the city's first block, 第n分局 for those after it."""
    key = (
        pc.dictionary_encode(title).indices.to_numpy(zero_copy_only=False).astype(np.int64)
        + 100 * office
        + 10_000 * district
    )
    offices = np.flatnonzero(kind == OFFICE)
    order = offices[np.argsort(key[offices], kind="stable")]
    starts = np.concatenate([[True], key[order][1:] != key[order][:-1]])[: len(order)]
    rank = np.zeros(len(kind), dtype=np.int64)
    rank[order] = np.arange(len(order)) - np.maximum.accumulate(np.where(starts, np.arange(len(order)), 0)) + first
    return where(rank > 0, join("第", text(rank), "分部"), "")


def make_work(draw: Draw, kin: Kin, people: People, organisations: Organisations) -> Work:
    """Most adults of working age have an employer; some changed it, a few of them lately."""
    count = len(kin)
    age = (draw.today - kin.birth) / YEAR
    retires = np.where(kin.sex == 1, 60, 55)
    start = np.asarray([18, 16, 16, 18.5, 18.5, 21.5, 22.5, 25.5])[people.schooling]
    employed = (age > start) & (age < retires) & draw.chance(count, 0.86) & (people.died_on == NEVER)
    weights = np.where(np.asarray(pc.match_substring(organisations.status, "存续")), organisations.weight, 0.0)
    if not weights.sum():
        return Work(employer=np.full(count, NOBODY), since=np.full(count, NEVER), former=np.full(count, NOBODY))
    employer, former = draw.which(weights, count), draw.which(weights, count)
    # Those who stopped are kept by the fund with their last employer.
    left = (age >= retires) & (age < 72) & draw.chance(count, 0.06)
    earliest = kin.birth + (start * YEAR).astype(np.int64)
    return Work(
        employer=np.where(employed, employer, NOBODY),
        since=draw.before(draw.today, 1300, count, earliest=earliest),
        former=np.where((employed & draw.chance(count, 0.42)) | left, former, NOBODY),
    )


def employer_on(work: Work, who: Ints, on: Ints) -> Ints:
    """For whom these people worked on these days, or NOBODY."""
    return np.where(on >= work.since[who], work.employer[who], work.former[who])
