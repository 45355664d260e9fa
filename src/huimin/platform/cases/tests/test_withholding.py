"""What a table of ratings leaves out: no group of fewer than the smallest number can be told, not by reckoning either."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.platform.cases.rules import withheld_groups

pytestmark = [pytest.mark.unit, pytest.mark.covers("P15")]


@pytest.mark.parametrize(
    ("sizes", "fewest", "withheld"),
    [
        ([9, 8, 7], 5, set()),
        ([9, 8, 2], 5, {1, 2}),
        ([9, 8, 1, 1], 5, {1, 2, 3}),
        ([9, 3, 2], 5, {1, 2}),
        ([3], 5, {0}),
        ([], 5, set()),
        ([9, 1], 1, set()),
    ],
)
def test_with_a_small_group_goes_what_would_let_one_reckon_it(sizes, fewest, withheld) -> None:
    assert withheld_groups(sizes, fewest=fewest) == withheld


@given(st.lists(st.integers(1, 30), max_size=12), st.integers(1, 10))
def test_what_is_left_out_is_nothing_or_too_much_to_tell_one_group_from_the_total(sizes, fewest) -> None:
    withheld = withheld_groups(sizes, fewest=fewest)
    assert {place for place, size in enumerate(sizes) if size < fewest} <= withheld
    if withheld and withheld != set(range(len(sizes))):
        assert len(withheld) > 1
        assert sum(sizes[place] for place in withheld) >= fewest
