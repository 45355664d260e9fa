"""The one inbox: what an official has to do, in the order in which it turns yellow."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from huimin.platform.identity import queries as identity
from huimin.platform.journal.rules import Actor
from huimin.platform.process.models import Absence, WorkItem
from huimin.platform.process.models.work import WorkItemQuerySet
from huimin.platform.process.queries.items import visible_to
from huimin.platform.process.rules.numbers import find_number

ORDER: Final = ("turn_on", "number")
"""How inboxes are ordered and paged: unique, never empty, served by an index."""

COUNTED_AT_MOST: Final = 99


class InboxView(StrEnum):
    """Ways to narrow the inbox. `todo`: what waits for me or is in my hands; `post`: colleagues' at my posts too."""

    TODO = "todo"
    MINE = "mine"
    POST = "post"
    DUE = "due"
    LATE = "late"


@dataclass(frozen=True)
class _Reader:
    """Whose inbox, on which day. Keys, not codes: with a join to posts the planner leaves the index of what is live."""

    accounts: Sequence[int]
    """His own, and those whom he stands in for."""
    posts: Sequence[int]
    on: date


@dataclass(frozen=True)
class Counts:
    """How many items each view holds, none higher than COUNTED_AT_MOST + 1, which reads as “99+”."""

    of: dict[InboxView, int]


def _todo(items: WorkItemQuerySet, reader: _Reader) -> WorkItemQuerySet:
    return items.to_do_for(reader.accounts, reader.posts)


_VIEWS: Final[dict[InboxView, Callable[[WorkItemQuerySet, _Reader], WorkItemQuerySet]]] = {
    InboxView.TODO: _todo,
    InboxView.MINE: lambda items, reader: items.live().filter(holder__in=reader.accounts),
    InboxView.POST: lambda items, reader: items.at_posts(reader.posts),
    InboxView.DUE: lambda items, reader: _todo(items, reader).filter(turn_on__lte=reader.on),
    InboxView.LATE: lambda items, reader: _todo(items, reader).filter(due_on__lt=reader.on),
}


def _reader(actor: Actor, on: date, at: datetime) -> _Reader:
    account = identity.get_account(actor.ref)
    absent = [
        absence.account for absence in Absence.objects.current(at).filter(deputy=account).select_related("account")
    ]
    accounts = [account, *absent]
    posts = {post.pk for one in accounts for post in identity.posts_of(one, at)}
    return _Reader([one.pk for one in accounts], sorted(posts), on)


def inbox(actor: Actor, *, view: InboxView = InboxView.TODO, on: date, at: datetime) -> WorkItemQuerySet:
    """The live items that the view holds for the actor and those whom he stands in for, in ORDER, with everything a row shows; four
    reads with its rows.

    `on` is the city's day by which due and late are told. Page it with `ui.paging.keyset_page(…, by=ORDER)`.
    """
    items = _VIEWS[view](WorkItem.objects.all(), _reader(actor, on, at))
    return _for_rows(items)


def find_by_number(actor: Actor, text: str, *, at: datetime) -> WorkItemQuerySet:
    """The items of the process, or the one item, whose number somebody typed; live ones first; empty when it is no
    number.

    Only what the actor may see.
    """
    number = find_number(text)
    items = visible_to(actor, at)
    if number is None:
        return items.none()
    items = items.filter(process__number=number) if number.count("-") == 2 else items.filter(number=number)
    return _for_rows(items)


def _for_rows(items: WorkItemQuerySet) -> WorkItemQuerySet:
    return (
        items.select_related("process__definition", "post__department", "holder")
        .defer("process__definition__text")
        .order_by(*ORDER)
    )


def inbox_counts(actor: Actor, *, on: date, at: datetime) -> Counts:
    """How much each view holds, capped: one short read a view."""
    reader = _reader(actor, on, at)
    return Counts({view: _capped(narrow(WorkItem.objects.all(), reader)) for view, narrow in _VIEWS.items()})


def menu_count(actor: Actor, *, on: date, at: datetime) -> int:
    """How much calls for attention today (due or late), capped: for the menu."""
    return _capped(_VIEWS[InboxView.DUE](WorkItem.objects.all(), _reader(actor, on, at)))


def _capped(items: WorkItemQuerySet) -> int:
    return items.order_by()[: COUNTED_AT_MOST + 1].count()
