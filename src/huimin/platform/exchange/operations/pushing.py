"""Records pushed by a department's own system: landed by the same rules as a file, each with its own outcome."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal

from django.conf import settings

from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.exchange.lake import engine
from huimin.platform.exchange.models import Delivery, PushKey
from huimin.platform.exchange.operations.landing import AlreadyLanded, land_rows
from huimin.platform.exchange.queries import lake, quarantined_rows
from huimin.platform.exchange.reach import Reach, get_source
from huimin.platform.journal.rules import Actor

MOST_RECORDS: Final = 1000
KEPT_DAYS: Final = 30
"""Days for which a system may ask again with the same idempotency key and get the same answer."""


class NothingPushed(BadInput):
    """A push without a record."""

    zh = "没有收到任何记录。"
    en = "No record was received."


class TooManyRecords(BadInput):
    """More records in one push than are taken."""

    zh = "一次最多推送 {most} 条，收到 {count} 条。请分批推送。"
    en = "At most {most} records are taken at once; {count} came. Send them in batches."
    status = 413


class NotRecords(BadInput):
    """The body is neither a record nor a list of records."""

    zh = "第 {place} 条不是 JSON 对象。每条记录是一个对象，字段名为本部门的列名。"
    en = "Record {place} is no JSON object. A record is an object whose keys are your own column names."
    status = 422


class UnknownColumns(BadInput):
    """None of a record's columns is one that the department declared."""

    zh = "第 {place} 条没有任何已登记的列。{resource} 的列：{columns}。"
    en = "Record {place} has no declared column. The columns of {resource} are: {columns}."
    status = 422


class KeyReused(Refusal):
    """The same idempotency key came with other records."""

    zh = "同一个 Idempotency-Key 已用于另一批内容，请换一个键。"
    en = "This Idempotency-Key was already used for other records; use a new one."
    status = 422


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one pushed record; `place` counts from 1, `rule` is why it was returned, `doubted` items have no value."""

    place: int
    status: Literal["landed", "returned", "duplicate"]
    rule: str = ""
    doubted: tuple[str, ...] = ()


def as_text(record: Mapping[str, Any], prefix: str = "") -> dict[str, str | None]:
    """A JSON record as the texts that a file of it would hold: nested values become columns `outer.inner`, null stays none."""
    found: dict[str, str | None] = {}
    for key, value in record.items():
        if isinstance(value, Mapping):
            found.update(as_text(value, f"{prefix}{key}."))
        elif value is None or isinstance(value, str):
            found[prefix + key] = value
        elif isinstance(value, bool):
            found[prefix + key] = "true" if value else "false"
        else:
            found[prefix + key] = str(value)
    return found


def push_records(
    resource: str, records: Sequence[Any], *, key: str, reach: Reach, actor: Actor, at: datetime
) -> Delivery:
    """Land a department's records as one increment.

    The same `key` with the same records gives the same delivery again, withdrawn or not; two that come at the same moment make one
    delivery, and both are told of it.
    Raises NotFound for a resource that nobody delivers, NotYourResource for another department's, and the refusals above.
    """
    source = get_source(reach, resource)
    if not records:
        raise NothingPushed
    if len(records) > MOST_RECORDS:
        raise TooManyRecords(most=MOST_RECORDS, count=len(records))
    declared = set(source.form.names)
    rows = []
    for place, record in enumerate(records, 1):
        if not isinstance(record, Mapping):
            raise NotRecords(place=place)
        rows.append(as_text(record))
        if not declared & rows[-1].keys():
            raise UnknownColumns(place=place, resource=resource, columns="、".join(source.form.names))
    if not key:
        return land_rows(resource, rows, actor=actor, at=at, name=f"push:{actor.ref}:{at.isoformat()}")
    reserved = _reserve(key, resource, rows, actor, at)
    if reserved.delivery is None:
        # What died between landing and this line is landed again under the same name, which changes nothing.
        named = f"push:{actor.ref}:{key}"
        try:
            reserved.delivery = land_rows(resource, rows, actor=actor, at=at, name=named)
        except AlreadyLanded:
            # The same push, sent twice at once: by its content it is found.
            reserved.delivery = land_rows(resource, rows, actor=actor, at=at, name=named)
        reserved.save(update_fields=["delivery"])
    return reserved.delivery


def _reserve(key: str, resource: str, rows: Sequence[Mapping[str, str | None]], actor: Actor, at: datetime) -> PushKey:
    """The client's key, taken for these records and no others. Raises KeyReused."""
    digest = sha256(json.dumps([resource, rows], sort_keys=True).encode()).hexdigest()
    reserved, _is_new = PushKey.objects.select_related("delivery").get_or_create(
        client=actor.ref, key=key, defaults={"digest": digest, "taken_at": at}
    )
    if reserved.digest != digest:
        raise KeyReused
    return reserved


def forget_push_keys(*, at: datetime) -> int:
    """Forget the keys that were taken KEPT_DAYS ago; gives how many. The same records under the same key still change nothing
    afterwards: they are then known by their content.
    """
    old = PushKey.objects.filter(taken_at__lt=at - timedelta(days=KEPT_DAYS))
    return old.delete()[0]


def outcomes_of(delivery: Delivery) -> list[Outcome]:
    """What became of each record of a push, in the order in which they were sent."""
    returned = {row.line: row.rule for row in quarantined_rows(delivery)}
    landed: dict[int, tuple[str, ...]] = {}
    if delivery.lake_file:
        path = engine.text(lake() / delivery.resource / delivery.lake_file)
        with engine.borrowed(Path(settings.HOME) / "spill") as connection:
            rows = connection.execute(f"SELECT line, doubts FROM read_parquet('{path}')").fetchall()
        landed = {line: tuple(doubts or ()) for line, doubts in rows}
    return [_outcome(place, returned, landed) for place in range(1, delivery.delivered + 1)]


def _outcome(place: int, returned: Mapping[int, str], landed: Mapping[int, tuple[str, ...]]) -> Outcome:
    if place in returned:
        return Outcome(place=place, status="returned", rule=returned[place])
    if place in landed:
        return Outcome(place=place, status="landed", doubted=landed[place])
    return Outcome(place=place, status="duplicate")
