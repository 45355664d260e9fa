"""What people fill in here."""

import re
from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from huimin.kernel.identifiers import CitizenId, NotACitizenId
from huimin.platform.identity.declarations import this_city
from huimin.platform.identity.models import Delegation, Grant
from huimin.platform.identity.rules import Mask


class CitizenIdField(forms.CharField):
    """A citizen number in any way people write it; cleaned to the number itself."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        super().__init__(label=_("公民身份号码"), max_length=30, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> Any:
        """Raises ValidationError with the number's own sentence."""
        text = super().clean(value)
        try:
            return CitizenId.parse(text) if text else text
        except NotACitizenId as refusal:
            raise ValidationError(refusal.sentence(get_language() or "zh")) from refusal


class LastDayField(forms.DateField):
    """The last day on which something holds; cleaned to the instant at which it no longer does."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}), **kwargs)

    def clean(self, value: Any) -> Any:
        """The start of the day after, in local time."""
        day = super().clean(value)
        return timezone.make_aware(datetime.combine(day, time.max)) if day else None


class PersonForm(forms.Form):
    """Who somebody says he is."""

    name = forms.CharField(label=_("姓名"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    citizen_id = CitizenIdField()


class CodeForm(forms.Form):
    """The code that came back."""

    code = forms.RegexField(
        r"^\d{6}$",
        label=_("验证码"),
        help_text=_("6 位数字，10 分钟内有效。"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "6"}),
    )


class RecoverForm(PersonForm):
    """Which account, and who."""

    username = forms.CharField(
        label=_("登录名"), max_length=64, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    field_order = ["username", "name", "citizen_id"]


class NewPasswordField(forms.CharField):
    """A new password that the validators accept."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("新密码"))
        kwargs.setdefault("help_text", password_validators_help_text_html())
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        super().__init__(strip=False, widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        """Raises what the validators raise."""
        password = super().clean(value)
        validate_password(password)
        return password


class RestoreForm(CodeForm):
    """The code, and a new password."""

    password = NewPasswordField()


class AccountNameForm(forms.Form):
    """Which account."""

    username = forms.CharField(label=_("登录名"), max_length=64, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class WindowForm(PersonForm):
    """A clerk binds an account to the person in front of him."""

    seen = forms.BooleanField(label=_("我已核对本人和身份证原件"))


class WindowRestoreForm(WindowForm):
    """A clerk lets a person back in, with a password that the person types."""

    password = NewPasswordField(label=_("请本人输入新密码"))


class ActsForm(forms.Form):
    """What an agent may do, until when."""

    relation = forms.ChoiceField(label=_("委托人与代办人的关系：委托人是代办人的"), choices=Delegation.Relation.choices)
    acts = forms.MultipleChoiceField(
        label=_("可以代办"),
        choices=[choice for choice in Delegation.Act.choices if choice[0] != Delegation.Act.MANAGE],
        widget=forms.CheckboxSelectMultiple,
    )
    until = LastDayField(label=_("最后一天"), required=False, help_text=_("不填则长期有效，随时可以终止。"))


class OfferForm(ActsForm):
    """Ask somebody to act for me."""

    agent = forms.CharField(
        label=_("代办人的登录名"), max_length=64, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    field_order = ["agent", "relation", "acts", "until"]


class WindowDelegationForm(ActsForm, PersonForm):
    """A clerk enters a delegation whose papers he saw; name and number are the principal's."""

    agent = forms.CharField(
        label=_("代办人的登录名"), max_length=64, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    basis = forms.ChoiceField(
        label=_("已查验的证明材料"),
        choices=[
            ("household register", _("户口簿")),
            ("birth certificate", _("出生医学证明")),
            ("guardianship", _("监护证明")),
            ("power of attorney", _("授权委托书")),
        ],
    )
    field_order = ["name", "citizen_id", "agent", "relation", "acts", "until", "basis"]


class PowerForm(forms.Form):
    """Why an administrator needs his power, and for how long."""

    reason = forms.CharField(label=_("理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))
    minutes = forms.TypedChoiceField(
        label=_("多久"), coerce=int, choices=[(15, _("15 分钟")), (30, _("30 分钟")), (60, _("1 小时"))]
    )


class PreferencesForm(forms.Form):
    """How somebody likes to read."""

    language = forms.ChoiceField(
        label=_("语言"), required=False, choices=[("", _("随设备")), ("zh-hans", "简体中文"), ("en", "English")]
    )
    elder_mode = forms.BooleanField(label=_("长辈版：大字、大按钮"), required=False)


class ClientForm(forms.Form):
    """A department's system to register."""

    department = forms.SlugField(label=_("部门代码"), max_length=16)
    name = forms.CharField(label=_("系统名称"), max_length=60)
    duty = forms.ChoiceField(label=_("用途"), choices=[("data_source", _("供数")), ("data_reader", _("查询"))])


class OfficialForm(forms.Form):
    """An official's account to open."""

    username = forms.RegexField(r"^[A-Za-z0-9._-]+$", label=_("登录名"), max_length=64)
    name = forms.CharField(label=_("姓名"), max_length=100)


class FirstSignInForm(forms.Form):
    """An official who comes for the first time, with the code that was handed to him."""

    username = forms.CharField(
        label=_("登录名"), max_length=64, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    code = forms.CharField(
        label=_("首次登录码"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )
    password = NewPasswordField()


class HoldingForm(forms.Form):
    """Who is to hold which post."""

    username = forms.CharField(label=_("登录名"), max_length=64, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    post = forms.CharField(label=_("岗位代码"), max_length=40, help_text=_("部门代码.岗位代码，例如 gaj.data"))


class WordsField(forms.CharField):
    """Several codes, with white space or commas between them; cleaned to a list."""

    def clean(self, value: Any) -> Any:
        """The codes in the order given, each once."""
        return (
            list(dict.fromkeys(re.split(r"[\s,，、]+", text))) if (text := (super().clean(value) or "").strip()) else []
        )


class GrantForm(forms.Form):
    """A grant to give: to which post, what of which resource, on which rows, for what, by which law, until when."""

    post = forms.CharField(label=_("岗位代码"), max_length=40, help_text=_("部门代码.岗位代码，例如 gaj.data"))
    resource = forms.ChoiceField(label=_("信息"))
    plain = WordsField(label=_("明示的字段"), max_length=500, required=False, help_text=_("字段代码，用空格隔开。"))
    masked = WordsField(
        label=_("掩码的字段"),
        max_length=500,
        required=False,
        help_text=_("字段代码:掩码方式，例如 phone:phone name:name。"),
    )
    rows = forms.ChoiceField(label=_("行的范围"), choices=Grant.Rows.choices)
    purposes = forms.MultipleChoiceField(label=_("用途"), widget=forms.CheckboxSelectMultiple)
    legal_basis = forms.CharField(label=_("依据"), min_length=4, max_length=200)
    until = LastDayField(label=_("最后一天"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        declared = this_city().grants
        self._fields: dict[str, set[str]] = {}
        for grant in declared.grants:
            self._fields.setdefault(grant.resource, set()).update(grant.plain, grant.masked)
        english = (get_language() or "").startswith("en")
        names = {code: each.en if english else each.zh for code, each in declared.purposes.items()}
        resources = {code: code for code in sorted(self._fields)}
        for name, choices in (("resource", resources), ("purposes", names)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = list(choices.items())

    def clean_masked(self) -> dict[str, str]:
        """Field name → kind of mask."""
        found = dict(one.partition(":")[::2] for one in self.cleaned_data["masked"])
        if wrong := sorted(set(found.values()) - {mask.value for mask in Mask}):
            raise ValidationError(
                _("没有这样的掩码方式：%(wrong)s。可用：%(known)s。")
                % {"wrong": ", ".join(wrong), "known": ", ".join(mask.value for mask in Mask)}
            )
        return found

    def clean_until(self) -> datetime:
        """A day to come."""
        until: datetime = self.cleaned_data["until"]
        if until <= timezone.now():
            raise ValidationError(_("最后一天须在今天或以后。"))
        return until

    def clean(self) -> dict[str, Any]:
        """Some field, each of them one that the resource has, none both ways."""
        answers = super().clean() or {}
        plain, masked = answers.get("plain", []), answers.get("masked", {})
        known = self._fields.get(answers.get("resource", ""), set())
        if not (plain or masked):
            self.add_error("plain", _("至少写一个字段。"))
        if both := sorted({*plain} & {*masked}):
            self.add_error("masked", _("不能既明示又掩码：%(fields)s。") % {"fields": ", ".join(both)})
        if lost := sorted(({*plain} | {*masked}) - known):
            sentence = _("没有这样的字段：%(fields)s。可用：%(known)s。")
            self.add_error("plain", sentence % {"fields": ", ".join(lost), "known": ", ".join(sorted(known))})
        return answers
