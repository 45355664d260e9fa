"""What is filled in about cells, workers, shifts, components and businesses."""

from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from huimin.platform.grid.models import Component, Inspection

DAY: Final = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
LONGEST_PLAN: Final = 62


class AssignForm(forms.Form):
    """Who walks the cell, from when, until when."""

    worker = forms.CharField(
        label=_("工号"), max_length=64, widget=forms.TextInput(attrs={"list": "workers", "autocomplete": "off"})
    )
    since_on = forms.DateField(label=_("从哪天起"), widget=DAY)
    until_on = forms.DateField(label=_("到哪天止（不含，不填为长期）"), widget=DAY, required=False)
    is_first = forms.BooleanField(label=_("首要负责人"), required=False)


class EndForm(forms.Form):
    """Whose assignment ends, from which day on."""

    worker = forms.CharField(max_length=64, widget=forms.HiddenInput)
    cell = forms.CharField(max_length=15, widget=forms.HiddenInput)
    until_on = forms.DateField(label=_("从哪天起不再负责"), widget=DAY)


class HandOverForm(forms.Form):
    """To whom the cells go, from when."""

    to = forms.CharField(
        label=_("交给谁（工号）"),
        max_length=64,
        widget=forms.TextInput(attrs={"list": "workers", "autocomplete": "off"}),
    )
    since_on = forms.DateField(label=_("从哪天起"), widget=DAY)


class ShiftsForm(forms.Form):
    """The same hours on the chosen weekdays of a span of days."""

    first_on = forms.DateField(label=_("从哪天起"), widget=DAY)
    last_on = forms.DateField(label=_("到哪天（含）"), widget=DAY)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("星期几"),
        coerce=int,
        choices=[
            (0, _("周一")),
            (1, _("周二")),
            (2, _("周三")),
            (3, _("周四")),
            (4, _("周五")),
            (5, _("周六")),
            (6, _("周日")),
        ],
        widget=forms.CheckboxSelectMultiple,
        initial=[0, 1, 2, 3, 4],
    )
    starts = forms.TimeField(label=_("几点上班"), widget=forms.TimeInput(attrs={"type": "time"}), initial="08:30")
    ends = forms.TimeField(label=_("几点下班"), widget=forms.TimeInput(attrs={"type": "time"}), initial="17:30")

    def clean(self) -> dict[str, Any]:
        """The span runs forward, and is no longer than two months."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_on"), cleaned.get("last_on")
        if first and last and not first <= last <= first + timedelta(days=LONGEST_PLAN):
            self.add_error("last_on", _("结束日应不早于开始日，一次最多排两个月。"))
        return cleaned

    @property
    def days(self) -> list[date]:
        """The days that were chosen."""
        first, last = self.cleaned_data["first_on"], self.cleaned_data["last_on"]
        span = [first + timedelta(days=at) for at in range((last - first).days + 1)]
        return [day for day in span if day.weekday() in self.cleaned_data["weekdays"]]


class SearchForm(forms.Form):
    """How the list of workers is narrowed."""

    q = forms.CharField(label=_("按工号或姓名查找"), max_length=64, required=False)
    after = forms.CharField(max_length=500, required=False, widget=forms.HiddenInput)


class ComponentsForm(forms.Form):
    """How the list of components is narrowed; the whole code opens the component."""

    code = forms.CharField(label=_("部件标识码"), max_length=17, required=False)
    cell = forms.RegexField(r"^[0-9A-Z]{6,15}$", label=_("区划、街道或网格编号"), required=False)
    state = forms.ChoiceField(label=_("状态"), choices=[("", _("全部"))], required=False)
    after = forms.CharField(max_length=500, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["state"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("全部")), *Component.State.choices]


class MoveForm(forms.Form):
    """In which state a component is now, and why."""

    state = forms.ChoiceField(label=_("现在的状态"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("原因"), max_length=200)

    def __init__(self, data: Any = None, *, component: Component) -> None:
        super().__init__(data)
        field = self.fields["state"]
        assert isinstance(field, forms.ChoiceField)
        possible = Component.MOVES[Component.State(component.state)]
        field.choices = [(state.value, state.label) for state in Component.State if state in possible]


class InspectForm(forms.Form):
    """What was found at a business."""

    organisation = forms.CharField(max_length=16, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(label=_("检查结果"), choices=Inspection.Outcome.choices)
    note = forms.CharField(label=_("说明"), max_length=200, required=False)
