"""Forms of licences."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CopyForm(forms.Form):
    """What a copy is for, and until when."""

    purpose = forms.CharField(label=_("用途"), max_length=120, help_text=_("例如：仅用于租房登记。会印在复印件上。"))
    until = forms.DateField(
        label=_("有效期至"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("到这一天起复印件失效，最长一年。"),
    )


class CheckForm(forms.Form):
    """A code typed by hand."""

    number = forms.CharField(
        label=_("证照编码"), max_length=40, help_text=_("证照二维码下面的 16 位字母和数字，不分大小写。")
    )
