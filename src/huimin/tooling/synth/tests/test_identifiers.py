"""Numbers that are meant to be valid are, and no two are the same."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.kernel.identifiers import CitizenId, Uscc
from huimin.tooling.synth import reading
from huimin.tooling.synth.draws import day, spread
from huimin.tooling.synth.identifiers import NumbersExhausted, citizen_numbers, credit_codes, fifteen, masked, phones
from huimin.tooling.synth.noise import decorated_number, mistyped

pytestmark = pytest.mark.unit
DAYS = st.integers(day("1925-01-01"), day("2026-06-30"))
CODES = st.sampled_from([340202, 340204, 340208, 340221, 340225, 341422, 342524, 342625, 540102])


@given(st.lists(st.tuples(CODES, DAYS, st.sampled_from([1, 2])), min_size=1, max_size=40), st.integers(0, 9))
def test_citizen_numbers_are_valid_distinct_and_say_what_they_should(people, share):
    prefix, birth, sex = (np.asarray(column, dtype=np.int64) for column in zip(*people, strict=True))
    numbers = citizen_numbers(prefix, birth, sex, share=share, shares=10).to_pylist()
    assert len(set(numbers)) == len(numbers)
    for number, (code, born, is_sex) in zip(numbers, people, strict=True):
        assert CitizenId.parse(number) == number
        assert number[:6] == str(code)
        assert reading.date(number[6:14]) == str(np.datetime64(born, "D"))
        assert int(number[16]) % 2 == is_sex % 2


def test_shares_of_a_day_never_meet():
    one = np.full(50, 340202), np.full(50, 3000), np.ones(50, dtype=np.int64)
    numbers = [number for share in range(10) for number in citizen_numbers(*one, share=share, shares=10).to_pylist()]
    assert len(set(numbers)) == 500


def test_more_births_than_order_codes_are_refused():
    with pytest.raises(NumbersExhausted):
        citizen_numbers(np.full(51, 340202), np.full(51, 3000), np.ones(51, dtype=np.int64), share=0, shares=10)


@given(st.integers(0, 1_000_000), st.sampled_from([91, 92, 93, 11, 12]), st.integers(1, 99))
def test_credit_codes_are_valid(start, kind, seed):
    codes = credit_codes(np.full(30, kind), np.full(30, 340281), start=start, seed=seed).to_pylist()
    assert len(set(codes)) == 30
    assert all(Uscc.parse(code) == code for code in codes)


@given(st.integers(2, 10_000), st.integers(0, 1000))
def test_spread_is_a_shuffle_of_the_whole_space(space, seed):
    assert sorted(spread(np.arange(space), space, seed).tolist()) == list(range(space))


def test_phones_are_mobile_numbers_and_given_out_once():
    numbers = phones(0, 50_000, 3).to_pylist() + phones(50_000, 50_000, 3).to_pylist()
    assert len(set(numbers)) == 100_000
    assert all(reading.phone(number) == number for number in numbers[:2000])


@given(CODES, st.integers(day("1930-01-01"), day("1998-12-31")), st.integers(0, 1 << 39))
def test_what_a_clerk_does_to_a_number_can_or_cannot_be_undone(code, born, die):
    number = citizen_numbers(np.asarray([code]), np.asarray([born]), np.asarray([1]), share=0, shares=1)
    text = number[0].as_py()
    assert reading.citizen_number(fifteen(number)[0].as_py()) == text
    assert reading.citizen_number(decorated_number(text, die)) == text
    assert reading.citizen_number(text.lower()) == text
    assert reading.citizen_number(mistyped(text, die)) is None
    assert masked(number)[0].as_py() == f"{text[:6]}********{text[14:]}"
