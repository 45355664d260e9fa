from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.kernel.periods import Period, PeriodEmpty
from huimin.kernel.tests.strategies import periods

pytestmark = pytest.mark.unit

moments = st.dates(date(2019, 12, 1), date(2020, 6, 1))


@given(periods(), periods(), moments)
def test_an_intersection_holds_what_both_hold(a, b, day):
    common = a.intersection(b)
    assert (common is not None and common.contains(day)) == (a.contains(day) and b.contains(day))
    assert common == b.intersection(a)
    assert (common is not None) == a.overlaps(b) == b.overlaps(a)


@given(periods(), periods(), periods())
def test_intersecting_is_associative(a, b, c):
    def both(x, y):
        return x and y and x.intersection(y)

    assert both(both(a, b), c) == both(a, both(b, c))


@given(periods(), periods(), moments)
def test_what_a_period_covers_it_contains(a, b, day):
    assert a.covers(a)
    if a.covers(b):
        assert a.overlaps(b)
        assert a.contains(day) or not b.contains(day)
    if a.covers(b) and b.covers(a):
        assert a == b


@given(periods(), moments)
def test_a_moment_is_before_in_or_after(a, day):
    assert [day < a.start, a.contains(day), a.ended_by(day)].count(True) == 1


def test_the_end_is_exclusive():
    january, february = Period(date(2026, 1, 1), date(2026, 2, 1)), Period(date(2026, 2, 1), date(2026, 3, 1))
    assert not january.overlaps(february)
    assert january.intersection(february) is None
    assert not january.contains(date(2026, 2, 1))
    assert january.ended_by(date(2026, 2, 1))


@pytest.mark.parametrize("until", [date(2026, 1, 1), date(2025, 1, 1)])
def test_a_period_is_never_empty(until):
    with pytest.raises(PeriodEmpty):
        Period(date(2026, 1, 1), until)


def test_days_and_instants_do_not_mix():
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    with pytest.raises(TypeError):
        Period(date(2026, 1, 1), noon)
    with pytest.raises(TypeError):
        Period(date(2026, 1, 1)).contains(noon)
    assert Period(noon).contains(datetime(2030, 1, 1, tzinfo=UTC))
