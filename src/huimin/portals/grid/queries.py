"""What a worker takes along: his tasks, what is open around him, his cells, the classes; all of it read through his own scope."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from huimin.platform.grid.operations import look_into_cell
from huimin.platform.grid.queries import cells_of, is_on_shift
from huimin.platform.grid.walking import walking
from huimin.platform.incidents.declarations import standard
from huimin.platform.incidents.queries import incidents_seen_by
from huimin.platform.incidents.rules import State
from huimin.platform.journal.rules import Actor
from huimin.platform.licences.queries import licence_name
from huimin.platform.process.queries import inbox

if TYPE_CHECKING:
    from huimin.platform.grid.operations import Business
    from huimin.platform.identity.models import Account
    from huimin.platform.incidents.models import Incident
    from huimin.platform.process.models import WorkItem

MOST: Final = 200
RECENT: Final = 6
OUTCOMES: Final = {
    "verify": (("confirmed", _("情况属实"), False), ("not_found", _("现场没有发现"), True)),
    "check": (("passed", _("已处置好"), False), ("failed", _("没有处置好，退回返工"), True)),
}
"""How each step of a worker may end: the code, in words, and whether it needs a word of his."""
TO_SEE_TO: Final = (State.VERIFYING, State.CHECKING)
"""States in which an incident waits for a worker."""


def day_of(worker: "Account", *, actor: Actor, at: datetime, language: str) -> dict[str, Any]:
    """Everything that the app shows without a network, in a fixed number of reads."""
    on = timezone.localdate(at)
    cells = cells_of(worker, on=on)
    seen = incidents_seen_by(actor, at=at)
    around = list(seen.open().filter(cell__in=[cell.code for cell in cells]).order_by("-reported_at", "-id")[:MOST])
    rules = walking()
    return {
        "worker": worker.name,
        "as_of": at.isoformat(),
        "on_shift": is_on_shift(worker, at=at),
        "cells": [{"code": one.code, "name": one.name, "outline": one.outline} for one in cells],
        "classes": classes(language),
        "recent": _recent(worker, actor, at),
        "tasks": _tasks(around, actor=actor, at=at, language=language),
        "around": [_spot(one, language) for one in around],
        "patrol": {"metres": rules.patrol.metres, "seconds": rules.patrol.seconds, "days": rules.patrol.track_days},
        "visit": {"hours": rules.visit.prepared_hours, "most": rules.visit.most_prepared},
    }


def classes(language: str) -> list[dict[str, Any]]:
    """The classes of events by large class, in the reader's language."""
    whole = standard()
    return [
        {
            "name": whole.groups[group].names.text(language),
            "classes": [{"code": one.code, "name": one.names.text(language)} for one in own],
        }
        for group, own in groupby(whole.events, key=lambda one: one.group)
    ]


def _class_name(code: str, language: str) -> str:
    found = standard().classes.get(code)
    return found.names.text(language) if found else ""


def _recent(worker: "Account", actor: Actor, at: datetime) -> list[str]:
    """The classes that the worker reported last, each once."""
    own = incidents_seen_by(actor, at=at).filter(reports__account=worker).exclude(class_code="")
    codes = own.order_by("-reported_at", "-id").values_list("class_code", flat=True)[: 5 * RECENT]
    return list(dict.fromkeys(codes))[:RECENT]


def _spot(incident: "Incident", language: str) -> dict[str, Any]:
    return {
        "number": incident.number,
        "class_code": incident.class_code,
        "title": _class_name(incident.class_code, language),
        "address": incident.address,
        "longitude": incident.longitude,
        "latitude": incident.latitude,
    }


def _tasks(around: "Sequence[Incident]", *, actor: Actor, at: datetime, language: str) -> list[dict[str, Any]]:
    """What waits for this worker in his own cells: what he holds, and what anybody of his post may take."""
    waiting = {one.reference: one for one in around if one.state in TO_SEE_TO}
    items = inbox(actor, on=timezone.localdate(at), at=at).filter(process__subject__in=list(waiting))
    return [_task(item, waiting[item.process.subject], actor, language) for item in items[:MOST]]


def _task(item: "WorkItem", incident: "Incident", actor: Actor, language: str) -> dict[str, Any]:
    return {
        **_spot(incident, language),
        "item": item.number,
        "step": item.node,
        "name": item.drawn.named(language),
        "description": incident.description,
        "urgent": incident.urgent,
        "due_at": incident.due_at.isoformat() if incident.due_at else "",
        "mine": item.holder is not None and item.holder.public_id == actor.ref,
        "outcomes": [
            {"code": code, "label": str(label), "reason": needs_reason}
            for code, label, needs_reason in OUTCOMES.get(item.node, ())
        ],
    }


def businesses_of(cell: str, *, actor: Actor, at: datetime, language: str) -> list[dict[str, Any]]:
    """The firms of a cell with their licences and the last inspection, as the actor's grants show them; journalled like every such look."""
    seen = look_into_cell(cell, actor=actor, at=at)
    return [_business(one, language) for one in seen.businesses]


def _business(one: "Business", language: str) -> dict[str, Any]:
    said = {value.field: value.value for value in one.card.values}
    lines = [
        " · ".join(
            [
                licence_name(licence.type, language),
                str(licence.get_state_display()),
                *([licence.valid_until.isoformat()] if licence.valid_until else []),
            ]
        )
        for licence in one.licences
    ]
    if one.inspection is not None:
        on = timezone.localdate(one.inspection.inspected_at).isoformat()
        lines.append(f"{on} {one.inspection.get_outcome_display()}")
    return {"name": said.get("name", ""), "address": said.get("address", ""), "lines": lines}
