"""Coordinates: GCJ-02 there and back, distances, boxes; laws that hold for every place."""

from math import cos, isclose, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.kernel.coordinates import (
    Datum,
    NoSuchPoint,
    UnknownDatum,
    box_around,
    from_gcj02,
    metres_between,
    to_cgcs2000,
    to_gcj02,
)

pytestmark = [pytest.mark.unit, pytest.mark.covers("G01")]
IN_CHINA = st.tuples(st.floats(73.6, 134.7), st.floats(18.2, 53.5))
ANYWHERE = st.tuples(st.floats(-179.9, 179.9), st.floats(-85, 85))
HALF_A_METRE = 0.5


@given(IN_CHINA)
def test_what_was_shifted_comes_back_to_less_than_half_a_metre(place: tuple[float, float]) -> None:
    assert metres_between(*place, *from_gcj02(*to_gcj02(*place))) < HALF_A_METRE


@given(IN_CHINA)
def test_inside_of_china_the_shift_is_some_hundred_metres(place: tuple[float, float]) -> None:
    assert 10 < metres_between(*place, *to_gcj02(*place)) < 1200


@given(ANYWHERE.filter(lambda place: not (72 <= place[0] <= 137.9 and 0.8 <= place[1] <= 55.9)))
def test_outside_of_china_nothing_is_shifted(place: tuple[float, float]) -> None:
    assert to_gcj02(*place) == place
    assert from_gcj02(*place) == place


def test_the_published_example_of_tiananmen() -> None:
    # The place of Tiananmen in both systems, as map services give it.
    east, north = to_gcj02(116.391349, 39.907375)
    assert isclose(east, 116.397593, abs_tol=2e-5)
    assert isclose(north, 39.908776, abs_tol=2e-5)


@pytest.mark.parametrize("datum", ["cgcs2000", "wgs84"])
def test_other_systems_are_kept_and_named(datum: str) -> None:
    point = to_cgcs2000(118.37, 31.33, datum)
    assert (point.longitude, point.latitude, point.datum_said) == (118.37, 31.33, Datum(datum))


def test_gcj02_is_converted_and_marked() -> None:
    point = to_cgcs2000(*to_gcj02(118.37, 31.33), "gcj02")
    assert point.datum_said is Datum.GCJ02
    assert metres_between(point.longitude, point.latitude, 118.37, 31.33) < HALF_A_METRE


@pytest.mark.parametrize("place", [(181, 0), (0, 91), (float("nan"), 0), (0, float("inf"))])
def test_what_is_no_place_on_earth_is_refused(place: tuple[float, float]) -> None:
    with pytest.raises(NoSuchPoint):
        to_cgcs2000(*place)


def test_a_system_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownDatum):
        to_cgcs2000(118, 31, "bd09")


@given(ANYWHERE, ANYWHERE)
def test_a_distance_is_the_same_both_ways(one: tuple[float, float], other: tuple[float, float]) -> None:
    assert isclose(metres_between(*one, *other), metres_between(*other, *one), abs_tol=1e-6)


def test_a_degree_of_latitude_is_some_111_kilometres() -> None:
    assert isclose(metres_between(118, 31, 118, 32), 111_195, abs_tol=50)


@given(IN_CHINA, st.floats(1, 5000), st.floats(0, 6.283))
def test_a_box_holds_every_place_within_its_metres(place: tuple[float, float], metres: float, direction: float) -> None:
    west, south, east, north = box_around(*place, metres)
    up = 0.999 * metres * cos(direction) / 111_195
    across = 0.999 * metres * sin(direction) / (111_195 * cos(radians(place[1])))
    there = place[0] + across, place[1] + up
    if metres_between(*place, *there) <= metres:
        assert west <= there[0] <= east
        assert south <= there[1] <= north
