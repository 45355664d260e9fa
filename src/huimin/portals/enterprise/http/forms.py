"""What is asked when a power is given."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from huimin.platform.identity.operations import GIVEN


class PowerForm(forms.Form):
    """Whom, what he may do, for which services, until when."""

    agent = forms.CharField(
        label=_("代办人的登录名"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("代办人先实名认证，登录名在他的“我的账户”里。"),
    )
    acts = forms.MultipleChoiceField(
        label=_("可以做什么"),
        choices=[(act.value, act.label) for act in GIVEN],
        widget=forms.CheckboxSelectMultiple,
    )
    until = forms.DateField(label=_("最后一天"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Mapping[str, Any] | None, *, services: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["services"] = forms.MultipleChoiceField(
            label=_("可以办哪些事项"),
            required=False,
            choices=services,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("一项都不选，就是全部事项。"),
        )
        self.order_fields(["agent", "acts", "services", "until"])

    def clean_until(self) -> datetime:
        """The start of the day after, in local time."""
        return timezone.make_aware(datetime.combine(self.cleaned_data["until"], time.max))
