"""What a letter may say of a case: a value for every placeholder of `catalogue.rules.letters`."""

from collections.abc import Collection, Mapping
from datetime import datetime
from itertools import takewhile
from typing import Final

from django.utils import timezone

from huimin.kernel.money import Fen
from huimin.platform.cases.models import Case, Evidence
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.licences.queries import licences_of_case
from huimin.platform.process.events import WorkCompleted
from huimin.platform.process.queries import Trace, trace
from huimin.platform.process.rules.states import ItemKind
from huimin.platform.registries.fields import department_name

NOTHING: Final = {"zh": "（无）", "en": "(none)"}
REASONED: Final = ("refused", "supplement")
"""The letters that give reasons."""
FACTS_READ: Final = 200


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


def reasons_of(number: str, kind: str, said: str, *, adverse: Collection[str], at: datetime) -> Mapping[str, str]:
    """Why, by language: what officials wrote with the steps that spoke against it, and last what was `said` with the one that led here.

    A demand for a supplement has only that; a step that was done again counts as it was done last. It reads as it was written.
    """
    if kind not in REASONED:
        return {}
    earlier = _objections(number, adverse, at) if kind == "refused" else []
    text = "；".join(dict.fromkeys(one for one in (*earlier, said) if one))
    return dict.fromkeys(NOTHING, text)


def _objections(number: str, adverse: Collection[str], at: datetime) -> list[str]:
    story = trace(f"case:{number}", facts_at_most=FACTS_READ, at=at)
    latest: dict[str, WorkCompleted] = {}
    for entry in story.facts:
        if isinstance(entry.fact, WorkCompleted):
            latest.setdefault(entry.fact.node, entry.fact)
    against = [fact for fact in reversed(latest.values()) if fact.outcome in adverse]
    return [story.remarks.get(fact.remark, "") for fact in against]


def said_since_he_acted(story: Trace, *, adverse: Collection[str]) -> list[str]:
    """What officials wrote with the steps that spoke against a case since its applicant last did something, in their order."""
    own = {item.number for line in story.lines for item in line.items if item.kind == ItemKind.APPLICANT}
    done = [entry.fact for entry in story.facts if isinstance(entry.fact, WorkCompleted)]
    since = takewhile(lambda fact: fact.item not in own, done)
    said = [story.remarks.get(fact.remark, "") for fact in since if fact.outcome in adverse]
    return [text for text in dict.fromkeys(reversed(said)) if text]


def _day(at: datetime | None) -> str:
    return timezone.localdate(at).isoformat() if at else ""
