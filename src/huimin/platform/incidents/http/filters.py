"""What a list of incidents can be narrowed to."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huimin.kernel.identifiers import find_division
from huimin.platform.identity.declarations import this_city
from huimin.platform.incidents.declarations import standard
from huimin.platform.incidents.http.desk_forms import disposing_departments
from huimin.platform.incidents.http.words import class_name
from huimin.platform.incidents.models import Incident
from huimin.platform.incidents.queries.listing import Narrowed, View
from huimin.platform.ui.choices import offer
from huimin.platform.ui.languages import reader_language


class FilterForm(forms.Form):
    """The questions of the list, all of them optional; what cannot be read is left out."""

    words = forms.CharField(label=_("编号或文字"), required=False, max_length=60)
    state = forms.ChoiceField(label=_("状态"), required=False)
    class_code = forms.ChoiceField(label=_("类别"), required=False)
    division = forms.ChoiceField(label=_("区县"), required=False)
    street = forms.CharField(label=_("街道（9 位）"), required=False, max_length=9)
    department = forms.ChoiceField(label=_("牵头部门"), required=False)
    view = forms.CharField(required=False, widget=forms.HiddenInput)
    about = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", _("全部"))]
        numbered, language = standard(), reader_language()
        groups = [(group.code, f"{group.code} {group.names.text(language)}") for group in numbered.groups.values()]
        districts = sorted({one.division for one in this_city().departments.departments if one.kind == "district"})
        offer(self, "state", [*every, *Incident.States.choices])
        offer(
            self,
            "class_code",
            [
                *every,
                (_("大类"), groups),
                (_("小类"), [(one.code, class_name(one)) for one in numbered.classes.values()]),
            ],
        )
        offer(self, "division", [*every, *((code, _division(code)) for code in districts)])
        offer(self, "department", [*every, *disposing_departments()])
        self.is_valid()

    @property
    def narrowed(self) -> Narrowed:
        """What was asked for, as far as it can be read."""
        said = {name: str(value).strip() for name, value in self.cleaned_data.items() if value}
        view = said.pop("view", "")
        return Narrowed(view=View(view) if view in list(View) else View.OPEN, **said)

    def viewing(self, view: View) -> Narrowed:
        """The same in another view."""
        return replace(self.narrowed, view=view)


def _division(code: str) -> str:
    found = find_division(code)
    return found.name(reader_language()) if found else code
