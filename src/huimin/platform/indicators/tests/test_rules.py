"""Bands, shares, ratios."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.platform.indicators.rules import (
    AgeBand,
    AgeingStage,
    AgeStructure,
    age_bands,
    ageing_stage,
)

pytestmark = pytest.mark.unit
rising = st.lists(st.integers(1, 110), unique=True, max_size=12).map(lambda ages: [0, *sorted(ages)])


@given(rising, st.integers(0, 130))
def test_every_age_has_exactly_one_band(starts, age):
    assert sum(band.holds(age) for band in age_bands(starts)) == 1


@pytest.mark.parametrize("starts", [[], [5, 10], [0, 10, 10], [0, 10, 5]])
def test_bands_begin_at_zero_and_rise(starts):
    with pytest.raises(ValueError, match="bands of age"):
        age_bands(starts)


def test_bands_have_codes_and_lie_within_each_other():
    young, old = age_bands([0, 60])
    assert (young.code, old.code) == ("0-59", "60+")
    assert AgeBand(60, 64).is_within(old)
    assert not old.is_within(AgeBand(60, 64))
    assert not AgeBand(55, 64).is_within(young)


@given(st.lists(st.integers(0, 10_000), min_size=5, max_size=5))
def test_shares_and_ratios_are_those_of_the_people_themselves(numbers):
    people = dict(zip(age_bands([0, 15, 60, 65, 80]), numbers, strict=True))
    structure = AgeStructure(people)
    whole, working = sum(numbers), numbers[1] + numbers[2]
    assert structure.of_known_age == whole
    assert structure.share_from(60) == (pytest.approx(100 * sum(numbers[2:]) / whole) if whole else None)
    assert structure.old_ratio == (pytest.approx(100 * sum(numbers[3:]) / working) if working else None)
    assert structure.dependency_ratio == (
        pytest.approx(100 * (numbers[0] + numbers[3] + numbers[4]) / working) if working else None
    )


def test_a_withheld_band_withholds_what_would_give_it_away():
    structure = AgeStructure(dict(zip(age_bands([0, 15, 60, 65, 80]), [100, 500, 60, 80, None], strict=True)))
    assert structure.of_known_age is None
    assert structure.share_from(60) is None
    assert structure.stage is None
    assert structure.child_ratio == pytest.approx(100 * 100 / 560)
    assert structure.old_ratio is None
    assert structure.dependency_ratio is None


def test_a_band_that_crosses_the_edge_cannot_tell():
    structure = AgeStructure(dict(zip(age_bands([0, 50, 70]), [100, 500, 60], strict=True)))
    assert structure.share_from(60) is None
    assert structure.share_from(70) == pytest.approx(100 * 60 / 660)


@pytest.mark.covers("D07")
@pytest.mark.parametrize(
    ("share_60", "share_65", "stage"),
    [
        (9.9, 6.9, AgeingStage.NOT_YET),
        (10, 6.9, AgeingStage.MILD),
        (9.9, 7, AgeingStage.MILD),
        (20, 13, AgeingStage.MODERATE),
        (18, 14, AgeingStage.MODERATE),
        (30, 20, AgeingStage.SEVERE),
        (29, 21, AgeingStage.SEVERE),
    ],
)
def test_the_stage_of_ageing_is_the_further_one(share_60, share_65, stage):
    assert ageing_stage(share_60, share_65) is stage
