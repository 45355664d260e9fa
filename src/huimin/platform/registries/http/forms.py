"""What people fill in: why and by what an official asks, what a citizen wants corrected."""

from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huimin.kernel.codes import code_list
from huimin.platform.registries import questions
from huimin.platform.registries.fields import PEOPLE, fields_of, in_language, purpose_name, source_name
from huimin.platform.registries.operations import Reason
from huimin.platform.registries.queries import Wanted, wanted_name, wanted_number, wanted_uscc
from huimin.platform.ui.choices import offer
from huimin.platform.ui.languages import reader_language


def _day(**more: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **more)


class ReasonForm(forms.Form):
    """Why one asks: the purpose first, then the case; where the purpose allows it, until when the person is not told."""

    purpose = forms.ChoiceField(label=gettext_lazy("用途"))
    case_ref = forms.CharField(
        label=gettext_lazy("事项编号"),
        max_length=64,
        help_text=gettext_lazy("说明这次查询是为哪件事；本人看得到用途和编号。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    restricted_until = _day(label=gettext_lazy("对本人保密到（不含当日）"), required=False)
    MORE: Final = ("restricted_until",)

    def __init__(self, *args: Any, purposes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spoken = reader_language()
        offer(self, "purpose", [("", _("请选择"))] + [(code, purpose_name(code, spoken)) for code in purposes])
        self.fields["purpose"].widget.attrs["autofocus"] = True
        restrictable = [code for code in questions.declared().restrictable if code in purposes]
        named = _("、").join(purpose_name(code, spoken) for code in restrictable)
        self.fields["restricted_until"].help_text = _("只限：%(purposes)s。") % {"purposes": named}
        if not restrictable:
            del self.fields["restricted_until"]
        self.order_fields([name for name in self.fields if name not in self.MORE] + list(self.MORE))

    @property
    def reason(self) -> Reason:
        """Why one asks."""
        answers = self.cleaned_data
        return Reason(
            purpose=answers["purpose"], case_ref=answers["case_ref"], restricted_until=answers.get("restricted_until")
        )

    @property
    def wanted(self) -> Wanted:
        """What is asked by. Raises the refusals of `queries.wanted_…`."""
        raise NotImplementedError


def _number(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "tabular"}),
    )


class NumberForm(ReasonForm):
    """By citizen number."""

    number = _number(gettext_lazy("公民身份号码"))

    @property
    def wanted(self) -> Wanted:
        """The person of this number."""
        return wanted_number(self.cleaned_data["number"])


class NameForm(ReasonForm):
    """By name and date of birth."""

    name = forms.CharField(
        label=gettext_lazy("姓名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    birth_date = _day(label=gettext_lazy("出生日期"))

    @property
    def wanted(self) -> Wanted:
        """The person of this name, born on this day."""
        return wanted_name(self.cleaned_data["name"], self.cleaned_data["birth_date"])


class UsccForm(ReasonForm):
    """By unified social credit code."""

    uscc = _number(gettext_lazy("统一社会信用代码"))

    @property
    def wanted(self) -> Wanted:
        """The organisation of this code."""
        return wanted_uscc(self.cleaned_data["uscc"])


class QuestionForm(ReasonForm):
    """A yes/no question about the person or organisation of a number or code."""

    question = forms.ChoiceField(label=gettext_lazy("要问什么"))
    number = _number(gettext_lazy("公民身份号码，问单位时填统一社会信用代码"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        declared, spoken = questions.declared().questions, reader_language()
        offer(self, "question", [(code, in_language(one.names, spoken)) for code, one in declared.items()])

    @property
    def wanted(self) -> Wanted:
        """Whom the question is about: its registry says what kind of number it takes."""
        registry = questions.get_question(self.cleaned_data["question"]).registry
        return {PEOPLE: wanted_number}.get(registry, wanted_uscc)(self.cleaned_data["number"])


class CorrectForm(forms.Form):
    """What a value should be, why, and what shows it."""

    proposed = forms.CharField(label=gettext_lazy("应该是什么"), max_length=200)
    reason = forms.CharField(label=gettext_lazy("为什么"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    evidence = forms.CharField(
        label=gettext_lazy("有什么可以证明"),
        help_text=gettext_lazy("例如：证件名称和编号、办理时间和地点。不用上传，部门会自己核对。"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, field: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proposed"] = value_field(field, label=_("应该是什么"))


def value_field(field: str, *, label: str) -> forms.Field:
    """The question for a value of a registry field: a list of codes, a day, or a text."""
    words = fields_of(PEOPLE)[field]
    if words.codes is not None:
        choices = [("", _("请选择")), *code_list(words.codes).choices(reader_language())]
        return forms.ChoiceField(label=label, choices=choices)
    if words.kind == "date":
        return IsoDayField(label=label, widget=forms.DateInput(attrs={"type": "date"}))
    return forms.CharField(label=label, max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class IsoDayField(forms.DateField):
    """A day, given on as `2026-07-09`."""

    def clean(self, value: Any) -> Any:
        """The day as text."""
        day: date | None = super().clean(value)
        return day.isoformat() if day else ""


class AppealForm(forms.Form):
    """Why a refusal was wrong."""

    reason = forms.CharField(
        label=gettext_lazy("为什么不同意"), max_length=500, widget=forms.Textarea(attrs={"rows": 4})
    )


class ChooseValueForm(forms.Form):
    """What the value will be."""

    value = forms.CharField(label=gettext_lazy("更正后的内容"), max_length=200)

    def __init__(self, *args: Any, field: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"] = value_field(field, label=_("更正后的内容"))


class PassOnForm(forms.Form):
    """Which department answers for a value, among those that say something of it."""

    resource = forms.ChoiceField(label=gettext_lazy("责任部门"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=gettext_lazy("说明"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, sources: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "resource", [(code, source_name(code, reader_language())) for code in sources])
