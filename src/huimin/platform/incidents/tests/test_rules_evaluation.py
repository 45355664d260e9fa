"""The measures of GB/T 30428.4, and hot spots."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.platform.incidents.rules.evaluation import (
    COUNTED,
    MEASURES,
    RATES,
    Counts,
    Course,
    Measure,
    counts_of,
    publishable,
    ranked,
    total,
)
from huimin.platform.incidents.rules.hotspots import FEWEST, Spot, hot_spots, tail

pytestmark = [pytest.mark.unit, pytest.mark.covers("G01")]

START = datetime(2026, 6, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def closed(**otherwise: object) -> Course:
    way: dict[str, object] = {
        "reported_at": START,
        "filed_at": START + HOUR,
        "dispatched_at": START + 2 * HOUR,
        "dispose_by": START + 6 * HOUR,
        "disposed_at": START + 5 * HOUR,
        "checked_at": START + 6 * HOUR,
        "close_by": START + 8 * HOUR,
        "closed_at": START + 7 * HOUR,
    }
    return Course(**{**way, **otherwise})  # type: ignore[arg-type]  # a table of times, as the tests vary it


def value(measure: Measure, *courses: Course, at: datetime = START + 100 * HOUR) -> float | None:
    return MEASURES[measure].value(total(counts_of(one, at=at) for one in courses))


def test_one_that_went_well_has_every_rate_at_a_hundred_and_no_rework() -> None:
    found = {measure: value(measure, closed()) for measure in RATES}
    assert found == {measure: (0.0 if measure is Measure.REWORK else 100.0) for measure in RATES}
    assert [value(measure, closed()) for measure in MEASURES if measure not in RATES] == [1.0, 1.0, 3.0, 7.0]


def test_nothing_is_no_figure() -> None:
    assert all(ratio.value(Counts()) is None for ratio in MEASURES.values())


def test_what_is_not_due_yet_is_not_counted_as_missed() -> None:
    young = closed(disposed_at=None, checked_at=None, closed_at=None)
    before, after = START + 3 * HOUR, START + 7 * HOUR
    assert counts_of(young, at=before).due_disposal == 0
    assert counts_of(young, at=after).due_disposal == 1
    assert value(Measure.ON_TIME_DISPOSAL, young, at=after) == 0.0
    assert counts_of(young, at=START + 9 * HOUR).overdue == 1


def test_a_late_disposal_counts_as_disposed_and_not_as_on_time() -> None:
    late = closed(disposed_at=START + 7 * HOUR)
    assert value(Measure.DISPOSAL, late) == 100.0
    assert value(Measure.ON_TIME_DISPOSAL, closed(), late) == 50.0


def test_returns_and_reworks_count_once_for_an_incident() -> None:
    back = closed(returns=3, reworks=2)
    assert value(Measure.RIGHT_DISPATCH, closed(), back) == 50.0
    assert value(Measure.REWORK, closed(), back) == 50.0


def test_filing_is_among_those_decided() -> None:
    refused = Course(reported_at=START, ended_unfiled_at=START + HOUR)
    waiting = Course(reported_at=START)
    assert value(Measure.FILING, closed(), refused, waiting) == 50.0


def test_the_best_comes_first_and_who_has_no_figure_last() -> None:
    late = counts_of(closed(closed_at=START + 20 * HOUR), at=START + 30 * HOUR)
    good = counts_of(closed(), at=START + 30 * HOUR)
    rows = {"b": late, "c": Counts(), "a": good}
    assert ranked(rows, Measure.ON_TIME_CLOSE) == ["a", "b", "c"]
    assert ranked(rows, Measure.HOURS_TO_CLOSE) == ["a", "b", "c"]


hours = st.integers(min_value=0, max_value=200).map(lambda number: START + number * HOUR)
courses = st.builds(
    Course,
    reported_at=st.just(START),
    filed_at=st.none() | hours,
    dispatched_at=st.none() | hours,
    dispose_by=st.none() | hours,
    disposed_at=st.none() | hours,
    checked_at=st.none() | hours,
    close_by=st.none() | hours,
    closed_at=st.none() | hours,
    returns=st.integers(0, 3),
    reworks=st.integers(0, 3),
)


@given(st.lists(courses), st.lists(courses))
def test_counts_of_parts_add_up_to_those_of_the_whole(some: list[Course], others: list[Course]) -> None:
    at = START + 300 * HOUR
    whole = total(counts_of(one, at=at) for one in [*some, *others])
    assert whole == total(counts_of(one, at=at) for one in some) + total(counts_of(one, at=at) for one in others)
    assert all(getattr(whole, name) >= 0 for name in COUNTED)


def test_the_tail_is_the_chance_of_so_many_or_more() -> None:
    assert tail(0, 2.0) == 1.0
    assert tail(1, 2.0) == pytest.approx(0.864665, abs=1e-6)
    assert tail(5, 2.0) == pytest.approx(0.052653, abs=1e-6)


def test_a_place_with_more_than_it_used_to_have_is_hot_and_one_with_as_many_is_not() -> None:
    usual, sudden, few = Spot("340202002", "01"), Spot("340207001", "05"), Spot("340209001", "04")
    found = hot_spots({usual: 10, sudden: 8, few: FEWEST - 1}, {usual: [9, 11, 10, 10], sudden: [1, 0, 2, 1]}, weeks=4)
    assert [one.spot for one in found] == [sudden]
    assert found[0].weeks == (1, 0, 2, 1)
    assert not found[0].is_new


@given(st.integers(0, 60), st.integers(0, 60), st.floats(0.1, 50))
def test_more_of_them_are_never_likelier(one: int, other: int, expected: float) -> None:
    few, many = sorted((one, other))
    assert 0.0 <= tail(many, expected) <= tail(few, expected) + 1e-12 <= 1.0 + 1e-12


def test_weeks_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="3 weeks, not 4"):
        hot_spots({Spot("340202002", "01"): 9}, {Spot("340202002", "01"): [1, 2, 3]}, weeks=4)


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 30), max_size=8))
def test_what_is_published_never_gives_away_what_is_withheld(reported: dict[str, int]) -> None:
    rows = {key: Counts(reported=number) for key, number in reported.items()}
    shown = publishable(rows, smallest=5)
    withheld = [rows[key].reported for key in rows if key not in shown and rows[key].reported]
    assert all(rows[key].reported == 0 or rows[key].reported >= 5 for key in shown)
    assert len(withheld) != 1 or not any(rows[key].reported for key in shown)
