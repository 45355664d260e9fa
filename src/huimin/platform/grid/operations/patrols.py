"""Patrols: points of a walk come in, thinned, those on shift only; tracks are forgotten after the declared number of days."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import timezone

from huimin.kernel.coordinates import Point, metres_between
from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.grid.events import PatrolRecorded, PatrolTracksForgotten
from huimin.platform.grid.models import Patrol, PatrolCell, Shift
from huimin.platform.grid.queries import cell_at
from huimin.platform.grid.walking import walking
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor

if TYPE_CHECKING:
    from huimin.platform.identity.models import Account

MOST_POINTS: Final = 2_000
A_ROUND: Final = 500
FORGOTTEN: Final = "grid:patrols"


class TooManyPoints(BadInput):
    """More points in one part than are taken."""

    zh = "一次最多上传 {most} 个轨迹点。"
    en = "At most {most} points are taken at once."


class NotOnShift(Refusal):
    """No point of the part lies in a shift of the worker's own."""

    zh = "这段轨迹不在您的班次内，没有保存。只记录上班时间的巡查。"
    en = "This part of the track lies outside of your shifts and was not kept. Only working time is recorded."


@dataclass(frozen=True, slots=True)
class Passed:
    """Where somebody was at an aware instant."""

    at: datetime
    where: Point


def _apart(one: Passed, other: Passed) -> float:
    return metres_between(one.where.longitude, one.where.latitude, other.where.longitude, other.where.latitude)


def thinned(points: Sequence[Passed], *, metres: float, seconds: float) -> list[Passed]:
    """The points in order of time, without those that come too soon after and too near to the one kept before."""
    kept: list[Passed] = []
    for point in sorted(points, key=lambda one: one.at):
        last = kept[-1] if kept else None
        if last is None or _apart(last, point) >= metres or (point.at - last.at).total_seconds() >= seconds:
            kept.append(point)
    return kept


def record_patrol(
    *,
    worker: "Account",
    key: str,
    points: Sequence[Passed],
    ended_at: datetime | None,
    actor: Actor,
    at: datetime,
) -> Patrol:
    """Take a part of a patrol: its points within the worker's shifts, and that it is over. Raises TooManyPoints, NotOnShift."""
    if len(points) > MOST_POINTS:
        raise TooManyPoints(most=MOST_POINTS)
    declared = walking().patrol
    shifts = list(Shift.objects.filter(worker=worker, starts_at__gt=at - timedelta(days=declared.late_days)))
    known = [
        point for point in points if point.at <= at and any(one.starts_at <= point.at < one.ends_at for one in shifts)
    ]
    if points and not known:
        raise NotOnShift
    kept = thinned(known, metres=declared.metres, seconds=declared.seconds)
    with transaction.atomic():
        begun = kept[0].at if kept else (ended_at or at)
        patrol, _is_new = Patrol.objects.select_for_update().get_or_create(
            worker=worker,
            key=key,
            defaults={
                "started_at": begun,
                "kept_until": timezone.localdate(begun) + timedelta(days=declared.track_days),
            },
        )
        _extend(patrol, kept, ended_at)
        walked = {
            (cell, timezone.localdate(one.at))
            for one in kept
            if (cell := cell_at(one.where.longitude, one.where.latitude))
        }
        PatrolCell.objects.bulk_create(
            [PatrolCell(patrol=patrol, cell=cell, walked_on=on) for cell, on in sorted(walked)], ignore_conflicts=True
        )
        fact = PatrolRecorded(
            subject=f"patrol:{patrol.number}", cells=len({cell for cell, _ in walked}), points=len(kept)
        )
        publish(fact, actor=actor, at=at)
    return patrol


def _extend(patrol: Patrol, kept: Sequence[Passed], ended_at: datetime | None) -> None:
    """Parts may come in any order: the track is put in order of time whenever one comes."""
    if kept and kept[0].at < patrol.started_at:
        shift = (patrol.started_at - kept[0].at).total_seconds()
        moved = [[second + shift, *place] for second, *place in json.loads(patrol.points or "[]")]
        patrol.points, patrol.started_at = json.dumps(moved), kept[0].at
    track = json.loads(patrol.points or "[]")
    track += [
        [
            round((one.at - patrol.started_at).total_seconds()),
            round(one.where.longitude, 6),
            round(one.where.latitude, 6),
        ]
        for one in kept
    ]
    patrol.points = json.dumps(sorted(track), separators=(",", ":")) if track else ""
    if ended_at is not None:
        patrol.ended_at = max(ended_at, patrol.started_at)
    patrol.save(update_fields=["points", "started_at", "ended_at"])


def forget_old_tracks(*, actor: Actor, at: datetime) -> int:
    """Empty the tracks whose days are over; the cells stay. Gives how many."""
    with transaction.atomic():
        old = Patrol.objects.filter(kept_until__lt=timezone.localdate(at)).exclude(points="")
        keys = list(old.order_by("kept_until").values_list("pk", flat=True)[:A_ROUND])
        if not keys:
            return 0
        emptied = Patrol.objects.filter(pk__in=keys).update(points="")
        publish(PatrolTracksForgotten(subject=FORGOTTEN, patrols=emptied), actor=actor, at=at)
    return emptied
