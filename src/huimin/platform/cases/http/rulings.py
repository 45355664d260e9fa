"""A decision by rule, explained to its applicant, to the desk and to who checks it: each rule, each fact, its source and its day."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from huimin.kernel.codes import code_list
from huimin.kernel.money import Fen
from huimin.kernel.refusals import Refusal
from huimin.platform.cases import operations, queries
from huimin.platform.cases.events import CaseLookedAt
from huimin.platform.cases.http.shown import answer_text
from huimin.platform.cases.models import Case, Ruling
from huimin.platform.cases.operations.deciding import AMOUNT
from huimin.platform.cases.operations.ruling import HUMAN, number_of
from huimin.platform.cases.permissions import HANDLE
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.process.queries import access_process
from huimin.platform.registries.fields import TRUTHS, FieldWords, fields_of, post_name, source_name
from huimin.platform.ui import toasts
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.pieces import Value

WORDS: Final = {
    "granted": gettext_lazy("符合，准予"),
    "refused": gettext_lazy("不符合，不予"),
    "human": gettext_lazy("规则不能判断，转人工"),
}
HELD: Final = {
    True: pgettext_lazy("rule", "符合"),
    False: pgettext_lazy("rule", "不符合"),
    None: gettext_lazy("缺少信息，无法判断"),
}


def rulings_of(case: Case, service: Service) -> list[dict[str, Any]]:
    """The case's decisions by rule, oldest first, ready to be shown."""
    return [_shown(ruling, service) for ruling in case.rulings.order_by("decided_at", "id")]


def _shown(ruling: Ruling, service: Service) -> dict[str, Any]:
    language = reader_language()
    assert service.decision is not None
    rules = {rule.code: rule.because.text(language) for rule in service.decision.rules}
    amount = ruling.case.gives.get(AMOUNT) if ruling.outcome == "granted" else None
    return {
        "at": ruling.decided_at,
        "outcome": WORDS[ruling.outcome],
        "because": ruling.because[language],
        "version": f"{ruling.case.version}.{ruling.case.revision}",
        "rules": [{"says": rules.get(code, code), "held": HELD[held], "decided": held} for code, held in ruling.tried],
        "facts": [_value(seen, service) for seen in ruling.seen],
        "amount": Fen(amount) if amount else None,
        "check": ruling.get_check_found_display() if ruling.check_found else "",
        "sampled": ruling.sampled,
    }


def _value(seen: Mapping[str, Any], service: Service) -> Value:
    language = reader_language()
    question = service.form.question(seen["answer"]) if "answer" in seen else None
    if question is not None:
        text = answer_text(question, seen["value"]) if seen["value"] else ""
        return Value(label=question.names.text(language), text=text, source=_("申请人填写"))
    if seen.get("post"):
        source = _("{post} 认定").format(post=post_name(seen["post"], language))
    else:
        source = source_name(seen["source"], language) if seen.get("source") else ""
    party = service.form.party(seen.get("of", ""))
    word = fields_of(party.registry).get(seen["fact"]) if party else None
    if word is None:
        return Value(label=seen["name"], text=seen["value"])
    return Value(
        label=word.label(language),
        text=word.text(seen["value"], language) if seen["value"] else "",
        source=source,
        as_of=date.fromisoformat(seen["as_of"]) if seen.get("as_of") else None,
    )


class FindingsForm(forms.Form):
    """What an official found out, by the inputs of the service's table; what stays empty was not found out."""

    def __init__(self, *args: Any, case: Case, service: Service, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = reader_language()
        found = dict(case.findings.values_list("name", "value"))
        for given in queries.findable(service):
            words = queries.words_of_input(service, given)
            several: dict[str, Any] = {
                "label": words.label(language),
                "required": False,
                "initial": found.get(given.name, ""),
            }
            options = _options(words, language)
            self.fields[given.name] = (
                forms.ChoiceField(choices=[("", _("没有认定")), *options], **several)
                if options
                else forms.CharField(
                    max_length=200,
                    widget=forms.TextInput(attrs={"type": "date"} if words.kind == "date" else {}),
                    **several,
                )
            )


def _options(words: FieldWords, language: str) -> list[tuple[str, str]]:
    if words.codes is not None:
        return list(code_list(words.codes).choices(language))
    if words.kind == "truth":
        return [(code, words.text(code, language)) for code in TRUTHS]
    return []


def findings_form(case: Case, service: Service) -> FindingsForm | None:
    """The form for what the table could not tell; None where it could."""
    last = case.rulings.order_by("-decided_at", "-id").first()
    if last is None or not case.is_open or not (last.outcome == HUMAN or case.findings.exists()):
        return None
    return FindingsForm(case=case, service=service, auto_id="finding_%s")


@needs(HANDLE)
@require_POST
def find(request: HttpRequest, number: str) -> HttpResponse:
    """Keep what the official found out, and decide by the table again."""
    actor, at = actor_of(request), timezone.now()
    case = queries.access_case_in_hand(number, actor, at=at)
    form = FindingsForm(request.POST, case=case, service=queries.service_of(case))
    if form.is_valid():
        try:
            decision = operations.find_facts(number, form.cleaned_data, actor=actor, at=at)
            toasts.say(request, _("已认定。按规则：%(outcome)s") % {"outcome": WORDS[decision.outcome]})
        except Refusal as refusal:
            toasts.warn(request, refusal.sentence(reader_language()))
    else:
        toasts.warn(request, _("请核对认定的内容。"))
    return redirect(request.META.get("HTTP_REFERER") or "process:inbox")


def titles(subjects: Sequence[str]) -> Mapping[str, str]:
    """The service and the case's number of some rulings, in one read."""
    language = reader_language()
    found = Ruling.objects.select_related("case").filter(public_id__in=[number_of(one) for one in subjects])
    return {
        ruling.reference: f"{queries.service_of(ruling.case).item.names.text(language)} · {ruling.case.number}"
        for ruling in found
    }


def panel(subject: str, *, actor: Actor, at: datetime) -> Mapping[str, Any]:
    """The ruling before the one who checks it; the look is journalled first. Raises Ruling.DoesNotExist, and what `access_process` does."""
    ruling = Ruling.objects.select_related("case").get(public_id=number_of(subject))
    access_process(actor, ruling.check_process, at=at)
    case = ruling.case
    with transaction.atomic():
        fact = CaseLookedAt(
            subject=case.reference, service=case.service, applicant=case.applicant, case_ref=case.number
        )
        publish(fact, actor=actor, at=at)
    service = queries.service_of(case)
    return {"case": case, "name": service.item.names.text(reader_language()), "ruling": _shown(ruling, service)}
