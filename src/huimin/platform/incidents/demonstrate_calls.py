"""A morning at the hotline's desk for a demonstration: calls about what is open already, and questions answered at once."""

from datetime import datetime, timedelta
from typing import Final

from huimin.platform.identity.declarations import this_city
from huimin.platform.identity.queries import find_account_named
from huimin.platform.incidents.models import Incident
from huimin.platform.incidents.operations import hotline
from huimin.platform.incidents.rules import Channel, Contact, NewReport
from huimin.platform.journal.rules import Actor

DESK: Final = "rx12345.agent"
TICKETS: Final = 8
TOLD: Final = 3
"""So many of the callers have heard already what becomes of it."""
ASKED: Final = (
    ("身份证丢了怎么补办", "procedure", "identity_card_replacement"),
    ("老人满八十岁有什么补贴", "policy", "old_age_allowance"),
    ("开饭店要办哪些证", "procedure", "restaurant_opening"),
)


def take_some_calls(*, at: datetime) -> int:
    """Take calls about open incidents, and questions; gives how many. Nobody sits at the desk: none."""
    agent = _agent()
    if agent is None:
        return 0
    open_ones = Incident.objects.open().filter(class_code__gt="").order_by("-reported_at", "-id")[:TICKETS]
    for place, incident in enumerate(open_ones):
        taken_at = at - timedelta(minutes=20 * (TICKETS - place))
        key = f"demo-call-{place:04}"
        phone = f"1390000{place:04}"
        words = incident.description or "再问一下这件事办得怎么样"
        report = NewReport(
            key=key,
            channel=Channel.HOTLINE,
            description=words,
            address=incident.address or "来电人未说明",
            contact=Contact(phone=phone),
            confirms=incident.number,
        )
        call = hotline.take_ticket(
            hotline.NewCall(key=key, phone=phone, text=words), report=report, actor=agent, at=taken_at
        )
        if place < TOLD:
            hotline.tell_caller(call.number, words="已派责任部门处置，办结后再回访。", actor=agent, at=at)
    for place, (asked, category, service) in enumerate(ASKED):
        question = hotline.NewCall(key=f"demo-question-{place:04}", phone=f"1390001{place:04}", text=asked)
        hotline.answer_at_once(
            question, category=category, service=service, actor=agent, at=at - timedelta(hours=place + 1)
        )
    return len(open_ones) + len(ASKED)


def _agent() -> Actor | None:
    """Whoever signs in as the desk's persona."""
    for persona in this_city().personas.personas:
        account = find_account_named(f"demo.{persona.code}") if persona.post == DESK else None
        if account is not None:
            return Actor(kind="account", ref=account.public_id, post=DESK)
    return None
