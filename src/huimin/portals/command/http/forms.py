"""What the command centre fills in."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huimin.platform.ui.choices import offer

Choices = Iterable[tuple[str, Any]]
"""Values and labels."""


class WordsForm(forms.Form):
    """Something said."""

    words = forms.CharField(label=_("内容"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class CallForm(forms.Form):
    """Which departments are called to a joint room."""

    departments = forms.MultipleChoiceField(label=_("召集部门"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, departments: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "departments", departments)


class ScoreForm(forms.Form):
    """How a department that came is scored."""

    score = forms.TypedChoiceField(
        label=_("评分"), coerce=int, choices=[(5, _("5 解决了")), (4, "4"), (3, "3"), (2, "2"), (1, _("1 没有帮上"))]
    )


class TurnForm(forms.Form):
    """A turn of duty."""

    who = forms.ChoiceField(label=_("值班人员"))
    starts_at = forms.DateTimeField(label=_("开始"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    ends_at = forms.DateTimeField(label=_("结束"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    leads = forms.BooleanField(label=_("带班领导"), required=False)
    telephone = forms.CharField(label=_("值班电话（办公室电话）"), max_length=24, required=False)

    def __init__(self, *args: Any, holders: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "who", holders)


class ThemeForm(forms.Form):
    """The theme of a week: where, what, what is to be reached, who leads."""

    place = forms.ChoiceField(label=_("地点"), required=False)
    topic = forms.ChoiceField(label=_("类别"))
    goal = forms.CharField(label=_("要达到什么"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    department = forms.ChoiceField(label=_("牵头部门"))

    def __init__(self, *args: Any, places: Choices, topics: Choices, departments: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "place", places)
        offer(self, "topic", topics)
        offer(self, "department", departments)


class EvidenceForm(forms.Form):
    """On what evidence a theme is closed."""

    evidence = forms.CharField(label=_("办结依据"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
