import pytest
from django import forms

from huimin.platform.ui.choices import offer

pytestmark = pytest.mark.unit


class Asked(forms.Form):
    kind = forms.ChoiceField()
    words = forms.CharField()


def test_only_what_is_offered_answers_a_question_of_choosing():
    form = Asked({"kind": "b", "words": "x"})
    offer(form, "kind", ((code, code) for code in "ab"))
    assert form.is_valid()
    other = Asked({"kind": "c", "words": "x"})
    offer(other, "kind", [("a", "a")])
    assert list(other.errors) == ["kind"]


def test_no_other_question_takes_choices():
    with pytest.raises(AssertionError, match="words"):
        offer(Asked(), "words", [("a", "a")])
