"""From drafts and cases to the pieces of the page."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from huimin.kernel.money import Fen
from huimin.platform.cases.models import Case, Upload
from huimin.platform.cases.models import Evidence as Given
from huimin.platform.cases.queries.drafts import Met, Readiness
from huimin.platform.cases.queries.parties import others_of, owner_of
from huimin.platform.cases.queries.signing import Request
from huimin.platform.cases.rules import KnownAnswer
from huimin.platform.catalogue.declarations.forms import Question
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.registries.fields import PEOPLE, fields_of, source_name
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.pieces import Answer, Evidence, EvidenceBy, Trust, Value

BY: Final[Mapping[str, EvidenceBy]] = {
    Given.How.LICENCE: EvidenceBy.LICENCE,
    Given.How.FACT: EvidenceBy.REGISTRY,
    Given.How.PROMISE: EvidenceBy.PROMISE,
    Given.How.UPLOAD: EvidenceBy.UPLOAD,
    Given.How.ORIGINAL: EvidenceBy.UPLOAD,
    Given.How.OWED: EvidenceBy.MISSING,
}
GRADES: Final[Mapping[str, Trust]] = {"A": Trust.ISSUED, "B": Trust.CHECKED, "C": Trust.CLAIMED, "D": Trust.CLAIMED}


def answer_text(question: Question, value: Any) -> str:
    """A stored answer as it reads."""
    options = dict(question.options(reader_language()))
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if question.type == "money" and isinstance(value, int):
        return str(Fen(value))
    if isinstance(value, list):
        return _("、").join(
            _row_text(question, one) if isinstance(one, Mapping) else options.get(one, str(one)) for one in value
        )
    return options.get(value, str(value))


def _row_text(question: Question, row: Mapping[str, Any]) -> str:
    return " ".join(answer_text(column, row[column.code]) for column in question.questions if column.code in row)


def known_value(question: Question, known: KnownAnswer) -> Value:
    """An answer that nobody need give: the value with its source, and where it can be corrected."""
    if known.source.startswith("licence:"):
        return Value(
            label=question.names.text(reader_language()), text=answer_text(question, known.value), source=_("电子证照")
        )
    owner, _dot, name = (question.source or "").partition(".")
    words = fields_of(PEOPLE).get(name) if owner == "applicant" else None
    correctable = words is not None and not words.window
    return Value(
        label=question.names.text(reader_language()),
        text=words.text(str(known.value), reader_language()) if words else answer_text(question, known.value),
        source=source_name(known.source, reader_language()),
        correct_url=reverse("registries:correct", args=[name]) if correctable else "",
    )


def known_values(ready: Readiness, codes: Iterable[str]) -> list[Value]:
    """Those of the questions that the city has answered, except what the applicant answered otherwise."""
    questions = {question.code: question for question in ready.questions}
    return [
        known_value(questions[code], ready.known[code])
        for code in codes
        if code in ready.shown and code in questions and code not in ready.answers
    ]


def met_row(met: Met, *, url: str = "", act: str = "") -> Evidence:
    """One material of a draft and how it is met."""
    material = met.need.material
    name = material.names.text(reader_language())
    if met.way is None:
        detail = (
            _("可以先提交，受理后再补") if met.later else (_("看您的情况，可能需要") if not met.need.certain else "")
        )
        return Evidence(material=name, by=EvidenceBy.MISSING, detail=detail, url=url, act=act)
    return Evidence(
        material=name,
        by=BY[met.way.how],
        detail=met.upload.name if met.upload else "",
        trust=GRADES.get(met.way.trust),
        url=url,
        act=act,
    )


def given_rows(case: Case, service: Service, *, url_of: Any = None) -> list[Evidence]:
    """The materials of a case; a part of a life event rests on files that were given with the whole."""
    names = {material.code: material.names.text(reader_language()) for material in service.item.materials}
    held = Upload.objects.filter(case__in=[case.pk, case.whole_id] if case.whole_id else [case.pk])
    files = {f"upload:{upload.public_id}": upload for upload in held}
    rows = []
    for one in case.evidence.order_by("id"):
        upload = files.get(one.reference)
        until = one.owed_until
        rows.append(
            Evidence(
                material=names.get(one.material, one.material),
                by=BY[one.how],
                detail=_("请在 %(day)s 前补交") % {"day": until.isoformat()}
                if until
                else (upload.name if upload else ""),
                trust=GRADES.get(one.trust),
                url=url_of(upload) if upload and url_of else "",
            )
        )
    return rows


def case_answers(case: Case, service: Service) -> list[Answer]:
    """What was said in a case, with who said it where nobody asked the applicant."""
    lines = []
    for question in service.form.questions:
        if question.code not in case.answers:
            continue
        known = case.known.get(question.code)
        text = answer_text(question, case.answers[question.code])
        if known and not known["source"].startswith("licence:"):
            text = f"{text}（{source_name(known['source'], reader_language())}）"
        lines.append(Answer(question=question.names.text(reader_language()), answer=text))
    return lines


def answers_to_sign(asked: Request) -> list[Answer]:
    """What the applicant wrote, for somebody who is to sign it; what only another signer can say is not his to read."""
    form, language = asked.service.form, reader_language()
    signing = {other.code for other in others_of(asked.service) if other.signs} - {asked.signature.party}
    return [
        Answer(question=question.names.text(language), answer=answer_text(question, asked.draft.answers[question.code]))
        for question in form.questions
        if question.code in asked.draft.answers and owner_of(question, form) not in signing
    ]


def letter_parts(text: str) -> dict[str, str]:
    """A letter's title, its first line where it is marked as a heading (`# …`), and the rest."""
    first, _newline, rest = text.partition("\n")
    return (
        {"title": first.removeprefix("# "), "text": rest.strip()}
        if first.startswith("# ")
        else {"title": "", "text": text}
    )
