"""Cards of electronic supervision: those that somebody may see, and what he may do with one."""

from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from huimin.kernel.refusals import NotFound
from huimin.platform.identity import queries as identity
from huimin.platform.journal.rules import Actor
from huimin.platform.process.models import Card
from huimin.platform.process.queries.hands import posts_reached
from huimin.platform.process.queries.items import may_decide_cards
from huimin.platform.process.rules.states import CARDS_OPEN

NEWEST_FIRST: Final = ("-raised_at", "number")


class NoSuchCardForYou(NotFound):
    """There is no such card, or it is none of the reader's business."""

    zh = "没有找到监察卡 {number}。"
    en = "There is no card {number}."


def cards(actor: Actor, *, open_only: bool = False, department: str = "", at: datetime) -> QuerySet[Card]:
    """The cards that the actor may see, with everything a row shows; page them by NEWEST_FIRST. Who decides on cards sees all,
    others those of the departments in which they hold a post.
    """
    found = Card.objects.select_related("process__definition", "item__post", "department", "holder")
    found = found.defer("process__definition__text")
    if not may_decide_cards(actor, at):
        account = identity.get_account(actor.ref)
        found = found.filter(department__in=[post.department_id for post in identity.posts_of(account, at)])
    if department:
        found = found.filter(department__code=department)
    if open_only:
        found = found.filter(state__in=sorted(CARDS_OPEN))
    return found.order_by(*NEWEST_FIRST)


def access_card(actor: Actor, number: str, *, at: datetime) -> Card:
    """The card of this number. Raises NoSuchCardForYou also when the actor may not see it."""
    found = cards(actor, at=at).filter(number=number).first()
    if found is None:
        raise NoSuchCardForYou(number=number)
    return found


def may_explain(card: Card, actor: Actor, at: datetime) -> bool:
    """Whether the actor may say how a card came: who works at the step's post or, for the whole, in the department."""
    posts = posts_reached(actor.ref, at)
    if card.item is not None and card.item.post is not None:
        return card.item.post.code in posts
    return card.department is not None and any(code.split(".")[0] == card.department.code for code in posts)


def cards_of(process_keys: list[int]) -> list[Card]:
    """Every card of these processes, oldest first."""
    found = Card.objects.filter(Q(process__in=process_keys)).select_related("item", "department")
    return list(found.order_by("raised_at", "pk"))
