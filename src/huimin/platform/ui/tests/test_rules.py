"""Colours can be read: the tokens themselves, as written in the source."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.platform.ui.rules import TEXT, NotAColour, contrast, luminance

pytestmark = pytest.mark.unit
TOKENS = Path(__file__).parents[5] / "frontend/src/scss/_tokens.scss"
COLOURS = dict(re.findall(r"--([a-z-]+): (#[0-9A-F]{6});", TOKENS.read_text(encoding="utf-8")))
hexes = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06X}")

PAIRS = [
    *((ink, ground) for ink in ("ink", "ink-soft") for ground in ("paper", "ground")),
    ("ink", "brand-soft"),
    *((ink, "paper") for ink in ("brand", "accent", "good", "due", "late", "info")),
    ("due", "due-soft"),
    ("late", "late-soft"),
]


@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_keeps_seven_to_one(ink, ground):
    assert contrast(COLOURS[ink], COLOURS[ground]) >= TEXT


def test_known_values():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


@given(hexes, hexes)
def test_contrast_is_symmetric_and_bounded(one, other):
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21.0001
    assert contrast(one, one) == 1


@pytest.mark.parametrize("text", ["red", "#fff", "#12345G", ""])
def test_what_is_no_colour_is_refused(text):
    with pytest.raises(NotAColour):
        luminance(text)
