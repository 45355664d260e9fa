"""Electronic supervision: cards raised by the clocks and by rules over the facts, explained, upheld or lifted; corrections in bulk."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from huimin.kernel.refusals import NotFound
from huimin.kernel.workdays import WorkCalendar
from huimin.platform.identity import queries as identity
from huimin.platform.journal.events import Fact
from huimin.platform.journal.operations import publish, publish_many
from huimin.platform.journal.rules import Actor, ActorKind, digest
from huimin.platform.process.declarations import ViolationDeclaration, supervision
from huimin.platform.process.events import (
    CardExplained,
    CardLifted,
    CardRaised,
    CardsLifted,
    CardUpheld,
    OutageDeclared,
)
from huimin.platform.process.models import Card, ClockPause, Deadline, Process, WorkItem
from huimin.platform.process.operations.engine import lock_any, lock_families, remark
from huimin.platform.process.operations.hands import NotYours
from huimin.platform.process.operations.running import needs_reason
from huimin.platform.process.operations.standing import show_clock
from huimin.platform.process.queries import may_decide_cards, may_explain, work_calendar
from huimin.platform.process.rules.clocks import Pause, due, uncovered
from huimin.platform.process.rules.states import CardState, ProcessState
from huimin.platform.process.rules.supervision import level_at, next_card, raised_at
from huimin.platform.process.rules.violations import Found

SUPERVISION = Actor(kind=ActorKind.SYSTEM, ref="process.supervision")


class NoSuchCard(NotFound):
    """There is no such card, or it is none of the reader's business."""

    zh = "没有找到监察卡 {number}。"
    en = "There is no card {number}."


def raise_due_cards(*, at: datetime, at_most: int = 200) -> int:
    """Raise the cards that have fallen due, one slice in one transaction, one fact a card; how many. Of several levels that a clock
    has passed meanwhile only the highest is raised.
    """
    with transaction.atomic():
        due_cards = Deadline.objects.select_for_update(
            of=("self",), skip_locked=connection.features.has_select_for_update_skip_locked
        ).filter(closed_at=None, card_at__lte=at, process__state=ProcessState.RUNNING)
        found = due_cards.select_related("process", "item__post__department", "item__holder", "process__department")
        deadlines = list(found.prefetch_related("pauses").order_by("card_at")[:at_most])
        if not deadlines:
            return 0
        calendar, levels = work_calendar(), supervision().as_rules
        earlier = Counter(Card.objects.filter(deadline__in=deadlines).values_list("deadline", "level"))
        cards = []
        for deadline in deadlines:
            clock = deadline.clock
            end = due(clock, calendar)
            level = level_at(levels, deadline.level, clock, end, calendar, at)
            if level:
                deadline.level = level
                cards.append(_card(deadline, earlier[deadline.pk, level], at))
            deadline.card_at = next_card(levels, deadline.level, clock, end, calendar)
        Deadline.objects.bulk_update(deadlines, ["level", "card_at"])
        Card.objects.bulk_create(cards)
        publish_many([_raised(card) for card in cards], actor=SUPERVISION, at=at)
    return len(deadlines)


def _card(deadline: Deadline, again: int, at: datetime) -> Card:
    """A new card; `again` is how many of this level its clock had before, which were lifted."""
    item, process = deadline.item, deadline.process
    number = f"{item.number if item else process.number}-{deadline.level}"
    assert deadline.due_at is not None  # a clock that stands has no card due
    return Card(
        number=f"{number}-{again + 1}" if again else number,
        process=process,
        item=item,
        deadline=deadline,
        level=deadline.level,
        department=item.post.department if item and item.post else process.department,
        holder=item.holder if item else None,
        due_at=deadline.due_at,
        raised_at=at,
        points=supervision().points_of(deadline.level),
    )


def raise_violations(*, process: str, found: Sequence[Found], at: datetime) -> int:
    """Raise a card for each violation that rules found in a process, one fact a card; how many are new.

    What has its card already, even one that was lifted, gets none again: a supervisor's word stands. Rules that the city does not
    declare raise nothing. Raises NoSuchWork for a process that is not there.
    """
    declared = {one.code: one for one in supervision().violations}
    wanted = {f"{one.item or process}-{one.rule}": one for one in found if one.rule in declared}
    with transaction.atomic():
        root = lock_any(process)
        known = set(Card.objects.filter(number__in=wanted).values_list("number", flat=True))
        new = {number: one for number, one in wanted.items() if number not in known}
        items = {item.number: item for item in root.items.select_related("post__department", "holder")} if new else {}
        cards = [
            _violation_card(number, one, declared[one.rule], root, items.get(one.item), at)
            for number, one in new.items()
        ]
        Card.objects.bulk_create(cards)
        publish_many([_raised(card) for card in cards], actor=SUPERVISION, at=at)
    return len(cards)


def _violation_card(
    number: str, found: Found, declared: ViolationDeclaration, process: Process, item: WorkItem | None, at: datetime
) -> Card:
    return Card(
        number=number,
        process=process,
        item=item,
        rule=found.rule,
        level=declared.level,
        points=declared.points,
        evidence=list(found.evidence),
        department=item.post.department if item and item.post else process.department,
        holder=item.holder if item else None,
        raised_at=at,
    )


def _raised(card: Card) -> CardRaised:
    return CardRaised(
        **_fields(card),
        level=card.level,
        item=card.item.number if card.item else "",
        node=card.item.node if card.item else "",
        department=card.department.code if card.department else "",
        rule=card.rule,
        evidence=tuple(card.evidence),
    )


def _fields(card: Card) -> dict[str, Any]:
    process = card.process
    return {
        "subject": process.reference,
        "about": process.subject,
        "process_kind": process.kind,
        "card": f"card:{card.number}",
    }


def _locked(number: str) -> Card:
    cards = Card.objects.select_for_update(of=("self",)).select_related(
        "process", "item__post", "department", "deadline"
    )
    card = cards.filter(number=number).first()
    if card is None:
        raise NoSuchCard(number=number)
    return card


def explain_card(*, number: str, text: str, actor: Actor, at: datetime) -> Card:
    """说明: somebody of the department that answers for a card says how it came. Raises ReasonMissing, NoSuchCard, NotYours,
    CardAnswered.
    """
    needs_reason(text)
    with transaction.atomic():
        card = _locked(number)
        if not may_explain(card, actor, at):
            raise NotYours(number=number)
        card.move(CardState.EXPLAINED, at)
        card.explained_at, card.explained_by = at, identity.get_account(actor.ref)
        card.save(update_fields=["state", "explained_at", "explained_by"])
        publish(CardExplained(**_fields(card), remark=remark(card.process, text, at)), actor=actor, at=at)
    return card


def uphold_card(*, number: str, reason: str, actor: Actor, at: datetime) -> Card:
    """认定: the card stands. A supervisor may. Raises ReasonMissing, NotYours, NoSuchCard, CardAnswered."""
    return _decide(number, CardState.UPHELD, reason, actor=actor, at=at)


def lift_card(*, number: str, reason: str, actor: Actor, at: datetime) -> Card:
    """撤销: the card falls. A supervisor may. Raises ReasonMissing, NotYours, NoSuchCard, CardAnswered."""
    return _decide(number, CardState.LIFTED, reason, actor=actor, at=at)


_DECIDED = {CardState.UPHELD: CardUpheld, CardState.LIFTED: CardLifted}


def _decide(number: str, state: CardState, reason: str, *, actor: Actor, at: datetime) -> Card:
    needs_reason(reason)
    if not may_decide_cards(actor, at):
        raise NotYours(number=number)
    with transaction.atomic():
        card = _locked(number)
        card.move(state, at)
        card.save(update_fields=["state", "decided_at"])
        fact: Fact = _DECIDED[state](**_fields(card), remark=remark(card.process, reason, at))
        publish(fact, actor=actor, at=at)
    return card


def lift_cards_after(*, cause: str, after: int = 0, size: int = 50, actor: Actor, at: datetime) -> int | None:
    """Lift one slice of the cards that would not have been raised by the clocks as they are counted now, after a correction of the
    calendar or an outage; `cause` is its reference (`calendar:2026`). Where the next slice begins, None at the end.

    A clock that comes to the level again gets its card again.
    """
    with transaction.atomic():
        cards = Card.objects.filter(pk__gt=after, rule="").exclude(state=CardState.LIFTED)
        keys = list(cards.order_by("pk").values_list("pk", flat=True)[: size + 1])
        more, keys = len(keys) > size, keys[:size]
        held = Card.objects.select_for_update(of=("self",)).filter(pk__in=keys).exclude(state=CardState.LIFTED)
        slice_ = list(held.select_related("deadline").prefetch_related("deadline__pauses").order_by("pk"))
        calendar = work_calendar()
        lifted = [card for card in slice_ if not _is_warranted(card, calendar)]
        for card in lifted:
            card.move(CardState.LIFTED, at)
            card.cause = cause
        Card.objects.bulk_update(lifted, ["state", "decided_at", "cause"])
        _back_to_levels({card.deadline.pk: card.deadline for card in lifted if card.deadline}.values(), calendar)
        last = keys[-1] if keys else after
        fact = CardsLifted(
            subject=cause,
            count=len(lifted),
            cards=digest("|".join(card.number for card in lifted)),
            last=last,
            more=more,
        )
        publish(fact, actor=actor, at=at)
    return last if more else None


def _is_warranted(card: Card, calendar: WorkCalendar) -> bool:
    levels = {level.code: level for level in supervision().as_rules}
    if card.deadline is None or card.level not in levels:
        return True
    clock = card.deadline.clock
    end = due(clock, calendar)
    return end is None or raised_at(levels[card.level], clock, end, calendar) <= card.raised_at


def _back_to_levels(deadlines: Iterable[Deadline], calendar: WorkCalendar) -> None:
    """Set each clock back to the highest card that it still has."""
    levels = supervision().as_rules
    order = [level.code for level in levels]
    for deadline in deadlines:
        left = set(deadline.cards.exclude(state=CardState.LIFTED).values_list("level", flat=True))
        deadline.level = next((code for code in reversed(order) if code in left), "")
        clock = deadline.clock
        deadline.card_at = next_card(levels, deadline.level, clock, due(clock, calendar), calendar)
        deadline.save(update_fields=["level", "card_at"])


def declare_outage(
    *,
    code: str,
    basis: str,
    starts_at: datetime,
    until: datetime,
    after: int = 0,
    size: int = 50,
    actor: Actor,
    at: datetime,
) -> int | None:
    """The systems stood still from an instant to another, and that time does not count: one slice of the open clocks is put back.
    Where the next slice begins, None at the end; the cards are looked at by `lift_cards_after` when all are.

    Calling it again changes nothing, since a time that stood already is not taken out twice.
    """
    with transaction.atomic():
        open_then = Deadline.objects.filter(closed_at=None, started_at__lt=until, pk__gt=after).order_by("pk")
        pairs = list(open_then.values_list("pk", "process_id")[: size + 1])
        more, pairs = len(pairs) > size, pairs[:size]
        lock_families({process for _, process in pairs})
        keys = [key for key, _ in pairs]
        deadlines = Deadline.objects.filter(pk__in=keys, closed_at=None)
        calendar, stopped = work_calendar(), 0
        for deadline in deadlines.select_related("item", "process").order_by("pk"):
            pauses = [Pause(one.stopped_at, one.resumed_at) for one in deadline.pauses.all()]
            missing = uncovered(pauses, max(starts_at, deadline.started_at), until)
            ClockPause.objects.bulk_create(
                ClockPause(
                    deadline=deadline,
                    reason="outage",
                    basis=basis[:200],
                    stopped_at=gap.stopped_at,
                    resumed_at=gap.resumed_at,
                )
                for gap in missing
            )
            stopped += bool(missing) and show_clock(deadline, calendar)
        last = keys[-1] if keys else after
        fact = OutageDeclared(subject=f"outage:{code}", stopped=stopped, last=last, more=more)
        publish(fact, actor=actor, at=at)
    return last if more else None
