"""The forms of the desk: each step of an incident asks for what it needs, and no more."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from huimin.platform.identity.declarations import this_city
from huimin.platform.identity.names import department_name
from huimin.platform.incidents.declarations import Standard
from huimin.platform.incidents.http.words import class_name
from huimin.platform.incidents.models import Asking, Link
from huimin.platform.incidents.operations.photos import LARGEST, MOST
from huimin.platform.incidents.rules.reports import NewPhoto
from huimin.platform.ui.choices import offer
from huimin.platform.ui.languages import reader_language

LONGEST: Final = 500


class PhotosInput(forms.ClearableFileInput):
    """Several photos in one go."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Photos; cleaned it is a list of them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=PhotosInput(attrs={"accept": "image/jpeg,image/png,image/webp"}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[NewPhoto]:
        """Each file by the rules of one; more than MOST are refused by the operation, larger ones here, before they are read."""
        files = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        for one in files:
            super().clean(one, initial)
            if one.size > LARGEST:
                raise forms.ValidationError(_("每张照片不超过 10 MB。"))
        if self.required and not files:
            raise forms.ValidationError(_("请选择照片。"))
        return [NewPhoto(content=one.read()) for one in files[: MOST + 1]]


class SaidForm(forms.Form):
    """A note, where nothing has to be said."""

    said = forms.CharField(
        label=_("说明"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReasonForm(forms.Form):
    """A reason that others read."""

    reason = forms.CharField(
        label=_("理由"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写明理由。")},
    )


class SeenForm(SaidForm):
    """What was found on the spot, with photos."""

    photos = PhotosField(label=_("现场照片"), required=False)


class DisposedForm(SaidForm):
    """How it was dealt with, with photos of afterwards."""

    photos = PhotosField(label=_("处置后照片"), required=False)


class FilingForm(SaidForm):
    """The class, and whether it is urgent."""

    class_code = forms.ChoiceField(label=_("类别"), error_messages={"required": _("请选择类别。")})
    urgent = forms.BooleanField(label=_("紧急案件"), required=False)
    field_order = ("class_code", "urgent", "said")

    def __init__(self, *args: Any, numbered: Standard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [
            (
                group.names.text(reader_language()),
                [(one.code, class_name(one)) for one in numbered.in_group(group.code)],
            )
            for group in numbered.groups.values()
        ]
        offer(self, "class_code", [("", _("请选择")), *groups])


def disposing_departments() -> list[tuple[str, str]]:
    """The departments of the city that deal with incidents, code and name."""
    declared = this_city().departments
    return [
        (one.code, department_name(one.code, reader_language()))
        for one in declared.departments
        if "dispose" in {post.code for post in declared.posts_of(one)}
    ]


class DispatchForm(SaidForm):
    """To whom: the leading department, and those who take part."""

    lead = forms.ChoiceField(label=_("牵头部门"), error_messages={"required": _("请选择牵头部门。")})
    others = forms.MultipleChoiceField(
        label=_("协同部门"), required=False, help_text=_("联合处置时选；按住 Ctrl（或 ⌘）可以多选。")
    )
    field_order = ("lead", "others", "said")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = disposing_departments()
        offer(self, "lead", [("", _("请选择")), *departments])
        self.fields["others"].widget.attrs["size"] = "6"
        field = self.fields["others"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = departments

    @property
    def departments(self) -> list[str]:
        """What was chosen, the leading one first."""
        return [self.cleaned_data["lead"], *self.cleaned_data["others"]]


class RedispatchForm(SaidForm):
    """To whom instead."""

    department = forms.ChoiceField(label=_("改派部门"), error_messages={"required": _("请选择部门。")})
    field_order = ("department", "said")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "department", [("", _("请选择")), *disposing_departments()])


class AskingForm(ReasonForm):
    """More time, or shelving."""

    what = forms.ChoiceField(label=_("申请"), choices=Asking.What.choices, widget=forms.RadioSelect)
    amount = forms.IntegerField(
        label=_("延长几个单位"),
        required=False,
        min_value=1,
        max_value=30,
        help_text=_("单位同处置时限；申请挂账时不填。"),
    )
    field_order = ("what", "amount", "reason")


class JoinForm(forms.Form):
    """Into which one."""

    into = forms.CharField(label=_("并入的案件编号"), max_length=26, error_messages={"required": _("请填写案件编号。")})


class LinkForm(forms.Form):
    """What it has to do with."""

    kind = forms.ChoiceField(label=_("关联什么"), choices=Link.Kind.choices)
    thing = forms.CharField(label=_("编号"), max_length=40, error_messages={"required": _("请填写编号。")})
