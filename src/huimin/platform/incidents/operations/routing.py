"""Editions of the routing table: drafted, tried on past incidents, published; a published one never changes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from pydantic import ValidationError

from huimin.kernel.refusals import BadInput, NotFound, Refusal
from huimin.platform.identity.declarations import this_city
from huimin.platform.incidents.declarations import RouteRow, routing, standard
from huimin.platform.incidents.events import RoutingPublished
from huimin.platform.incidents.models import RoutingEdition
from huimin.platform.incidents.queries.trying import Trial, try_rows
from huimin.platform.incidents.rules.routing import ANY, DISTRICT, OWNER
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor

TRIED_ON: Final = 1000


class NoDraft(NotFound):
    """Nobody is drafting an edition."""

    zh = "现在没有正在起草的派遣规则。"
    en = "There is no draft of a routing table."


class BadRow(BadInput):
    """A row of the table cannot be right."""

    zh = "第 {row} 行有误：{why}"
    en = "Row {row} is wrong: {why}"


class NotTried(Refusal):
    """The rows have not been tried since they were changed last."""

    zh = "规则改动后还没有试算过，请先用历史案件试算，再发布。"
    en = "The rows have changed since they were tried: try them on past incidents first, then publish."


class DraftMoved(Refusal):
    """Somebody else has changed the draft meanwhile."""

    zh = "草稿已被他人改动，请重新打开后再改。"
    en = "Somebody else has changed the draft. Open it again."


def seed_routing(*, actor: Actor, at: datetime) -> RoutingEdition | None:
    """Publish the declared table as the first edition; None where the city has one already."""
    if RoutingEdition.objects.exists():
        return None
    declared = routing()
    with transaction.atomic():
        edition = RoutingEdition.objects.create(
            number=1,
            standard_ref=declared.standard_ref,
            rows=[row.model_dump(mode="json") for row in declared.rows],
            drafted_at=at,
            drafted_by=actor.ref,
            published_at=at,
            published_by=actor.ref,
        )
        _announce(edition, Trial(), actor=actor, at=at)
    return edition


def _announce(edition: RoutingEdition, trial: Trial, *, actor: Actor, at: datetime) -> None:
    fact = RoutingPublished(
        subject=f"routing:{edition.number}",
        rows=len(edition.rows),
        same=trial.same,
        other=len(trial.other),
        nowhere=len(trial.nowhere),
    )
    publish(fact, actor=actor, at=at)


def draft_routing(*, actor: Actor, at: datetime) -> RoutingEdition:
    """Begin the next edition from the newest one, or go on with the draft that is open."""
    with transaction.atomic():
        newest = RoutingEdition.objects.order_by("-number").select_for_update().first()
        if newest is not None and newest.published_at is None:
            return newest
        declared = routing()
        try:
            with transaction.atomic():
                return RoutingEdition.objects.create(
                    number=newest.number + 1 if newest else 1,
                    standard_ref=newest.standard_ref if newest else declared.standard_ref,
                    rows=newest.rows if newest else [row.model_dump(mode="json") for row in declared.rows],
                    drafted_at=at,
                    drafted_by=actor.ref,
                )
        except IntegrityError:
            # Somebody began it at the same instant: the two go on with one draft.
            return _lock_draft()


def _lock_draft() -> RoutingEdition:
    draft = RoutingEdition.objects.select_for_update().filter(published_at=None).first()
    if draft is None:
        raise NoDraft
    return draft


def change_draft(
    rows: Sequence[Mapping[str, Any]], *, note: str = "", seen: datetime, actor: Actor, at: datetime
) -> RoutingEdition:
    """Put these rows into the draft; what was tried before says nothing of them. `seen` is when the draft was changed last as its editor
    saw it. Raises NoDraft, BadRow, DraftMoved.
    """
    checked = [_row(row, place) for place, row in enumerate(rows, 1)]
    with transaction.atomic():
        draft = _lock_draft()
        if draft.drafted_at != seen:
            raise DraftMoved
        draft.rows, draft.note, draft.tested = checked, note.strip()[:200], {}
        draft.drafted_at, draft.drafted_by = at, actor.ref
        draft.save()
    return draft


def _row(row: Mapping[str, Any], place: int) -> dict[str, Any]:
    try:
        read = RouteRow.model_validate(row)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_context=False, include_input=False)[0]
        raise BadRow(row=place, why=f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    if fault := row_fault(read):
        raise BadRow(row=place, why=fault)
    return read.model_dump(mode="json")


def row_fault(row: RouteRow) -> str:
    """What is wrong with a row beside its form: a class, a district or a department that is not there; empty where nothing is."""
    numbered = standard()
    declared = this_city().departments
    disposing = {
        one.code for one in declared.departments if "dispose" in {post.code for post in declared.posts_of(one)}
    }
    divisions = {one.division for one in declared.departments if one.kind == "district"}
    if row.of_class not in (ANY, "C") and not any(code.startswith(row.of_class) for code in numbered.classes):
        return f"of_class: {row.of_class}"
    if row.division != ANY and row.division not in divisions:
        return f"division: {row.division}"
    lost = [code for code in row.departments if code not in disposing and code not in (DISTRICT, OWNER)]
    return f"departments: {', '.join(lost)}" if lost else ""


def try_draft(*, actor: Actor, at: datetime, last: int = TRIED_ON) -> Trial:
    """Route the newest closed incidents by the draft, and keep what came of it beside its rows. Raises NoDraft."""
    with transaction.atomic():
        draft = _lock_draft()
        trial = try_rows(draft.rows, last=last)
        draft.tested = {"at": at.isoformat(), "by": actor.ref, **trial.counts}
        draft.save()
    return trial


def publish_routing(*, actor: Actor, at: datetime) -> RoutingEdition:
    """Put the draft into force, for what is reported from now on. Raises NoDraft, NotTried."""
    with transaction.atomic():
        draft = _lock_draft()
        if not draft.tested:
            raise NotTried
        trial = try_rows(draft.rows, last=TRIED_ON)
        draft.published_at, draft.published_by = at, actor.ref
        draft.save()
        _announce(draft, trial, actor=actor, at=at)
    return draft
