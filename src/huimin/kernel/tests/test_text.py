import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.kernel.text import as_typed_code, half_width, without_spaces

pytestmark = pytest.mark.unit


def test_only_what_has_two_widths_changes():
    assert half_width("ＡＢ１２（芜湖）　，\ufeff") == "AB12(芜湖) ,"
    assert half_width("①²Ⅳ") == "①²Ⅳ"


@given(st.text())
def test_each_is_done_when_done_once(text):
    assert half_width(half_width(text)) == half_width(text)
    assert without_spaces(without_spaces(text)) == without_spaces(text)
    assert as_typed_code(as_typed_code(text)) == as_typed_code(text)
