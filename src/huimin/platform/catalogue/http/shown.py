"""What the guide's pages are given: plain values in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from huimin.kernel.refusals import Refusal
from huimin.platform.catalogue.declarations.items import Basis
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.catalogue.http import words
from huimin.platform.catalogue.library import department_of
from huimin.platform.catalogue.queries import items
from huimin.platform.catalogue.rules.situations import Due, Guide, Need
from huimin.platform.registries.fields import department_name
from huimin.platform.ui.pieces import Answer

JOINED = {"zh": "、", "en": ", "}


def card(service: Service, language: str) -> dict[str, Any]:
    """A service as a list shows it."""
    item = service.item
    return {
        "url": reverse("catalogue:guide", args=[service.code]),
        "name": item.names.text(language),
        "abstract": item.abstract.text(language),
        "facts": [
            words.limit(item.limits.promised),
            words.visits(item),
            words.fee(item),
            words.body(service, language),
        ],
        "is_event": item.life_event is not None,
    }


def bodies(language: str) -> list[tuple[str, str]]:
    """The functions that decide services, with their departments' names, each department once."""
    found: dict[str, str] = {}
    for service in items.current().values():
        found.setdefault(service.item.body, words.body(service, language))
    return sorted(found.items(), key=lambda pair: pair[1])


def _basis(basis: Mapping[str, Basis], language: str) -> list[Answer]:
    return [
        Answer(
            question=" ".join(part for part in (one.law.text(language), one.number) if part),
            answer=f"{one.article.text(language)}：{one.says.text(language)}"
            if language.startswith("zh")
            else f"{one.article.text(language)}: {one.says.text(language)}",
        )
        for one in basis.values()
    ]


def _need(need: Need, language: str) -> dict[str, Any]:
    material = need.material
    return {
        "name": material.names.text(language),
        "needed": words.needed(need),
        "certain": need.certain,
        "ways": words.ways(material, language),
        "spared": material.met_by[0].how in {"licence", "fact"},
        "form": words.codes("material_form", (material.form,), language),
        "copies": material.copies,
        "note": material.note.text(language) if material.note else "",
        "because": material.because.text(language) if material.because else "",
    }


def _fees(due: Due, language: str) -> dict[str, Any]:
    charges = [
        {
            "name": charge.line.names.text(language),
            "count": charge.count,
            "amount": charge.amount,
            "relief": charge.relief.names.text(language) if charge.relief else "",
        }
        for charge in due.charges
    ]
    undecided = [{"name": line.names.text(language), "amount": line.amount} for line in due.undecided]
    return {"charges": charges, "undecided": undecided, "total": due.total}


def _department(function: str, language: str) -> str:
    try:
        return department_name(department_of(function), language)
    except Refusal:
        return _("区县人民政府")


def situation(service: Service, answers: Mapping[str, Any], language: str) -> list[Answer]:
    """The answers of the questionnaire as they read."""
    found = []
    for question in service.form.questions:
        if question.code in answers:
            labels = dict(question.options(language))
            value = answers[question.code]
            truths = {True: _("是"), False: _("否")}
            said = truths[value] if isinstance(value, bool) else labels.get(str(value), str(value))
            found.append(Answer(question=question.names.text(language), answer=said))
    return found


def _facts(service: Service, language: str) -> list[Answer]:
    item = service.item
    statutory = words.limit(item.limits.statutory)
    if item.limits.statutory.note:
        statutory += f" · {item.limits.statutory.note.text(language)}"
    rows = [
        (_("谁来办"), words.body(service, language)),
        (_("谁可以办"), words.codes("served_party", item.serves, language)),
        (_("多久办好（承诺）"), words.limit(item.limits.promised)),
        (_("法定时限"), statutory),
        (_("要跑几次"), words.visits(item) + (f" · {item.visits.reason.text(language)}" if item.visits.reason else "")),
        (_("怎么办"), words.codes("handling_form", item.forms_of_handling, language)),
        (_("通办范围"), words.codes("handling_range", (item.handling_range,), language)),
        (_("办成得到什么"), item.outcome.names.text(language)),
        (_("事项类型"), words.codes("service_item_type", (item.item_type,), language)),
    ]
    return [Answer(question=question, answer=answer) for question, answer in rows]


def guide(service: Service, found: Guide, language: str) -> dict[str, Any]:
    """Everything that the guide and the notice show of one situation."""
    item = service.item
    return {
        "service": service,
        "name": item.names.text(language),
        "abstract": item.abstract.text(language),
        "facts": _facts(service, language),
        "limit": words.limit(item.limits.promised),
        "visits": words.visits(item),
        "conditions": [one.text(language) for one in item.conditions],
        "needs": [_need(need, language) for need in found.needs],
        "fees": _fees(found.due, language),
        "charges_anything": bool(item.fee.lines),
        "places": [
            {"name": one.names.text(language), "lines": words.place(one, language), "synthetic": one.synthetic}
            for one in found.places
        ],
        "parts": [
            {
                "name": part.names.text(language),
                "body": _department(part.body, language),
                "limit": words.limit(part.limit),
            }
            for part in found.parts
        ],
        "procedures": [
            Answer(
                question=one.names.text(language),
                answer=_("最长%(limit)s，不计入时限") % {"limit": words.limit(one.longest)},
            )
            for one in item.special_procedures
        ],
        "promises": [one.text.text(language) for one in item.promises],
        "basis": _basis(item.basis, language),
        "remedies": [
            Answer(
                question=_("行政复议"),
                answer=_("%(days)d日内向%(before)s申请")
                % {"days": item.remedies.review.days, "before": item.remedies.review.before.text(language)},
            ),
            Answer(
                question=_("行政诉讼"),
                answer=_("%(months)d个月内向%(before)s起诉")
                % {"months": item.remedies.litigation.months, "before": item.remedies.litigation.before.text(language)},
            ),
        ],
        "questions": [(one.asked.text(language), one.answered.text(language)) for one in item.questions_answered],
        "consult": item.contacts.consult,
        "complain": item.contacts.complain,
        "proactive": item.proactive is not None,
    }
