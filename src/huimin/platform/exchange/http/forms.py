"""What is filled in at the delivery desk: filters, reasons, files, corrected rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from huimin.platform.exchange.declarations import sources
from huimin.platform.exchange.http import words
from huimin.platform.exchange.models import Delivery, QuarantinedRow
from huimin.platform.exchange.reach import Reach
from huimin.platform.exchange.trials import columns_at_fault
from huimin.platform.ui.choices import offer


class Asked(forms.Form):
    """Something asked in an address: anything strange means that it was not asked."""

    def asked(self) -> dict[str, Any]:
        """What was asked and is right; blanks for the rest."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}


class CatalogueForm(Asked):
    """How the catalogue is narrowed."""

    q = forms.CharField(label=_("查找资源"), max_length=60, required=False)
    kind = forms.CharField(max_length=60, required=False)
    domain = forms.CharField(max_length=40, required=False)
    department = forms.CharField(max_length=40, required=False)


class DeliveriesForm(Asked):
    """How the list of deliveries is narrowed."""

    resource = forms.CharField(max_length=64, required=False)
    department = forms.CharField(max_length=32, required=False)
    state = forms.ChoiceField(choices=Delivery.State.choices, required=False)
    after = forms.CharField(max_length=500, required=False)


class VersionsForm(Asked):
    """Which two versions are held against each other; none: the newest and the one before."""

    before = forms.IntegerField(min_value=1, required=False)
    after = forms.IntegerField(min_value=1, required=False)


class WithdrawForm(forms.Form):
    """Why a delivery is withdrawn."""

    reason = forms.CharField(
        label=_("撤回的原因"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("会留在这次交付里")
    )


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once."""

    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """Every file; empty ones too, since each gets its own answer."""
        files = data if isinstance(data, (list, tuple)) else [data]
        if not any(files):
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return [file for file in files if file is not None]


class UploadForm(forms.Form):
    """The files of a department."""

    sent = FilesField(
        label=_("要交付的文件"),
        help_text=_("可以一次选多个文件；文件名照约定，不用改格式"),
        error_messages={"required": _("请先选择文件")},
    )


class TrialForm(forms.Form):
    """A file to try, and against which resource."""

    file = forms.FileField(
        label=_("要试的文件"),
        help_text=_("只看前 50 行，不入库，看完即删"),
        error_messages={"required": _("请先选择文件"), "empty": _("这个文件是空的")},
    )
    resource = forms.ChoiceField(label=_("按哪个资源试"), required=False)

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(code, f"{words.resource_word(code)}（{code}）") for code in reach.sources()]
        offer(self, "resource", [("", _("按文件名判断")), *known])


class RowForm(forms.Form):
    """A returned row's columns, to be put right; the columns that its rule speaks of come first and are marked."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, row: QuarantinedRow, columns: Sequence[str]) -> None:
        super().__init__(data)
        self._columns: dict[str, str] = {}
        source = sources().get(row.delivery.resource)
        at_fault = columns_at_fault(row.rule, row.columns, source) if source else set()
        every = list(dict.fromkeys([*columns, *row.columns]))
        for place, column in enumerate(every):
            self._columns[f"column_{place}"] = column
            self.fields[f"column_{place}"] = forms.CharField(
                label=column,
                required=source is not None and column == source.records.id,
                error_messages={"required": _("请填写记录号，否则无法判断是哪一条记录")},
                strip=False,
                max_length=2000,
                initial=row.columns.get(column, ""),
                help_text=_("退回的原因在这一列") if column in at_fault else "",
            )
        marked = [name for name, column in self._columns.items() if column in at_fault]
        self.order_fields([*marked, *self._columns])

    def columns(self) -> dict[str, str]:
        """The corrected row by the department's column names; what was never delivered and is still blank is left out."""
        return {
            column: self.cleaned_data[name]
            for name, column in self._columns.items()
            if self.cleaned_data[name] or self.fields[name].initial
        }
