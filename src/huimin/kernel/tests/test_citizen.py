import pickle
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from huimin.kernel.identifiers import (
    CitizenId,
    CitizenIdBirthImpossible,
    CitizenIdDigitsLost,
    CitizenIdMistyped,
    MaskedCitizenId,
    NotACitizenId,
    NotAMaskedCitizenId,
)
from huimin.kernel.identifiers.check_digits import citizen_check
from huimin.kernel.tests.strategies import citizen_ids

pytestmark = pytest.mark.unit

WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


@pytest.mark.covers("D23")
@pytest.mark.parametrize("sample", ["11010519491231002X", "440524188001010014"])
def test_the_samples_of_the_standard(sample):
    assert CitizenId(sample) == sample


def test_what_a_number_says():
    woman = CitizenId("11010519491231002X")
    assert (woman.sex, woman.birth_date, woman.division_hint) == ("2", date(1949, 12, 31), "110105")
    assert CitizenId("440524188001010014").sex == "1"


@given(citizen_ids(), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_every_single_wrong_digit_is_caught(number, place, digit):
    assume(number[place] != digit)
    with pytest.raises(NotACitizenId):
        CitizenId(number[:place] + digit + number[place + 1 :])


@given(citizen_ids(), st.integers(0, 16))
def test_every_swap_of_neighbours_is_caught(number, place):
    assume(number[place] != number[place + 1])
    with pytest.raises(NotACitizenId):
        CitizenId(number[:place] + number[place + 1] + number[place] + number[place + 2 :])


@given(st.from_regex(r"\A[0-9]{17}\Z"), st.integers(0, 15))
def test_the_check_digit_alone_tells_a_swap(body, place):
    assume(body[place] != body[place + 1])
    swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
    assert citizen_check(swapped) != citizen_check(body)


@given(citizen_ids(), st.sampled_from(["", "'", "‘", "\ufeff"]), st.integers(0, 18), st.booleans(), st.booleans())
def test_parsing_undoes_typing(number, quote, gap, wide, small):
    typed = number[:gap] + " \u3000" + number[gap:]
    typed = typed.lower() if small else typed
    typed = typed.translate(WIDE) if wide else typed
    assert CitizenId.parse(f" {quote}{typed}\t") == number


@given(citizen_ids(born=st.dates(date(1900, 1, 1), date(1999, 12, 31))))
def test_a_number_of_fifteen_digits_gets_its_eighteen(number):
    assert CitizenId.parse(number[:6] + number[8:17]) == number


@given(citizen_ids())
def test_a_number_survives_storing(number):
    assert CitizenId.parse(str(number)) == CitizenId(number) == number
    assert pickle.loads(pickle.dumps(number)) == number
    assert type(pickle.loads(pickle.dumps(number))) is CitizenId


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", NotACitizenId),
        ("1101051949123100", NotACitizenId),
        ("X1010519491231002X", NotACitizenId),
        ("٣١٠١٠٥١٩٤٩١٢٣١٠٠٢٤", NotACitizenId),
        ("110105194912310021", CitizenIdMistyped),
        (CitizenId.completed("11010519490230002"), CitizenIdBirthImpossible),
        (CitizenId.completed("11010530490130002"), CitizenIdBirthImpossible),
        ("110105490230002", CitizenIdBirthImpossible),
        ("3.40202E+17", CitizenIdDigitsLost),
        ("3.4e17", CitizenIdDigitsLost),
        ("110105********002X", NotACitizenId),
    ],
)
def test_what_is_not_a_number_is_refused_by_name(text, refusal):
    with pytest.raises(refusal) as refused:
        CitizenId.parse(text)
    assert type(refused.value) is refusal
    assert CitizenId.recognise(text) is None


@given(citizen_ids())
def test_a_number_does_not_show_itself(number):
    assert number[6:14] not in repr(number)
    assert number[6:14] not in repr({"who": number})
    assert str(number) == number


@given(citizen_ids(), citizen_ids())
def test_a_mask_matches_what_it_may_hide(one, other):
    assert one.masked.matches(one)
    assert one.masked.matches(other) == (one.masked == other.masked)
    assert MaskedCitizenId.parse(one.masked.lower().replace("*", "＊")) == one.masked


def test_a_mask_shows_the_first_six_and_the_last_four():
    assert CitizenId("11010519491231002X").masked == "110105********002X"


@pytest.mark.parametrize(
    "text", ["", "110105********02X", "110105*******1002X", "11010519491231002X", "X10105********002X"]
)
def test_what_is_not_a_mask_is_refused(text):
    with pytest.raises(NotAMaskedCitizenId):
        MaskedCitizenId.parse(text)
