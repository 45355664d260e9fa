"""Disputes for a demonstration, in every state, by the operations that mediators use; synthetic people only."""

from datetime import datetime
from typing import Final

from huimin.domains.community import operations
from huimin.domains.community.models import Mediation
from huimin.domains.community.operations import POST, NewParty
from huimin.platform.identity.declarations import this_city
from huimin.platform.identity.queries import find_account_named, get_post
from huimin.platform.journal.rules import Actor
from huimin.platform.process.rules.clocks import day_of

DISPUTES: Final = (
    ("neighbours", "楼上空调外机滴水，夜里声音大", "taken"),
    ("property", "物业公共收益没有公示，业主要求说明", "agreed"),
    ("labour", "装修工钱拖了两个月", "open"),
    ("family", "兄弟两家为照料母亲起争执", "failed"),
)
"""What it is about, and how far it is taken."""


def demonstrate(*, actor: Actor, at: datetime) -> int:
    """Register disputes at the demonstration's mediators and take each as far as DISPUTES says; gives how many. Done once a city."""
    mediator = _mediator()
    if mediator is None or Mediation.objects.exists():
        return 0
    division = get_post(mediator.post).divisions[0]
    for kind, summary, end in DISPUTES:
        opened = operations.open_mediation(
            kind=kind,
            summary=summary,
            division=division,
            parties=[NewParty(side="asks", name="合成居民甲"), NewParty(side="answers", name="合成居民乙")],
            actor=mediator,
            at=at,
        )
        _take_on(opened.number, end, mediator, at)
    return len(DISPUTES)


def _take_on(number: str, end: str, mediator: Actor, at: datetime) -> None:
    if end == "open":
        return
    operations.take_mediation(number, accept=True, actor=mediator, at=at)
    if end == "agreed":
        operations.settle_mediation(
            number, agreement="物业十日内公示三年收支，并答疑一次", agreed_on=day_of(at), actor=mediator, at=at
        )
    elif end == "failed":
        operations.end_without_agreement(
            number, withdrawn=False, said="一方不愿继续，已告知可以起诉", actor=mediator, at=at
        )


def _mediator() -> Actor | None:
    for persona in this_city().personas.personas:
        if persona.post.endswith(f".{POST}") and (account := find_account_named(f"demo.{persona.code}")):
            return Actor(kind="account", ref=account.public_id, post=persona.post)
    return None
