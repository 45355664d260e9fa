"""What is asked of whoever rates, and of whoever could not get something done."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huimin.platform.cases.declarations import ratings
from huimin.platform.cases.models import LEVELS
from huimin.platform.ui.choices import offer

AREA = {"rows": 3}


class LevelForm(forms.Form):
    """How satisfied somebody is (GB/T 39735)."""

    level = forms.TypedChoiceField(
        label=_("您满意吗"), coerce=int, widget=forms.RadioSelect, choices=list(LEVELS.items())
    )


class RatingForm(forms.Form):
    """What fits the level, as marks to tick and in words."""

    marks = forms.MultipleChoiceField(label=_("哪些符合您的情况"), required=False, widget=forms.CheckboxSelectMultiple)
    words = forms.CharField(
        label=_("想说的话"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs=AREA),
        help_text=_("被评价的部门看不到是谁评价的。请不要写姓名、电话和证件号。"),
    )

    def __init__(self, data: Any = None, *, level: int, language: str) -> None:
        super().__init__(data)
        marks = ratings().marks_of(level)
        offer(self, "marks", ((code, names.text(language)) for code, names in marks.items()))


class WordsForm(forms.Form):
    """A few words that are needed."""

    words = forms.CharField(label=_("想说的话"), max_length=500, widget=forms.Textarea(attrs=AREA))

    def __init__(self, data: Any = None, *, label: Any, prefix: str) -> None:
        super().__init__(data, auto_id=f"{prefix}_%s")
        self.fields["words"].label = label


class StuckForm(forms.Form):
    """What did not work, and why as far as one can tell."""

    kind = forms.ChoiceField(label=_("为什么办不成"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("遇到了什么"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("什么时候、在哪里、谁怎么答复的，写得越具体越好办。"),
    )

    def __init__(self, data: Any = None, *, language: str) -> None:
        super().__init__(data)
        kinds = ratings().stuck.kinds
        offer(self, "kind", ((code, names.text(language)) for code, names in kinds.items()))


class FiguresForm(forms.Form):
    """By what ratings are counted; anything strange in the address means by department."""

    by = forms.ChoiceField(required=False)

    def __init__(self, data: Any, *, ways: Sequence[str]) -> None:
        super().__init__(data)
        offer(self, "by", [(way, way) for way in ways])

    def chosen(self, default: str) -> str:
        """The way asked for."""
        return (self.cleaned_data["by"] if self.is_valid() else "") or default
