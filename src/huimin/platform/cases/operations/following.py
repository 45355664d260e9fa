"""After lodging: supply what was asked for, take up an offer, withdraw."""

from datetime import datetime

from django.db import transaction

from huimin.kernel.refusals import Refusal
from huimin.platform.cases.events import MaterialSupplied, OriginalChecked
from huimin.platform.cases.models import Case, CaseOver, Evidence
from huimin.platform.cases.operations.deciding import move_case
from huimin.platform.cases.operations.drafting import keep_file, upload_of
from huimin.platform.cases.operations.offering import CONSENTS, sign_offer
from huimin.platform.cases.operations.parts import withdraw_parts
from huimin.platform.cases.queries.files import (
    access_case_in_hand,
    access_case_to_act_on,
    get_case,
    lock_case,
)
from huimin.platform.cases.rules import State
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.process import operations as process
from huimin.platform.process.queries import find_waiting_for_applicant


class NothingToSupply(Refusal):
    """The case does not wait for anything from its applicant."""

    zh = "{number} 现在不需要您补交或确认。"
    en = "{number} does not wait for anything from you now."


def supply_material(number: str, material: str, *, name: str, content: bytes, actor: Actor, at: datetime) -> Case:
    """Give a material that was asked for or is owed; the clock that stood for it runs on. Raises NoSuchCase, BadFile, NothingToSupply."""
    access_case_to_act_on(number, actor, at=at)
    digest, media_type = keep_file(content)
    with transaction.atomic():
        case = lock_case(number)
        waits = bool(find_waiting_for_applicant(case.reference))
        owed = case.evidence.filter(material=material, how=Evidence.How.OWED).first()
        if not case.is_open or (not waits and owed is None):
            raise NothingToSupply(number=number)
        upload = upload_of(draft=None, case=case, material=material, name=name, size=len(content), digest=digest,
                           media_type=media_type, actor=actor, at=at)  # fmt: skip
        Evidence.objects.update_or_create(
            case=case,
            material=material,
            defaults={
                "how": Evidence.How.UPLOAD,
                "trust": "C",
                "reference": f"upload:{upload.public_id}",
                "given_at": at,
                "owed_until": None,
            },
        )
        fact = MaterialSupplied(
            subject=case.reference, service=case.service, applicant=case.applicant, material=material
        )
        publish(fact, actor=actor, at=at)
    return case


def check_original(number: str, material: str, *, actor: Actor, at: datetime) -> Case:
    """An official who takes part has seen the original of a material (trust grade B). Raises NoSuchCase, NothingToSupply."""
    access_case_in_hand(number, actor, at=at)
    with transaction.atomic():
        case = lock_case(number)
        seen = case.evidence.filter(material=material, how=Evidence.How.OWED).update(
            how=Evidence.How.ORIGINAL, trust="B", reference=f"post:{actor.post}", given_at=at, owed_until=None
        )
        if not seen:
            raise NothingToSupply(number=number)
        fact = OriginalChecked(
            subject=case.reference, service=case.service, applicant=case.applicant, material=material
        )
        publish(fact, actor=actor, at=at)
    return case


def answer_offer(number: str, *, outcome: str, actor: Actor, at: datetime) -> Case:
    """Do the step that waits for the applicant: everything supplied, an offer taken up or declined.

    Raises NoSuchCase, NothingToSupply, and what the process refuses (an outcome that the step does not have).
    """
    case = access_case_to_act_on(number, actor, at=at)
    waiting = next(iter(find_waiting_for_applicant(case.reference)), None)
    if waiting is None:
        raise NothingToSupply(number=number)
    with transaction.atomic():
        if outcome in CONSENTS:
            sign_offer(case, at=at)
        process.answer_for_applicant(number=waiting.number, outcome=outcome, actor=actor, at=at)
    return case


def withdraw_case(number: str, *, reason: str = "", actor: Actor, at: datetime) -> Case:
    """Withdraw an application before it is decided, with what is open of its parts; a part alone lets the others go on.

    Raises NoSuchCase, CaseOver.
    """
    access_case_to_act_on(number, actor, at=at)
    with transaction.atomic():
        case = get_case(number)
        if not case.is_open:
            raise CaseOver(number=number, state=case.get_state_display())
        # The process first: whoever finishes a step holds it before he touches the case.
        process.cancel_process(number=case.process, reason=reason or "withdrawn", actor=SYSTEM, at=at)
        withdraw_parts(case, actor=actor, at=at)
        return move_case(number, State.WITHDRAWN, actor=actor, at=at)


SYSTEM = Actor(kind="system", ref="cases")
