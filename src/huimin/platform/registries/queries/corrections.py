"""Corrections: one's own with their clocks, and the desk's view of the one that an official has in hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db.models import QuerySet

from huimin.kernel.refusals import NotFound, Refusal
from huimin.platform.exchange.answering import NobodyAnswers as NobodyAnswers
from huimin.platform.exchange.answering import decider_of as decider_of
from huimin.platform.exchange.answering import office as office
from huimin.platform.exchange.declarations import resources
from huimin.platform.exchange.queries import NotWritableHere, column_text
from huimin.platform.identity.ports import ground_sources
from huimin.platform.identity.queries import scope_of
from huimin.platform.identity.rules import Ground, Mask, Rows, Scope
from huimin.platform.journal.rules import Actor
from huimin.platform.process import queries as process
from huimin.platform.process.queries.items import items_of
from huimin.platform.registries.fields import PEOPLE, RESOURCE
from huimin.platform.registries.models import Correction, Person
from huimin.platform.registries.queries.cards import Row
from huimin.platform.registries.queries.lookup import find_row_of
from huimin.platform.registries.queries.own import Own
from huimin.platform.registries.rules import GoldenValue, golden_values

if TYPE_CHECKING:
    from huimin.platform.process.models import Process, WorkItem

PURPOSE: Final = "data_correction"
REFERENCE: Final = "correction:"
NEWEST_FIRST: Final = ("-asked_at", "-id")


class NoSuchCorrection(NotFound):
    """There is no such correction, or it is none of the reader's business."""

    zh = "没有找到这件更正。"
    en = "There is no such correction."


class NotInYourHands(Refusal):
    """The official does not hold the ticket now."""

    zh = "请先领取这件工作，再办理。"
    en = "Claim this work item first."


def corrections_about(own: Own) -> QuerySet[Correction]:
    """Every correction of this person's data, newest first."""
    return Correction.objects.filter(person_key__in=own.keys).select_related("appeal").order_by(*NEWEST_FIRST)


def access_correction(own: Own, number: str) -> Correction:
    """One of this person's corrections. Raises NoSuchCorrection."""
    if found := corrections_about(own).filter(number=number).first():
        return found
    raise NoSuchCorrection


def find_correction(reference: str) -> Correction | None:
    """The correction that a process is about."""
    return Correction.objects.filter(number=reference.removeprefix(REFERENCE)).first()


def numbered(references: list[str]) -> dict[str, Correction]:
    """Corrections by the reference that processes give, in one read."""
    numbers = [reference.removeprefix(REFERENCE) for reference in references]
    return {found.reference: found for found in Correction.objects.filter(number__in=numbers)}


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a correction has come in its process: its items in the order of opening, and the reason given for the answer."""

    items: "list[WorkItem]"
    reason: str

    @property
    def live(self) -> "WorkItem | None":
        """The step that somebody has to take now."""
        return next((item for item in reversed(self.items) if item.closed_at is None), None)


def progress_of(correction: Correction, *, at: datetime) -> Progress:
    """How far a correction has come; a few reads. Its reader's right has been asked already (`access_correction`), so the
    process is read as by the one who asked: a person may also follow what somebody else asked for him."""
    found = process.access_process(Actor(kind="account", ref=correction.asked_by), correction.process, at=at)
    return Progress(items=items_of(found), reason=_reason(found, at))


def _reason(found: "Process", at: datetime) -> str:
    remarks = process.remarks_of(found)
    given = (remarks.get(getattr(entry.fact, "remark", ""), "") for entry in process.trail_of(found, at=at)[:20])
    return next((text for text in given if text), "")


# ── The official's desk ──────────────────────────────────────────────────────────────────────────────────────────────


def in_hand(actor: Actor) -> dict[str, Correction]:
    """The open corrections that the official holds at the post he acts in, by number."""
    if actor.kind != "account" or not actor.post:
        return {}
    held = [
        item.process.subject
        for item in process.work_in_hand(actor.ref, actor.post)
        if item.process.subject.startswith(REFERENCE)
    ]
    open_ones = Correction.State.OPEN
    return {found.number: found for found in numbered(held).values() if found.state == open_ones} if held else {}


@ground_sources.registering("registries.corrections")
def grounds_in_hand(actor: Actor, *, resource: str, purpose: str, at: datetime) -> Iterator[Ground]:
    """Holding a correction shows the value that it is about and whose it is; waiting at one's post does not."""
    if resource != RESOURCE[PEOPLE] or purpose != PURPOSE:
        return
    held = in_hand(actor)
    merged = dict(
        Person.objects.filter(pk__in=[one.person_key for one in held.values()]).values_list("key", "merged_into")
    )
    for correction in held.values():
        keys = {correction.person_key, merged.get(correction.person_key, "")} - {""}
        yield Ground(
            correction.reference,
            Rows(persons=frozenset(keys)),
            plain=frozenset({correction.field, "name"}),
            masked=frozenset({("citizen_id", Mask.NUMBER)}),
            purposes=frozenset({PURPOSE}),
        )


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What an official who holds a correction works with: the person's row, and what his scope shows of it."""

    correction: Correction
    row: Row
    shown: dict[str, Mask | None]
    scope: Scope
    golden: GoldenValue | None


def access_held_correction(number: str, actor: Actor, *, at: datetime) -> Desk:
    """The correction that the actor holds, through his scope. Raises NotInYourHands, NotFound."""
    correction = in_hand(actor).get(number)
    if correction is None:
        raise NotInYourHands
    scope = scope_of(actor, resource=RESOURCE[PEOPLE], purpose=PURPOSE, at=at)
    row = find_row_of(PEOPLE, correction.person_key)
    if row is None or not row.is_in(scope):
        raise NotFound
    # Only what this one ticket is about, whatever else the official has in hand about the same person.
    shown = row.shown_in(scope, ("name", "citizen_id", *({correction.field} - {"name", "citizen_id"})))
    return Desk(
        correction=correction, row=row, shown=shown, scope=scope, golden=golden_values(row.stored).get(correction.field)
    )


def written_as(resource: str, field: str, value: str) -> tuple[str, str]:
    """Which column of the department holds a registry field, and how it would write the value. Raises NotWritableHere."""
    item = resources()[resource].item_feeding(field)
    if item is None:
        raise NotWritableHere(item=field)
    return column_text(resource, item, value)


def numbers_in(state: Correction.State, *, limit: int) -> list[str]:
    """Corrections in a state, oldest first."""
    return list(Correction.objects.filter(state=state).order_by("id").values_list("number", flat=True)[:limit])


def disputed_people(*, after: str, limit: int) -> list[Row]:
    """People with a disputed value, in the order of their keys from the one after this key."""
    rows = Person.objects.filter(disputed__gt=0, merged_into="", key__gt=after).order_by("key")
    return [
        Row(registry=PEOPLE, key=key, number=number, division=division, stored=stored)
        for key, number, division, stored in rows.values_list("key", "number", "division", "values")[:limit]
    ]
