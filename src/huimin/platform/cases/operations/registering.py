"""Somebody new gets his unified social credit code by the decision that registers him (GB 32100)."""

from datetime import datetime
from typing import Final

from huimin.platform.cases.events import CodeIssued
from huimin.platform.cases.models import Case, Registration
from huimin.platform.cases.ports import registrars
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.catalogue.rules.answers import data_of, truth
from huimin.platform.catalogue.rules.situations import parameters_of
from huimin.platform.catalogue.rules.sources import CREDIT_CODE
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.registries.declarations import city

SYSTEM: Final = Actor(kind="system", ref="cases")


def issue_code(case: Case, service: Service, *, at: datetime) -> None:
    """Draw the code that the outcome of a locked case issues, once, and keep it among what the decision gives."""
    issued = service.item.outcome.issues
    if issued is None or CREDIT_CODE in case.gives:
        return
    data = data_of(service.form, case.answers, parameters_of(service.item))
    kind = next(one.kind for one in issued.kinds if truth(one.when, data))
    drawn = Registration.objects.create(case=case, issued_at=at)
    paper = registrars.get().issue(
        key=case.reference, authority=issued.authority, kind=kind, division=city().division, serial=drawn.pk
    )
    drawn.code, drawn.simulated = paper.number, paper.simulated
    drawn.save(update_fields=["code", "simulated"])
    case.gives = {**case.gives, CREDIT_CODE: paper.number}
    case.save(update_fields=["gives"])
    fact = CodeIssued(
        subject=case.reference,
        service=case.service,
        applicant=case.applicant,
        code=paper.number,
        simulated=paper.simulated,
    )
    publish(fact, actor=SYSTEM, at=at)
