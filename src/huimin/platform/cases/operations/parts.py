"""The parts of a life event: each a case of its own, opened by the process of the whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from huimin.platform.cases.events import PartOpened
from huimin.platform.cases.models import Case, Evidence, Serial
from huimin.platform.cases.operations.deciding import move_case
from huimin.platform.cases.operations.lodging import limit_of
from huimin.platform.cases.queries.files import lock_case, service_of
from huimin.platform.cases.rules import State, case_number
from huimin.platform.catalogue.library import department_of
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.process.rules.graph import Limit
from huimin.platform.registries.declarations import city

SYSTEM: Final = Actor(kind="system", ref="cases")


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A part's new case, the clock of its whole, and what its process branches on in place of what the whole's did."""

    case: Case
    limit: Limit | None
    data: dict[str, Any]


def open_part(number: str, *, task: str, at: datetime) -> Opened | None:
    """Open the case of the part that a call of the whole's process stands for; None where the call is no part of it.

    What was taken in once is taken in: the part counts as accepted, and the whole with its first one. The part has the whole's answers and
    those of its materials that its own body sees, as they are known now. Raises NoSuchCase.
    """
    whole = lock_case(number)
    service = service_of(whole)
    event = service.item.life_event
    part = event.part_at(task) if event else None
    if part is None:
        return None
    own = service.part(part.code)
    department = department_of(part.body, whole.division)
    case = Case.objects.create(
        number=case_number(city().division, timezone.localdate(at).year, Serial.objects.create().pk),
        service=own.code,
        version=whole.version,
        revision=whole.revision,
        applicant=whole.applicant,
        applicant_name=whole.applicant_name,
        parties=whole.parties,
        account=whole.account,
        first_contact=whole.first_contact,
        channel=whole.channel,
        division=whole.division,
        department=department,
        answers=whole.answers,
        known=whole.known,
        whole=whole,
        lodged_at=at,
    )
    given = whole.evidence.filter(material__in=part.materials).order_by("id")
    Evidence.objects.bulk_create(
        Evidence(
            case=case,
            material=one.material,
            how=one.how,
            trust=one.trust,
            reference=one.reference,
            given_at=one.given_at,
            owed_until=one.owed_until,
        )
        for one in given
    )
    fact = PartOpened(
        subject=case.reference,
        service=case.service,
        applicant=case.applicant,
        whole=whole.reference,
        department=department,
    )
    # Who finished the step before has done nothing to this one.
    publish(fact, actor=SYSTEM, at=at)
    move_case(case.number, State.ACCEPTED, actor=SYSTEM, at=at)
    if not whole.has_parts:
        Case.objects.filter(pk=whole.pk).update(has_parts=True)
        if whole.state == State.LODGED:
            move_case(number, State.ACCEPTED, actor=SYSTEM, at=at)
    return Opened(case=case, limit=limit_of(part.limit), data={"body": department, "desk": part.post})


def begin_part(case: Case, process: str) -> None:
    """The part's process has begun, under this number."""
    Case.objects.filter(pk=case.pk).update(process=process)


def withdraw_parts(whole: Case, *, actor: Actor, at: datetime) -> Sequence[Case]:
    """What is still open of a whole that is withdrawn is withdrawn with it; its processes have ended with the whole's."""
    numbers = whole.parts.open().order_by("id").values_list("number", flat=True)
    return [move_case(number, State.WITHDRAWN, actor=actor, at=at) for number in list(numbers)]
