"""Forms made from a service's questions, and the few of our own."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huimin.kernel.money import Fen
from huimin.kernel.refusals import Refusal
from huimin.platform.catalogue.declarations.forms import Question

ATTRIBUTES: Final[Mapping[str, Mapping[str, str]]] = {
    "date": {"type": "date"},
    "month": {"type": "month"},
    "number": {"inputmode": "numeric"},
    "money": {"inputmode": "decimal"},
    "phone": {"inputmode": "tel", "autocomplete": "tel"},
    "citizen_id": {"autocomplete": "off", "spellcheck": "false", "class": "tabular"},
    "uscc": {"autocomplete": "off", "spellcheck": "false", "class": "tabular"},
    "bank_account": {"inputmode": "numeric", "autocomplete": "off", "class": "tabular"},
}


def _truths() -> list[tuple[str, str]]:
    return [("true", _("是")), ("false", _("否"))]


def field_of(question: Question, language: str) -> forms.Field:
    """The field of a question. Checked here is only that it was answered: what an answer means, the rules of the catalogue say."""
    given: dict[str, Any] = {
        "label": question.names.text(language),
        "required": question.required,
        "error_messages": {"required": _("请填写“%(question)s”。") % {"question": question.names.text(language)}},
        "help_text": question.help.text(language) if question.help else "",
    }
    if question.type == "truth":
        return forms.ChoiceField(choices=_truths(), widget=forms.RadioSelect, **given)
    options = question.options(language)
    if question.type == "choices":
        return forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple, **given)
    if question.type == "choice":
        few = len(options) <= 6
        return forms.ChoiceField(
            choices=options if few else [("", _("请选择")), *options],
            widget=forms.RadioSelect if few else forms.Select,
            **given,
        )
    widget = forms.Textarea if question.type == "long_text" else forms.TextInput
    return forms.CharField(widget=widget(attrs=dict(ATTRIBUTES.get(question.type, {}))), **given)


def shown_value(question: Question, value: Any) -> Any:
    """A stored answer as its field shows it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if question.type == "money" and isinstance(value, int):
        return f"{Fen(value).amount / 100:.2f}"
    return value


class SectionForm(forms.Form):
    """The questions of one section. Lists (a table of persons) are asked as lines of their own in `ListForm`."""

    def __init__(self, *args: Any, questions: Iterable[Question], language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in questions:
            self.fields[question.code] = field_of(question, language)

    def complain(self, wrong: Mapping[str, Refusal], language: str) -> None:
        """Put each refusal's sentence beside its question."""
        for code, refusal in wrong.items():
            self.add_error(code if code in self.fields else None, refusal.sentence(language))


class FileForm(forms.Form):
    """One file for one material."""

    file = forms.FileField(
        label=gettext_lazy("选择文件"), help_text=gettext_lazy("PDF、JPG 或 PNG，不超过 10 MB。可以直接拍照。")
    )
