"""No small figure is published, and none can be computed back: held against attackers who do not share the rules' own method."""

import dataclasses
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, given, settings

from huimin.platform.indicators.rules import Crossing, Figure, PopulationTables, room, rounded, withheld
from huimin.platform.indicators.tests.factories import populations

pytestmark = pytest.mark.unit
SMALLEST = 10


def equations(tables: PopulationTables) -> list[dict[Figure, int]]:
    """Every sum that outsiders know to be zero: parts less their total, over all tables at once, unpublished refinements included."""
    figures = set(tables.figures())
    found = []
    for dimension, categories in tables.totals.items():
        if dimension in tables.shown:
            found.append({((dimension, c),): 1 for c in categories} | {(): -1})
    for (one, two), crossing in tables.crossings.items():
        for place, dimension in enumerate((one, two)):
            for category in tables.totals[dimension]:
                inside = [pair for pair in crossing.cells if pair[place] == category]
                if crossing.shown:
                    row = {((one, a), (two, b)): 1 for a, b in inside}
                elif place == 0 and one in tables.shown and two in tables.shown:
                    row = {((two, b),): 1 for _, b in inside}
                else:
                    continue
                found.append(row | {((dimension, category),): -1})
    assert all(figure in figures for row in found for figure in row)
    return found


def solved(rows: list[dict[Figure, int]], unknown: set[Figure]) -> set[Figure]:
    """The unknown figures that elimination over the equations gives away exactly."""
    order = sorted(unknown, key=str)
    matrix = [[Fraction(row.get(figure, 0)) for figure in order] for row in rows]
    pivots: list[int] = []
    for column in range(len(order)):
        pivot = next((r for r in range(len(pivots), len(matrix)) if matrix[r][column]), None)
        if pivot is None:
            continue
        at = len(pivots)
        matrix[at], matrix[pivot] = matrix[pivot], matrix[at]
        matrix[at] = [value / matrix[at][column] for value in matrix[at]]
        for r, row in enumerate(matrix):
            if r != at and row[column]:
                matrix[r] = [a - row[column] * b for a, b in zip(row, matrix[at], strict=True)]
        pivots.append(column)
    return {order[column] for r, column in enumerate(pivots) if sum(map(bool, matrix[r])) == 1}


def squeezed(
    rows: list[dict[Figure, int]], known: dict[Figure, int], unknown: set[Figure]
) -> dict[Figure, tuple[float, float]]:
    """The ranges that follow for the unknown figures from the equations and from nothing being negative, tightened until they rest."""
    bounds = {figure: (0.0, float("inf")) for figure in unknown} | {
        figure: (float(n), float(n)) for figure, n in known.items()
    }
    for _ in range(200):
        before = dict(bounds)
        for row in rows:
            for figure, sign in row.items():
                low = sum(min(-s * b for b in bounds[other]) for other, s in row.items() if other != figure) * sign
                high = sum(max(-s * b for b in bounds[other]) for other, s in row.items() if other != figure) * sign
                low, high = min(low, high), max(low, high)
                bounds[figure] = (max(bounds[figure][0], low), min(bounds[figure][1], high))
        if bounds == before:
            break
    return {figure: bounds[figure] for figure in unknown}


@pytest.mark.covers("D07", "D18")
@given(populations())
@settings(max_examples=150)
def test_nothing_small_is_published_and_nothing_withheld_can_be_computed_back(tables):
    figures = tables.figures()
    hidden = set(withheld(tables, smallest=SMALLEST))
    shown = {figure: number for figure, number in figures.items() if figure not in hidden}
    assert all(number == 0 or number >= SMALLEST for number in shown.values())
    assert hidden <= set(figures)
    rows = equations(tables)
    moved = [{f: s for f, s in row.items() if f in hidden} for row in rows]
    assert solved(moved, hidden) == set()
    for figure, (low, high) in squeezed(rows, shown, hidden).items():
        assert low <= figures[figure] <= high
        assert high - low >= SMALLEST, f"{figure} lies between {low} and {high}"


@given(populations())
def test_totals_and_parts_agree_wherever_all_are_published(tables):
    figures, hidden = tables.figures(), withheld(tables, smallest=SMALLEST)
    for row in equations(tables):
        if not hidden & set(row):
            assert sum(sign * figures[figure] for figure, sign in row.items()) == 0


@given(populations())
def test_what_guards_nothing_is_published(tables):
    hidden = set(withheld(tables, smallest=SMALLEST))
    figures = tables.figures()
    small = {figure for figure in hidden if figures[figure] < SMALLEST}
    assume(hidden - small)
    for figure in hidden - small:
        rest = hidden - {figure}
        assert any(room(tables, rest, other, enough=SMALLEST) < SMALLEST for other in rest)


@given(populations())
@settings(max_examples=150)
def test_a_headline_figure_is_withheld_only_where_withholding_everything_less_important_would_not_do(tables):
    figures, hidden = tables.figures(), withheld(tables, smallest=SMALLEST)
    small = {figure for figure, number in figures.items() if 0 < number < SMALLEST}
    important = [
        (),
        *(((d, c),) for d in tables.headline for c in sorted(tables.totals[d], key=lambda c: -figures[((d, c),)])),
    ]
    for place, figure in enumerate(important):
        if figure not in hidden or figure in small:
            continue
        more_important = {one for one in important[:place] if one not in hidden}
        rest = {one for one, number in figures.items() if number} - more_important - {figure}
        # Whatever is narrow is as good as published, so it guards nothing; what is left guards some small figure too little.
        while narrow := {one for one in rest if room(tables, rest, one, enough=SMALLEST) < SMALLEST} - small:
            rest -= narrow
        assert any(room(tables, rest, one, enough=SMALLEST) < SMALLEST for one in small)


def test_totals_survive_a_small_cell_that_finer_ones_can_guard():
    cells = [[4, 300, 290], [40, 310, 320], [35, 280, 300]]
    tables = small_table(cells)
    promised = dataclasses.replace(tables, headline=("a", "b"))
    hidden = withheld(promised, smallest=SMALLEST)
    assert {len(figure) for figure in hidden} == {2}
    assert (("a", "r0"), ("b", "c0")) in hidden


def test_a_headline_that_cannot_survive_takes_the_least_of_its_dimension():
    """Of all districts but one small one published, the small one is the rest: another goes with it, and it is the smallest."""
    totals = {"a": {"big": 900, "middle": 400, "little": 60, "unknown": 5}, "b": {"x": 1000, "y": 365}}
    tables = PopulationTables(totals=totals, crossings={}, shown=frozenset({"a", "b"}), headline=("b", "a"))
    assert withheld(tables, smallest=SMALLEST) == {(("a", "unknown"),), (("a", "little"),)}


def small_table(cells: list[list[int]]) -> PopulationTables:
    rows, columns = range(len(cells)), range(len(cells[0]))
    return PopulationTables(
        totals={
            "a": {f"r{i}": sum(cells[i]) for i in rows},
            "b": {f"c{j}": sum(cells[i][j] for i in rows) for j in columns},
        },
        crossings={
            ("a", "b"): Crossing(cells={(f"r{i}", f"c{j}"): cells[i][j] for i in rows for j in columns}, shown=True)
        },
        shown=frozenset({"a", "b"}),
    )


def test_the_room_is_the_true_range_of_every_table_that_looks_the_same():
    cells = [[2, 5, 3], [4, 1, 6]]
    tables = small_table(cells)
    hidden = {(("a", f"r{i}"), ("b", f"c{j}")) for i in range(2) for j in range(2)}
    alike = [
        (a, b, c, d)
        for a, b, c, d in product(range(20), repeat=4)
        if a + b == 7 and c + d == 5 and a + c == 6 and b + d == 6
    ]
    for place, figure in enumerate(sorted(hidden)):
        values = {one[place] for one in alike}
        assert room(tables, hidden, figure, enough=100) == max(values) - min(values)


def test_one_small_cell_alone_takes_a_ring_of_guards_with_it():
    tables = small_table([[3, 40, 50], [30, 60, 70], [80, 90, 20]])
    hidden = withheld(tables, smallest=SMALLEST)
    assert len(hidden) == 4
    assert sum(tables.figures()[figure] for figure in hidden) == 3 + 40 + 30 + 60


def test_two_small_cells_do_not_guard_each_other_when_their_sum_is_small():
    tables = small_table([[3, 4, 50, 60], [70, 80, 90, 100]])
    hidden = withheld(tables, smallest=SMALLEST)
    assert len([figure for figure in hidden if figure[0:1] == (("a", "r0"),)]) == 3


def test_a_total_of_one_table_does_not_give_away_a_cell_of_another():
    """The difference attack: 65 and over from one table, less the published bands of another, would be the band of 95 and over."""
    bands = {"60-64": 300, "65-79": 250, "80-94": 120, "95+": 4}
    groups = {"60-64": 300, "65+": 374}
    parents = {"60-64": "60-64", "65-79": "65+", "80-94": "65+", "95+": "65+"}
    tables = PopulationTables(
        totals={"group": groups, "band": bands},
        crossings={("group", "band"): Crossing(cells={(parents[b], b): n for b, n in bands.items()}, shown=False)},
        shown=frozenset({"group", "band"}),
    )
    hidden = withheld(tables, smallest=SMALLEST)
    assert (("band", "95+"),) in hidden
    # 60-64 stands in both tables: hiding it would guard nothing, so one of the bands inside 65+ goes, or 65+ itself.
    published = tables.figures().keys() - hidden
    assert not {(("group", "65+"),), (("band", "65-79"),), (("band", "80-94"),)} <= published
    assert room(tables, hidden, (("band", "95+"),), enough=SMALLEST) >= SMALLEST


def test_nobody_is_no_small_figure():
    tables = small_table([[0, 40], [30, 60]])
    assert withheld(tables, smallest=SMALLEST) == frozenset()


def test_a_population_that_is_small_itself_is_not_published_at_all():
    tables = small_table([[1, 2], [3, 0]])
    hidden = withheld(tables, smallest=SMALLEST)
    assert {figure for figure, number in tables.figures().items() if number} <= hidden


@pytest.mark.parametrize(
    ("number", "base", "expected"), [(10, 5, 10), (12, 5, 10), (13, 5, 15), (25, 10, 30), (7, 1, 7)]
)
def test_rounding_is_to_the_nearest(number, base, expected):
    assert rounded(number, base) == expected
