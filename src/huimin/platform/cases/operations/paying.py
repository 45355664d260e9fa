"""The fee of a case: paid as part of lodging, given back where nobody has begun to work for it.

The order's name at the till is the draft's, which is the same at every attempt: a lodging that failed after the till had taken the fee
finds it taken when it is tried again.
"""

from datetime import datetime

from django.db import transaction

from huimin.kernel.money import Fen
from huimin.kernel.refusals import Refusal
from huimin.platform.cases.events import FeeGivenBack, PaymentOrdered
from huimin.platform.cases.models import Case, Payment
from huimin.platform.cases.ports import payments
from huimin.platform.cases.queries.fees import lock_fee
from huimin.platform.cases.queries.files import get_case
from huimin.platform.cases.rules import State, is_fee_given_back
from huimin.platform.catalogue.rules.situations import Due
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor


class FeeDiffers(Refusal):
    """The fee is not the one that the applicant was shown: he answered otherwise meanwhile, or was shown none."""

    zh = "这件事的费用是 {amount}，请看清收费项目和依据后再缴。"
    en = "The fee for this is {amount}. Please see what it is for, then pay."


def hold_fee(due: Due, agreed: Fen | None) -> None:
    """Hold the fee to what the applicant was shown; None where an official has told him. Raises FeeDiffers."""
    if agreed is not None and agreed != due.total:
        raise FeeDiffers(amount=due.total)


def charge_fee(case: Case, due: Due, *, key: str, actor: Actor, at: datetime) -> Payment | None:
    """Take what is due for a case that is being lodged, in its transaction; None where nothing is. Raises NotPaid."""
    if not due.total.amount:
        return None
    paper = payments.get().charge(key=key, payer=case.applicant, amount=due.total, purpose=case.service)
    payment = Payment.objects.create(
        case=case,
        direction=Payment.Direction.IN,
        amount=due.total.amount,
        paper=paper.number,
        simulated=paper.simulated,
        ordered_at=at,
        lines=[
            {
                "code": charge.line.code,
                "count": charge.count,
                "amount": charge.amount.amount,
                "relief": charge.relief.code if charge.relief else "",
            }
            for charge in due.charges
        ],
    )
    fact = PaymentOrdered(
        subject=case.reference,
        service=case.service,
        applicant=case.applicant,
        amount=payment.amount,
        direction=payment.direction,
    )
    publish(fact, actor=actor, at=at)
    return payment


def give_fee_back(number: str, *, actor: Actor, at: datetime) -> Payment | None:
    """Give the fee of a case back, once, where it ended before it was accepted; None where there is none to give. Raises NoSuchCase."""
    case = get_case(number)
    if not is_fee_given_back(State(case.state), accepted=case.accepted_at is not None):
        return None
    with transaction.atomic():
        payment = lock_fee(case)
        if payment is None or payment.back_at is not None:
            return None
        paper = payments.get().give_back(key=case.reference, paper=payment.paper, amount=Fen(payment.amount))
        payment.back_at, payment.back_paper = at, paper.number
        payment.save(update_fields=["back_at", "back_paper"])
        fact = FeeGivenBack(
            subject=case.reference, service=case.service, applicant=case.applicant, amount=payment.amount
        )
        publish(fact, actor=actor, at=at)
    return payment
