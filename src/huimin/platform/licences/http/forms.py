"""Forms of licences."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huimin.platform.catalogue.declarations.licences import LicenceType
from huimin.platform.ui.languages import reader_language


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


class SearchForm(forms.Form):
    """What an official looks for in his department's register."""

    wanted = forms.CharField(
        label=_("证照标识、编码、办件编号，或者持证人号码"),
        max_length=140,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "tabular"}),
        help_text=_("持证人号码是公民身份号码或统一社会信用代码，按它查会留下记录。"),
    )


class ChangeForm(forms.Form):
    """Why a licence is changed; by which law, where it is for good."""

    basis = forms.CharField(label=_("法律依据（法名和条款）"), max_length=200)
    reason = forms.CharField(
        label=_("事实和理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("持证人会看到这段话。"),
    )

    def __init__(self, *args: Any, law: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not law:
            del self.fields["basis"]


class ReissueForm(forms.Form):
    """What a licence says, to be changed, and why."""

    why = forms.CharField(label=_("为什么换发"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        declared: LicenceType,
        initial: Mapping[str, str] | None = None,
    ) -> None:
        given = {f"field_{name}": value for name, value in (initial or {}).items()}
        super().__init__(data, initial=given, auto_id="id_reissue_%s")
        self.codes = list(declared.fields)
        lines = {
            f"field_{name}": forms.CharField(label=field.names.text(reader_language()), max_length=300, required=False)
            for name, field in declared.fields.items()
        }
        self.fields = {**lines, **self.fields}

    @property
    def said(self) -> dict[str, str]:
        """What the new version says, by the names of the type's fields."""
        return {name: self.cleaned_data[f"field_{name}"] for name in self.codes}
