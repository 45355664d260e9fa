from datetime import date
from itertools import pairwise

import pytest

from huimin.kernel.identifiers import (
    DivisionCode,
    NotADivisionCode,
    UnknownDivision,
    division_of,
    divisions_within,
    find_division,
    full_name,
    present_codes,
)
from huimin.kernel.identifiers.division import _tenures

pytestmark = pytest.mark.unit


def test_wuhu_has_seven_districts_and_counties_today():
    assert [(each.code, each.zh) for each in divisions_within("340200")] == [
        ("340202", "镜湖区"),
        ("340207", "鸠江区"),
        ("340209", "弋江区"),
        ("340210", "湾沚区"),
        ("340212", "繁昌区"),
        ("340223", "南陵县"),
        ("340281", "无为市"),
    ]


@pytest.mark.parametrize(
    ("old", "now"),
    [
        ("340203", "340209"),
        ("340204", "340202"),
        ("340208", "340209"),
        ("340221", "340210"),
        ("340222", "340212"),
        ("340225", "340281"),
        ("341422", "340281"),
        ("342623", "340281"),
        ("342524", "341881"),
        ("342625", "340522"),
        ("340281", "340281"),
    ],
)
def test_codes_merged_away_lead_to_those_of_today(old, now):
    assert present_codes(old) == {now}


def test_a_code_that_the_tables_do_not_know_leads_nowhere():
    assert present_codes("420922") == frozenset()
    assert find_division("420922") is None
    with pytest.raises(UnknownDivision):
        division_of("420922")


def test_one_code_may_have_had_two_divisions():
    assert division_of("340203", on=date(2000, 1, 1)).zh == "马塘区"
    assert division_of("340203", on=date(2010, 1, 1)).zh == "弋江区"
    assert find_division("340203", on=date(2021, 1, 1)) is None
    assert find_division("340203", on=date(1970, 1, 1)) is None


def test_a_change_known_by_its_year_counts_for_the_whole_year():
    merged, new = division_of("340208"), division_of("340209")
    assert merged.approximate
    assert new.approximate
    for day in (date(2020, 1, 1), date(2020, 12, 31)):
        assert merged.period.contains(day)
        assert new.period.contains(day)
    assert not merged.period.contains(date(2021, 1, 1))


def test_names_in_full():
    assert full_name("340202") == "安徽省芜湖市镜湖区"
    assert full_name("511083", language="en") == "Longchang, Neijiang, Sichuan"
    assert full_name("360000") == "江西省"


@pytest.mark.parametrize("city", ["340200", "511000", "220400", "360600"])
def test_the_four_cities_are_there(city):
    assert division_of(city).in_force
    assert divisions_within(city)
    assert all(DivisionCode(each.code).is_within(DivisionCode(city)) for each in divisions_within(city))


def test_every_successor_is_in_the_tables_and_no_tenures_of_a_code_overlap_by_more_than_a_year():
    for code, tenures in _tenures().items():
        DivisionCode(code)
        for earlier, later in pairwise(tenures):
            common = earlier.period.intersection(later.period)
            assert common is None or (common.until - common.start).days <= 366
        for division in tenures:
            assert all(successor in _tenures() for successor in division.successors), code
            assert division.in_force or division.successors or division.partial, code


def test_codes_by_level():
    code = DivisionCode.parse(" ３４０２８１ ")
    assert (code.province, code.prefecture) == ("340000", "340200")
    assert code.is_within(DivisionCode("340000"))
    assert code.is_within(code)
    assert not code.is_within(DivisionCode("341400"))


@pytest.mark.parametrize("text", ["", "34020", "000000", "990000", "34020X"])
def test_what_is_no_division_code_is_refused(text):
    with pytest.raises(NotADivisionCode):
        DivisionCode.parse(text)
