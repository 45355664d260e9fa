from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.kernel.money import Fen, NotAnAmount
from huimin.kernel.tests.strategies import fens

pytestmark = pytest.mark.unit


@given(fens, fens, fens)
def test_amounts_form_a_group(a, b, c):
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert a + Fen(0) == a
    assert a + -a == Fen(0)
    assert a - b == a + -b


@given(fens, fens, st.integers(-1000, 1000), st.integers(-1000, 1000))
def test_multiples_distribute(a, b, m, n):
    assert (a + b) * m == a * m + b * m
    assert a * (m + n) == a * m + a * n
    assert m * a == a * m


@given(fens, fens)
def test_amounts_are_ordered_as_their_numbers(a, b):
    assert (a < b) == (a.amount < b.amount)
    assert (a <= b) == (a.amount <= b.amount)
    assert abs(a) >= a


@given(fens)
def test_an_amount_is_read_back_as_it_is_written(a):
    assert Fen.parse(str(a)) == a
    assert Fen.of_yuan(a.yuan) == a
    assert hash(Fen.parse(str(a))) == hash(a)


@given(fens, st.integers(1, 50))
def test_splitting_loses_nothing(a, shares):
    parts = a.split(shares)
    assert sum(parts) == a
    assert len(parts) == shares
    assert max(parts) - min(parts) <= Fen(1)


@given(fens, st.fractions(-10, 10, max_denominator=1000))
def test_a_portion_is_the_nearest_fen(a, rate):
    off = a.amount * rate - a.portion(rate).amount
    assert abs(off) <= Fraction(1, 2)
    assert (-a).portion(rate) == -a.portion(rate)


def test_halves_round_away_from_nothing():
    assert Fen(5).portion(Fraction(1, 2)) == Fen(3)
    assert Fen(-5).portion(Decimal("0.5")) == Fen(-3)
    assert Fen(4).portion(Decimal("0.1")) == Fen(0)


@pytest.mark.parametrize(
    ("amount", "text"),
    [(123450, "¥1,234.50"), (-5, "-¥0.05"), (0, "¥0.00"), (100_000_000_000, "¥1,000,000,000.00")],
)
def test_as_the_reader_sees_it(amount, text):
    assert str(Fen(amount)) == text


@pytest.mark.parametrize(
    ("text", "amount"), [("１２３４．５", 123450), ("￥ 1,234.50元", 123450), ("-3", -300), ("0.07", 7)]
)
def test_typed_amounts(text, amount):
    assert Fen.parse(text) == Fen(amount)


@pytest.mark.parametrize("text", ["", "1.234", "12,34", "1e5", "五元", "--1", "-¥-1", ".5", "٣"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(NotAnAmount):
        Fen.parse(text)


@pytest.mark.parametrize("wrong", [1.0, True, "1", Decimal(1), None])
def test_only_whole_numbers_are_money(wrong):
    with pytest.raises(TypeError):
        Fen(wrong)


@pytest.mark.parametrize("other", [1.5, 0.0, 2, True, False, Decimal(0), "1"])
def test_money_meets_only_money(other):
    for combine in (lambda: Fen(1) + other, lambda: Fen(1) - other, lambda: other + Fen(1), lambda: Fen(1) < other):
        with pytest.raises(TypeError):
            combine()


@pytest.mark.parametrize("times", [1.5, True, Decimal(1)])
def test_money_is_multiplied_by_whole_numbers_only(times):
    with pytest.raises(TypeError):
        Fen(1) * times


def test_yuan_that_are_no_whole_fen_are_refused():
    with pytest.raises(NotAnAmount):
        Fen.of_yuan(Decimal("0.001"))
    with pytest.raises(TypeError):
        Fen.of_yuan(1.5)
    assert Fen.of_yuan(12) == Fen(1200)


def test_the_sum_of_nothing_and_truth():
    assert sum([], Fen(0)) == Fen(0)
    assert not Fen(0)
    assert Fen(-1)
    with pytest.raises(ValueError, match="one share"):
        Fen(1).split(0)
