"""A block of the city: some tens of thousands of people with their homes and firms, made from one random stream of its own."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from huimin.tooling.synth import vocabulary
from huimin.tooling.synth.draws import Draw, Ints, day
from huimin.tooling.synth.dwellings import Addresses, Dwellings, make_dwellings
from huimin.tooling.synth.firms import Organisations, Work, how_many, make_organisations, make_work
from huimin.tooling.synth.households import Kin, make_households
from huimin.tooling.synth.identifiers import SEQUENCES
from huimin.tooling.synth.people import People, make_people

BLOCK: Final = 50_000
_LEAST_SHARE: Final = 12
"""Order codes a day, division and sex that every block must have to itself."""
_HOMES_A_PERSON: Final = 2


@dataclass(frozen=True)
class Plan:
    """A city to be made: which, how large, from which seed, as of which day. The same plan gives the same bytes."""

    city: str
    people: int
    seed: int
    as_of: date = date(2026, 6, 30)
    """the day of the delivery: nothing in the city happens after it"""
    least_block: int = BLOCK

    @property
    def today(self) -> int:
        """`as_of` as a day number."""
        return day(self.as_of.isoformat())

    @property
    def block(self) -> int:
        """People a block: more where the city would otherwise have too many blocks for the order codes."""
        return max(self.least_block, -(-self.people * _LEAST_SHARE // SEQUENCES))

    @property
    def blocks(self) -> int:
        """How many blocks."""
        return -(-self.people // self.block)

    @property
    def dwellings_a_block(self) -> int:
        """Dwellings that each block has to itself: two homes a person, and a place for every organisation."""
        return _HOMES_A_PERSON * self.block + sum(how_many(self.block))

    def people_in(self, block: int) -> int:
        """People in the block of this number, from 0."""
        return min(self.block, self.people - block * self.block)


@dataclass(frozen=True)
class Block:
    """Everything that is so in one block, and the stream from which its papers are drawn."""

    plan: Plan
    number: int
    draw: Draw
    names: vocabulary.Names
    places: vocabulary.Places
    addresses: Addresses
    kin: Kin
    people: People
    homes: Dwellings
    organisations: Organisations
    work: Work
    spare_home: int
    """the first dwelling that is neither a home nor a firm's"""

    @property
    def head(self) -> Ints:
        """The head of each household."""
        return np.flatnonzero(self.kin.role == 0)


def make_block(plan: Plan, number: int) -> Block:
    """The block of this number.

    Raises: vocabulary.NoSuchPlaces.
    """
    names, places, firms = vocabulary.names(), vocabulary.places(plan.city), vocabulary.firms()
    draw = Draw(plan.seed, number, today=plan.today)
    count, first = plan.people_in(number), number * plan.block
    kin = make_households(draw, count)
    households = len(kin.newcomer)
    entities, offices = how_many(plan.block)
    homes = make_dwellings(
        places,
        start=number * plan.dwellings_a_block,
        count=_HOMES_A_PERSON * count + sum(how_many(count)),
        seed=plan.seed,
    )
    people = make_people(
        draw,
        kin,
        names,
        places,
        home_district=homes.district[:households],
        first=first,
        share=number,
        shares=plan.blocks,
        seed=plan.seed,
    )
    organisations = make_organisations(
        draw,
        kin,
        people,
        names,
        places,
        firms,
        homes,
        first_home=2 * households,
        first=number * (entities + offices),
        seed=plan.seed,
    )
    return Block(
        plan=plan,
        number=number,
        draw=draw,
        names=names,
        places=places,
        addresses=Addresses(places),
        kin=kin,
        people=people,
        homes=homes,
        organisations=organisations,
        work=make_work(draw, kin, people, organisations),
        spare_home=2 * households + len(organisations),
    )
