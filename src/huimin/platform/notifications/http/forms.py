"""What people fill in here: an address, the code that came back, what they want to be told of."""

from collections.abc import Collection
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from huimin.platform.notifications.declarations import channels, notices_of_topic
from huimin.platform.notifications.rules import CODE_LASTS, PAGES, Channel, find_mobile
from huimin.platform.ui.languages import reader_language


class EmailForm(forms.Form):
    """An e-mail address."""

    value = forms.EmailField(
        label=_("电子邮件地址"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )


class MobileForm(forms.Form):
    """A mobile number, however it is written."""

    value = forms.CharField(
        label=_("手机号码"),
        max_length=20,
        help_text=_("11 位中国大陆手机号。"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )

    def clean_value(self) -> str:
        """Its eleven digits."""
        found = find_mobile(self.cleaned_data["value"])
        if found is None:
            raise ValidationError(_("请填写 11 位手机号码，例如 138 0000 0000。"))
        return found


ADDRESS_FORMS: Final = {Channel.EMAIL: EmailForm, Channel.SMS: MobileForm}


class ConfirmForm(forms.Form):
    """The code that came back."""

    code = forms.RegexField(
        r"^\d{6}$",
        label=_("验证码"),
        help_text=_("6 位数字，%(minutes)s 分钟内有效。") % {"minutes": CODE_LASTS.seconds // 60},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "6"}),
    )


class TicksField(forms.MultipleChoiceField):
    """Any of the choices, or none: none is an answer too, so nothing says that it may be left out."""

    widget = forms.CheckboxSelectMultiple

    def validate(self, value: Any) -> None:
        """Every tick is one that was offered."""
        if wrong := [one for one in value if not self.valid_value(one)]:
            raise ValidationError(
                self.error_messages["invalid_choice"], code="invalid_choice", params={"value": wrong[0]}
            )


class WishesForm(forms.Form):
    """For each topic the ways by which its reader wants it: ticked is wanted. What is official lies in the pages in any case."""

    def __init__(
        self, *args: Any, ways: Collection[str], unwanted: Collection[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offered: list[tuple[str, str]] = []
        for code, topic in channels().topics.items():
            offered = [(way, label) for way, label in _LABELS.items() if way in ways and _is_for_choosing(code, way)]
            if not offered:
                continue
            self.offered += [(code, way) for way, _label in offered]
            self.fields[code] = TicksField(
                label=topic.names.text(reader_language()),
                help_text=topic.hint.text(reader_language()),
                choices=offered,
                initial=[way for way, _label in offered if (code, way) not in unwanted],
            )
        self._beside = set(unwanted) - set(self.offered)

    @property
    def unwanted(self) -> set[tuple[str, str]]:
        """What was left without a tick, and what was declined before and is not asked now."""
        return self._beside | {(code, way) for code, way in self.offered if way not in self.cleaned_data[code]}


_LABELS: Final = {PAGES: _("在“消息”里告诉我"), Channel.EMAIL.value: _("发电子邮件"), Channel.SMS.value: _("发短信")}


def _is_for_choosing(topic: str, way: str) -> bool:
    """Whether any notice of the topic comes by this way only if it is wanted."""
    of_topic = notices_of_topic(topic)
    if way == PAGES:
        return any(not notice.official for notice in of_topic)
    return any(way in notice.ways for notice in of_topic)
