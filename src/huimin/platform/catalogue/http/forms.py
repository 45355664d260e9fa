"""What is asked on the guide: search and filters, and the situational questionnaire."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huimin.kernel.refusals import Refusal
from huimin.platform.catalogue.declarations.forms import Question
from huimin.platform.catalogue.declarations.profile import Asked
from huimin.platform.catalogue.rules.answers import read

YES, NO = "yes", "no"


class BrowseForm(forms.Form):
    """How the services are narrowed; anything strange means that it was not asked."""

    q = forms.CharField(label=gettext_lazy("我要办…"), max_length=60, required=False)
    serves = forms.ChoiceField(choices=[("person", ""), ("organisation", "")], required=False)
    theme = forms.CharField(max_length=3, required=False)
    body = forms.CharField(max_length=48, required=False)
    event = forms.CharField(max_length=3, required=False)

    def asked(self) -> dict[str, str]:
        """What was asked and is right; blanks for the rest."""
        self.is_valid()
        return {name: str(self.cleaned_data.get(name) or "") for name in self.fields}


def _choices(question: Question, language: str) -> list[tuple[str, str]]:
    if question.type == "truth":
        return [(YES, _("是")), (NO, _("否"))]
    return list(question.options(language))


class SituationForm(forms.Form):
    """The questions on which materials, fee and counter depend; `answers` are shown as chosen.

    None must be answered: the guide then says perhaps. It is never bound, so that nothing is called missing.
    """

    use_required_attribute = False

    def __init__(self, questions: Sequence[Question], language: str, answers: Mapping[str, Any]) -> None:
        super().__init__()
        for question in questions:
            field = _field(question, language)
            field.label = question.names.text(language)
            field.help_text = question.help.text(language) if question.help else ""
            value = answers.get(question.code)
            field.initial = (YES if value else NO) if isinstance(value, bool) else value
            self.fields[question.code] = field


class ProfileForm(forms.Form):
    """What is asked of who is not signed in; every question may be left out."""

    use_required_attribute = False

    def __init__(self, questions: Sequence[Asked], language: str, data: Mapping[str, Any] | None) -> None:
        super().__init__(data)
        for question in questions:
            self.fields[question.code] = _asked(question, language)
            self.fields[question.code].label = question.names.text(language)

    def answers(self) -> dict[str, str]:
        """What was answered, as text."""
        return {code: str(value) for code, value in self.cleaned_data.items() if value not in (None, "")}


def _asked(question: Asked, language: str) -> forms.Field:
    if question.most is not None:
        return forms.IntegerField(min_value=0, max_value=question.most, required=False)
    choices = [(choice.code, choice.names.text(language)) for choice in question.choices]
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, required=False)


def _field(question: Question, language: str) -> forms.Field:
    if question.type in {"number", "money"}:
        return forms.IntegerField(min_value=question.least, max_value=question.most)
    choices = _choices(question, language)
    if question.type == "choices":
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple)
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect)


def situation(questions: Sequence[Question], asked: Mapping[str, Any], *, on: date) -> dict[str, Any]:
    """The answers that an address holds; what cannot be read counts as not answered."""
    found: dict[str, Any] = {}
    for question in questions:
        text = asked.get(question.code)
        if text in (None, ""):
            continue
        many = getattr(asked, "getlist", None)
        given = many(question.code) if question.type == "choices" and many else text
        try:
            found[question.code] = read(question, given, on=on)
        except Refusal:
            continue
    return found
