"""The window's one page: what is asked, known and brought, in the order in which a clerk goes through it, and where he goes on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huimin.kernel.refusals import Refusal
from huimin.platform.cases import queries
from huimin.platform.cases.http import shown
from huimin.platform.cases.http.applying import LISTS, list_piece, sections_of
from huimin.platform.cases.http.forms import FileForm, SectionForm, shown_value
from huimin.platform.cases.http.parties import complain, others_shown, party_form
from huimin.platform.cases.models import Draft
from huimin.platform.cases.queries.drafts import Met, Readiness
from huimin.platform.catalogue.declarations.forms import Question
from huimin.platform.registries.fields import post_name
from huimin.platform.ui.languages import reader_language

ORIGINALS: Final = "original"
PROMISES: Final = "promise"
SIGNATURES: Final = "signature"
FORGET: Final = "forget:"


class PersonForm(forms.Form):
    """Who stands there: by his document, or by an electronic licence that he shows; for a firm its credit code too."""

    citizen_id = forms.CharField(
        label=gettext_lazy("公民身份号码"),
        required=False,
        max_length=30,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "class": "tabular", "autofocus": True}
        ),
    )
    name = forms.CharField(
        label=gettext_lazy("证件上的姓名"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    shown_code = forms.CharField(
        label=gettext_lazy("或者扫电子证照的出示码"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    uscc = forms.CharField(
        label=gettext_lazy("统一社会信用代码"),
        required=True,
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "tabular"}),
    )
    seen = forms.BooleanField(label=gettext_lazy("我已核对本人和证件原件"))

    def __init__(self, *args: Any, for_firm: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if for_firm:
            self.fields["seen"].label = _("我已核对经办人证件原件，以及法定代表人身份或授权委托书")
        else:
            del self.fields["uscc"]

    def clean(self) -> dict[str, Any]:
        """One of the two ways must be there."""
        cleaned = super().clean() or {}
        if not cleaned.get("shown_code") and not (cleaned.get("citizen_id") and cleaned.get("name")):
            self.add_error("citizen_id", _("请填写证件号码和姓名，或者扫出示码。"))
        return cleaned


class HandOverForm(forms.Form):
    """Which window goes on."""

    to_post = forms.ChoiceField(label=gettext_lazy("转交给"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        windows = [(code, post_name(code, reader_language())) for code in queries.window_posts()]
        self.fields["to_post"] = forms.ChoiceField(
            label=self.fields["to_post"].label, choices=[("", _("请选择")), *windows]
        )


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One question as drawn: a field, or a list's lines. `is_next` marks where the clerk goes on."""

    field: Any = None
    lists: Mapping[str, Any] | None = None
    is_next: bool = False


def asked_questions(ready: Readiness) -> list[Question]:
    """The questions that are put on the page."""
    return [question for _section, questions in sections_of(ready) for question in questions]


def form_of(
    draft: Draft, ready: Readiness, *, wrong: Mapping[str, Refusal], complain_of: Collection[str] = ()
) -> SectionForm:
    """All questions with what is kept. What is missing is complained of for questions that the page had put before."""
    plain = [question for question in asked_questions(ready) if question.type != LISTS]
    kept = {question.code: shown_value(question, _kept(draft, ready, question)) for question in plain}
    if not complain_of and not wrong:
        return SectionForm(questions=plain, language=reader_language(), initial=kept)
    form = SectionForm(kept, questions=plain, language=reader_language())
    form.full_clean()
    for code in set(form.errors) - set(complain_of):
        del form.errors[code]
    form.complain({code: one for code, one in wrong.items() if code not in form.errors}, reader_language())
    return form


def _kept(draft: Draft, ready: Readiness, question: Question) -> Any:
    """What was typed; for what is asked although it is known, the value that is known, to be confirmed."""
    known = ready.known.get(question.code)
    return draft.answers.get(question.code, known.value if known else None)


def is_empty(draft: Draft, ready: Readiness, question: Question) -> bool:
    """Whether the page still waits for an answer."""
    return question.required and _kept(draft, ready, question) in (None, "", [])


def page_of(draft: Draft, ready: Readiness, form: SectionForm) -> dict[str, Any]:
    """What the page shows, and the first thing that waits: a wrong or empty answer, an open material, else the button."""
    language = reader_language()
    waiting = [
        question.code
        for question in asked_questions(ready)
        if question.code in form.errors or is_empty(draft, ready, question)
    ]
    materials = [_brought(met, draft) for met in ready.materials if _is_brought(met)]
    open_ones = [one["code"] for one in materials if one["open"]]
    following = next(iter([*waiting, *open_ones]), "")
    sections = [
        {
            "code": section.code,
            "title": section.names.text(language),
            "help": section.help.text(language) if section.help else "",
            "pieces": [_piece(question, draft, form, following) for question in questions],
        }
        for section, questions in sections_of(ready)
    ]
    return {
        "sections": sections,
        "known": known_shown(ready),
        "free": [shown.met_row(met) for met in ready.materials if not _is_brought(met)],
        "materials": materials,
        "following": following,
        "due": ready.due,
    }


def _piece(question: Question, draft: Draft, form: SectionForm, following: str) -> Piece:
    is_next = question.code == following
    if question.type == LISTS:
        return Piece(lists=list_piece(question, draft.answers.get(question.code) or []), is_next=is_next)
    return Piece(field=form[question.code], is_next=is_next)


def known_shown(ready: Readiness) -> list[Any]:
    """What the city knows and nobody types, with its source. The clerk cannot correct it: the person can, or the department."""
    values = shown.known_values(ready, [question.code for question in ready.questions])
    return [replace(value, correct_url="") for value in values]


def others_of_page(request: HttpRequest, ready: Readiness, wrong: Mapping[str, Refusal]) -> list[dict[str, Any]]:
    """Who else stands there: to be named by his document, or named and to be ticked as present and signed."""
    given = {}
    for other in ready.unnamed:
        form = party_form(other.party, request.POST or None, required=False)
        if refusal := wrong.get(f"party-{other.party.code}"):
            complain(form, refusal)
        given[other.party.code] = form
    return others_shown(ready, given)


def shows_more(before: Readiness, after: Readiness) -> bool:
    """Whether somebody's data are on the page that were not on it before: he has signed."""
    return bool(_open_parties(after) - _open_parties(before))


def _open_parties(ready: Readiness) -> set[str]:
    return {code for code, facts in ready.parties.items() if facts.golden}


def _is_brought(met: Met) -> bool:
    """Whether the window has anything to do with it: what the city brings itself is shown, not asked."""
    return met.way is None or met.way.how in ("upload", "promise", "original")


def _brought(met: Met, draft: Draft) -> dict[str, Any]:
    material = met.need.material
    ways = {way.how for way in material.met_by}
    return {
        "code": material.code,
        "row": shown.met_row(met),
        "note": material.note.text(reader_language()) if material.note else "",
        "open": met.way is None and met.need.certain,
        "original": ORIGINALS in ways,
        "seen": material.code in draft.intake.originals,
        "promise": PROMISES in ways,
        "promised": material.code in draft.promises,
        "form": FileForm(prefix=material.code, auto_id=f"id_{material.code}_%s") if "upload" in ways else None,
    }


def files_in(request: HttpRequest, ready: Readiness) -> dict[str, Any]:
    """The files that came with the page, by material."""
    names = (met.need.material.code for met in ready.materials)
    return {code: request.FILES[f"{code}-file"] for code in names if f"{code}-file" in request.FILES}


def still_missing(ready: Readiness) -> Sequence[Mapping[str, str]]:
    """Everything at once (一次性告知): questions without an answer, answers that cannot be right, materials to bring."""
    language = reader_language()
    questions = {question.code: question for question in ready.questions}
    rows = [{"what": question.names.text(language), "why": _("没有填")} for question in ready.missing]
    rows += [{"what": one.party.names.text(language), "why": _("带身份证件来")} for one in ready.unnamed]
    rows += [{"what": one.party.names.text(language), "why": _("来签字")} for one in ready.unsigned]
    rows += [
        {"what": questions[wrong.question].names.text(language), "why": _("填得不对")}
        for wrong in ready.wrong
        if wrong.question in questions
    ]
    for met in ready.materials:
        if met.way is None and met.need.material.necessity == "1":
            why = _("带来") if met.need.certain else _("看情况，可能需要")
            rows.append({"what": met.need.material.names.text(language), "why": why})
    return rows
