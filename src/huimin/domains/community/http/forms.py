"""What mediators fill in."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from huimin.domains.community.models import Mediation, Party
from huimin.domains.community.operations import NewParty
from huimin.platform.ui.choices import offer


def _words(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class OpenForm(forms.Form):
    """A dispute as it is brought: one who asks and one who answers; others are added on its page."""

    kind = forms.ChoiceField(label=_("纠纷类型"), choices=Mediation.Kind.choices)
    division = forms.ChoiceField(label=_("区县"))
    summary = _words(_("纠纷情况"))
    address = forms.CharField(label=_("地点"), max_length=200, required=False)
    asks = forms.CharField(label=_("申请人姓名"), max_length=60)
    asks_telephone = forms.CharField(label=_("申请人电话"), max_length=30, required=False)
    answers = forms.CharField(label=_("被申请人姓名"), max_length=60)
    answers_telephone = forms.CharField(label=_("被申请人电话"), max_length=30, required=False)
    incident = forms.CharField(label=_("来自案件（编号）"), max_length=26, required=False)

    def __init__(self, *args: Any, divisions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "division", divisions)

    @property
    def parties(self) -> list[NewParty]:
        """Both sides as they were written down."""
        said = self.cleaned_data
        return [
            NewParty(side=side.value, name=said[side.value], telephone=said[f"{side.value}_telephone"])
            for side in (Party.Side.ASKS, Party.Side.ANSWERS)
        ]


class TakeForm(forms.Form):
    """Whether it is taken up."""

    accept = forms.TypedChoiceField(
        label=_("是否受理"),
        coerce=lambda text: text == "yes",
        choices=[("yes", _("受理")), ("no", _("不予受理"))],
        widget=forms.RadioSelect,
    )
    said = forms.CharField(
        label=_("理由（不予受理时必填）"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class SettleForm(forms.Form):
    """What the parties agreed on."""

    agreement = forms.CharField(label=_("协议内容"), max_length=2000, widget=forms.Textarea(attrs={"rows": 6}))
    agreed_on = forms.DateField(
        label=_("达成日期"), initial=timezone.localdate, widget=forms.DateInput(attrs={"type": "date"})
    )


class EndForm(forms.Form):
    """Why no agreement came about."""

    withdrawn = forms.TypedChoiceField(
        label=_("结果"),
        coerce=lambda text: text == "yes",
        choices=[("no", _("调解不成")), ("yes", _("当事人撤回"))],
        widget=forms.RadioSelect,
    )
    said = _words(_("原因"))


class FollowUpForm(forms.Form):
    """Whether the agreement is kept."""

    kept = forms.TypedChoiceField(
        label=_("协议是否履行"),
        coerce=lambda text: text == "yes",
        choices=[("yes", _("已履行")), ("no", _("没有履行，再次调解"))],
        widget=forms.RadioSelect,
    )
    said = _words(_("回访情况"))
