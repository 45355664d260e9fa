"""The geometry of charts."""

from itertools import pairwise

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from huimin.platform.ui.charts import (
    LABEL_GAP,
    Band,
    Bar,
    BarChart,
    LineChart,
    Pyramid,
    Series,
    number,
    round_up,
    spread,
)

pytestmark = pytest.mark.unit
values = st.one_of(st.none(), st.integers(0, 10**9))


@given(st.lists(values, min_size=1, max_size=12))
def test_bars_fit_and_keep_their_proportion(numbers):
    chart = BarChart(title="t", summary="s", bars=[Bar(label=str(i), value=v) for i, v in enumerate(numbers)])
    drawn = chart.drawn()
    assert all(0 <= bar.width <= 100 for bar in drawn)
    assert [bar.withheld for bar in drawn] == [value is None for value in numbers]
    largest = max((v or 0 for v in numbers), default=0)
    assert all(
        bar.width == pytest.approx(100 * (v or 0) / largest, abs=0.01)
        for bar, v in zip(drawn, numbers, strict=True)
        if largest
    )
    assert len(chart.table().rows) == len(numbers)


def test_a_withheld_number_is_a_word_in_the_drawing_and_in_the_table():
    chart = Pyramid(
        title="t", summary="s", bands=[Band(label="0–9", left=None, right=40), Band(label="10–19", left=20, right=10)]
    )
    with translation.override("zh-hans"):
        band = chart.drawn()[0]
        assert (band.left, band.left_width, band.left_start) == ("不公布", 0, 100)
        assert chart.table().rows[0] == ["0–9", "不公布", "40"]
    assert chart.drawn()[1].left_width == 50


def test_a_line_breaks_where_a_value_is_missing():
    chart = LineChart(
        title="t", summary="s", points=["1", "2", "3", "4"], series=[Series(label="a", values=[0, 5, None, 10])]
    )
    line = chart.drawn()[0]
    assert line.runs == ["0.0,92.0 33.33,50.0", "100.0,8.0"]
    assert chart.table().rows[2] == ["3", "—"]


def test_a_line_chart_refuses_what_cannot_be_told_apart():
    with pytest.raises(ValueError, match="at most 4"):
        LineChart(title="t", summary="s", points=["1"], series=[Series(label=str(i), values=[1]) for i in range(5)])
    with pytest.raises(ValueError, match="one value for each point"):
        LineChart(title="t", summary="s", points=["1", "2"], series=[Series(label="a", values=[1])])


@given(st.lists(st.floats(8, 92), min_size=1, max_size=4))
def test_end_labels_never_touch(places):
    moved = spread(places, gap=LABEL_GAP)
    ordered = sorted(moved)
    assert all(b - a >= LABEL_GAP - 0.02 for a, b in pairwise(ordered))
    assert max(moved) <= 92.01


@given(st.integers(1, 10**12))
def test_the_scale_ends_just_above_the_largest(value):
    assert value <= round_up(value) <= 2 * value


@given(st.integers(1, 60))
def test_axis_labels_are_few_and_hold_both_ends(count):
    chart = LineChart(
        title="t", summary="s", points=[str(i) for i in range(count)], series=[Series(label="a", values=[1] * count)]
    )
    texts = [tick.text for tick in chart.x_ticks()]
    assert len(texts) <= 8
    assert texts[0] == "0"
    assert texts[-1] == str(count - 1)
    assert len(set(texts)) == len(texts)


def test_numbers_read_in_thousands():
    with translation.override("zh-hans"):
        assert [number(n) for n in (20000, 98.6, 0)] == ["20,000", "98.6", "0"]
