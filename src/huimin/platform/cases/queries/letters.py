"""What a letter may say of a case: a value for every placeholder of `catalogue.rules.letters`."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone

from huimin.kernel.money import Fen
from huimin.platform.cases.models import Case, Evidence
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.licences.queries import licences_of_case
from huimin.platform.process.queries import trace
from huimin.platform.registries.fields import department_name

NOTHING = {"zh": "（无）", "en": "(none)"}


def letter_values(case: Case, service: Service, reasons: str, language: str, *, at: datetime) -> Mapping[str, str]:
    """Every placeholder's text in a language; what a case does not have reads as nothing."""
    nothing = NOTHING[language]
    item = service.item
    names = {material.code: material.names.text(language) for material in item.materials}
    owed = case.evidence.filter(how=Evidence.How.OWED)
    missing = [names.get(one.material, one.material) for one in owed]
    check_by = [one.owed_until.isoformat() for one in owed if one.owed_until]
    licence = licences_of_case(case.reference).order_by("-id").first()
    lines = trace(case.reference, facts_at_most=0, at=at).lines
    due = lines[0].process.due_on if lines else None
    review, litigation = item.remedies.review, item.remedies.litigation
    amount = case.gives.get("amount")
    place = item.contacts.places[0] if item.contacts.places else None
    return {
        "number": case.number,
        "service": item.names.text(language),
        "body": department_name(case.department, language),
        "applicant": case.applicant_name,
        "lodged_on": _day(case.lodged_at),
        "accepted_on": _day(case.accepted_at) or nothing,
        "decided_on": _day(case.decided_at or at),
        "due_on": due.isoformat() if due else nothing,
        "reasons": reasons or nothing,
        "amount": str(Fen(amount)) if amount else nothing,
        "valid_until": licence.valid_until.isoformat() if licence and licence.valid_until else nothing,
        "check_by": min(check_by, default=nothing),
        "missing": ("、" if language == "zh" else ", ").join(missing) or nothing,
        "remedies": f"{review.before.text(language)} · {litigation.before.text(language)}",
        "place": place.names.text(language) if place else nothing,
    }


def _day(at: datetime | None) -> str:
    return timezone.localdate(at).isoformat() if at else ""
