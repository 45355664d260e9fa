"""What is so in a block is coherent: ages, marriages, parents, addresses, work; and the shares are plausible."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huimin.kernel.identifiers import CitizenId, Uscc
from huimin.tooling.synth import reading, vocabulary
from huimin.tooling.synth.block import Plan, make_block
from huimin.tooling.synth.draws import NEVER, REFERENCE, YEAR, Draw, day
from huimin.tooling.synth.dwellings import Addresses, grid_codes, make_dwellings
from huimin.tooling.synth.grid import cell_codes, cells_of_areas
from huimin.tooling.synth.households import make_households
from huimin.tooling.synth.people import LEVELS, level_on, marital_on

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def block():
    return make_block(Plan("wuhu", 20_000, 5), 0)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**31), st.integers(1, 900))
def test_every_household_is_coherent(seed, people):
    kin = make_households(Draw(seed), people)
    assert len(kin) == people
    assert (np.diff(kin.household) >= 0).all()
    assert (np.bincount(kin.household[kin.role == 0]) == 1).all()
    for parent, sex, youngest in ((kin.mother, 2, 23), (kin.father, 1, 22)):
        known = parent >= 0
        years = (kin.birth[known] - kin.birth[parent[known]]) / YEAR
        assert (kin.sex[parent[known]] == sex).all()
        assert (years >= youngest).all()
        assert (years <= 60).all()
    married = np.flatnonzero(kin.spouse >= 0)
    assert (kin.spouse[kin.spouse[married]] == married).all()
    assert (kin.sex[married] != kin.sex[kin.spouse[married]]).all()
    assert (kin.married_on[married] == kin.married_on[kin.spouse[married]]).all()
    ever = kin.married_on < NEVER
    of_age = (kin.married_on[ever] - kin.birth[ever]) / YEAR
    assert (of_age >= np.where(kin.sex[ever] == 1, 22, 20)).all()
    assert (kin.married_on[ever] <= REFERENCE).all()
    for parent in (kin.mother, kin.father):
        known = parent >= 0
        assert (kin.married_on[parent[known]] < kin.birth[known]).all()
    ended = (kin.divorced_on < NEVER) | (kin.widowed_on < NEVER)
    assert (np.minimum(kin.divorced_on, kin.widowed_on)[ended] > kin.married_on[ended]).all()


def test_every_number_is_valid_and_nobody_shares_one(block):
    numbers = block.people.number.to_pylist()
    assert len(set(numbers)) == len(numbers) == 20_000
    for at, number in enumerate(numbers[:3000]):
        parsed = CitizenId.parse(number)
        assert parsed == number
        assert reading.date(number[6:14]) == str(np.datetime64(int(block.kin.birth[at]), "D"))
    former = [number for number in block.people.former_number.to_pylist() if number]
    assert former
    assert not set(former) & set(numbers)
    assert all(CitizenId.parse(number) == number for number in former)


def test_organisations_are_distinct_and_run_by_living_adults(block):
    codes = block.organisations.code.to_pylist()
    assert len(set(codes)) == len(codes)
    assert all(Uscc.parse(code) == code for code in codes)
    kinds = block.organisations.type.to_pylist()
    firms = [name for name, kind in zip(block.organisations.name.to_pylist(), kinds, strict=True) if kind == "企业"]
    assert len(set(firms)) == len(firms)
    heads = block.organisations.head
    assert (block.kin.birth[heads] < REFERENCE - 24 * YEAR).all()
    assert (block.people.died_on[heads] == NEVER).all()


def test_the_pyramid_is_that_of_a_prefecture_city(block):
    age = (REFERENCE - block.kin.birth) / YEAR
    assert 0.11 < (age < 15).mean() < 0.19
    assert 0.16 < (age >= 60).mean() < 0.27
    assert 0.47 < (block.kin.sex == 1).mean() < 0.53
    assert 0.10 < block.kin.newcomer[block.kin.household].mean() < 0.16
    assert 0.011 < (block.people.died_on < NEVER).mean() < 0.022
    permits = block.people.registered.sum() / block.kin.newcomer[block.kin.household].sum()
    assert 0.70 < permits < 0.80


def test_names_follow_the_father_and_are_seldom_strange(block):
    surname = block.people.surname.to_pylist()
    children = np.flatnonzero(block.kin.father >= 0)
    same = np.mean([surname[child] == surname[block.kin.father[child]] for child in children])
    assert same > 0.95
    assert 0.007 < (block.people.rare >= 0).mean() < 0.016
    assert 0.0005 < block.people.dotted.mean() < 0.005
    assert all(reading.name(name) for name in block.people.name.to_pylist()[:3000])


def test_nobody_acts_after_death(block):
    people, kin = block.people, block.kin
    dead = people.died_on < NEVER
    assert (people.died_on[dead] > kin.birth[dead]).all()
    assert (people.died_on[dead] <= REFERENCE).all()
    widowed = (people.widowed_on < NEVER) & (kin.spouse >= 0)
    assert (people.widowed_on[widowed] < people.died_on[widowed]).all()


def test_schooling_and_marriage_only_ever_move_forward(block):
    everybody = np.arange(len(block.kin))
    early, late = np.full(len(everybody), day("2005-01-01")), np.full(len(everybody), REFERENCE)
    ranks = [
        np.asarray([0, 1, 2, 3, 3, 4, 5, 6])[level_on(block.kin, block.people, everybody, on)] for on in (early, late)
    ]
    assert (ranks[0] <= ranks[1]).all()
    assert len(LEVELS) == 8
    before, after = (marital_on(block.kin, block.people, everybody, on) for on in (early, late))
    assert not ((before != 10) & (after == 10)).any()


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 10**6), st.integers(0, 99))
def test_no_two_dwellings_have_one_address(start, seed):
    places = vocabulary.places("wuhu")
    write = Addresses(places).standard
    both = write(make_dwellings(places, start=start, count=3000, seed=seed)).to_pylist()
    both += write(make_dwellings(places, start=start + 3000, count=3000, seed=seed)).to_pylist()
    assert len(set(both)) == 6000


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 2**31))
def test_every_habit_of_writing_an_address_keeps_its_parts(seed):
    places = vocabulary.places("wuhu")
    homes = make_dwellings(places, start=seed % 10**6, count=400, seed=seed)
    write = Addresses(places)
    full = write.standard(homes).to_pylist()
    told = write.habitual(Draw(seed), homes, np.full(400, day("2015-01-01")), incomplete=0.0, old_name=0.5).to_pylist()
    assert [reading.same_address(one) for one in told] == [reading.same_address(one) for one in full]
    cut = write.habitual(Draw(seed), homes, np.full(400, REFERENCE), incomplete=1.0, old_name=0.0).to_pylist()
    assert not any(reading.address(one) for one in cut)


def test_every_dwelling_lies_in_a_cell_of_the_citys_grid():
    places = vocabulary.places("wuhu")
    homes = make_dwellings(places, start=0, count=60_000, seed=1)
    counts = cells_of_areas(places)
    assert counts.sum() == places.grid_cells == 4505
    codes = set(grid_codes(places, homes).to_pylist())
    assert codes <= set(cell_codes(places))
    assert len(codes) > 4000


def test_a_building_and_a_village_group_lie_in_one_cell():
    places = vocabulary.places("wuhu")
    homes = make_dwellings(places, start=0, count=60_000, seed=1)
    blocks = zip(
        homes.district, homes.road, homes.rural, homes.town, homes.area, homes.group, np.where(homes.rural, 0, homes.number), homes.building,
        strict=True,
    )  # fmt: skip
    found = {}
    for block, code in zip(blocks, grid_codes(places, homes).to_pylist(), strict=True):
        assert found.setdefault(block, code) == code


def test_blocks_share_nobody():
    plan = Plan("wuhu", 6000, 9, least_block=3000)
    one, two = make_block(plan, 0), make_block(plan, 1)
    for column in ("number", "phone"):
        first, second = (set(getattr(block.people, column).drop_null().to_pylist()) for block in (one, two))
        assert not first & second
    assert not set(one.organisations.code.to_pylist()) & set(two.organisations.code.to_pylist())
