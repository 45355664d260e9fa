"""What an agent fills in while somebody is on the line, and afterwards."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from huimin.platform.incidents.declarations import standard
from huimin.platform.incidents.declarations.channels import hotline
from huimin.platform.ui.choices import offer

TYPED: Final = {"autocomplete": "off", "spellcheck": "false"}


class CallForm(forms.Form):
    """A call: who, what, where, and either a ticket or an answer. What stands beside the form belongs to it too."""

    key = forms.RegexField(regex=r"^[A-Za-z0-9-]{8,64}$", widget=forms.HiddenInput)
    phone = forms.RegexField(
        label=_("来电号码"),
        regex=r"^\+?[0-9][0-9 \-]{4,18}$",
        widget=forms.TextInput(attrs={**TYPED, "inputmode": "tel", "class": "tabular", "autofocus": True}),
    )
    caller = forms.CharField(label=_("怎么称呼"), required=False, max_length=60, widget=forms.TextInput(attrs=TYPED))
    text = forms.CharField(label=_("反映的事"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    address = forms.CharField(
        label=_("地点"),
        required=False,
        max_length=200,
        help_text=_("写路名、小区、网格名或部件编码，从下面选一个；也可以在地图上选。"),
        widget=forms.TextInput(attrs=TYPED),
    )
    spot = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    longitude = forms.FloatField(required=False, widget=forms.HiddenInput)
    latitude = forms.FloatField(required=False, widget=forms.HiddenInput)
    datum = forms.CharField(required=False, max_length=8, widget=forms.HiddenInput)
    class_code = forms.CharField(required=False, max_length=8, widget=forms.HiddenInput)
    class_other = forms.ChoiceField(label=_("其他类别"), required=False)
    confirms = forms.CharField(required=False, max_length=26, widget=forms.HiddenInput)
    urgent = forms.BooleanField(label=_("紧急（有危险，马上派）"), required=False)
    limit = forms.ChoiceField(label=_("反馈时限"), required=False)
    service = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    category = forms.ChoiceField(label=_("咨询类别"), required=False)
    answer = forms.CharField(label=_("答复"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any] | None = None, language: str) -> None:
        super().__init__(data, initial=dict(initial or {}), auto_id="call_%s")
        declared = hotline()
        offer(self, "class_other", [("", _("按建议")), *classes_by_group(language)])
        limits = [(code, one.names.text(language)) for code, one in declared.limits.items() if code != "urgent"]
        offer(self, "limit", [("", _("按承办部门")), *limits])
        offer(
            self,
            "category",
            [("", _("请选择")), *((code, one.text(language)) for code, one in declared.categories.items())],
        )

    @property
    def chosen_class(self) -> str:
        """The class that the agent settled on: the list wins over a suggestion."""
        return str(self.cleaned_data["class_other"] or self.cleaned_data["class_code"])

    @property
    def digits(self) -> str:
        """The number without what people put between."""
        return "".join(one for one in self.cleaned_data["phone"] if one.isdigit() or one == "+")


def classes_by_group(language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every class of events under its large class."""
    found = standard()
    return [
        (group.names.text(language), [(one.code, one.names.text(language)) for one in found.in_group(code)])
        for code, group in found.groups.items()
        if group.kind == "event"
    ]


class TellForm(forms.Form):
    """What the caller was told."""

    words = forms.CharField(label=_("反馈了什么"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class SurveyForm(forms.Form):
    """What the caller says of it."""

    resolved = forms.ChoiceField(
        label=_("问题解决了吗"), choices=[("yes", _("解决了")), ("no", _("没有解决"))], widget=forms.RadioSelect
    )
    satisfied = forms.TypedChoiceField(
        label=_("满意吗"),
        coerce=int,
        choices=[
            (1, _("非常满意")),
            (2, _("满意")),
            (3, _("基本满意")),
            (4, _("不满意")),
            (5, _("非常不满意")),
        ],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("来电人的话"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class MonthForm(forms.Form):
    """A month; anything strange means this one."""

    month = forms.DateField(required=False, input_formats=["%Y-%m"])
