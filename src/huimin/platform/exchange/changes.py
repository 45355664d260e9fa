"""What a delivery changed in its resource, counted in records; what that meant for people is `registries`' to say.

The current records just before the delivery are held against those just after it, both by law 2 (a pure function of the
deliveries that stand), so the answer does not depend on when it is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from huimin.platform.exchange.lake import engine
from huimin.platform.exchange.lake.current import Standing, current_records
from huimin.platform.exchange.models import Delivery
from huimin.platform.exchange.queries import as_standing, lake, standing


@dataclass(frozen=True, kw_only=True)
class Change:
    """Records that a delivery (held: would have) added, changed, left as they were and ended."""

    added: int
    changed: int
    same: int
    ended: int


def _before_and_after(delivery: Delivery) -> tuple[list[Standing], list[Standing]]:
    """What stood when the delivery came, without it and with it."""
    before = [one for one in standing(delivery.resource) if one.number < delivery.number]
    return before, [*before, *as_standing(delivery.resource, [delivery])]


def _records(resource: str, deliveries: Sequence[Standing]) -> str:
    # The place of a row in its file and the time of its update are no content.
    select = current_records(lake(), resource, deliveries, ["record_id", "COLUMNS('^=')"])
    if select is None:
        return "SELECT NULL::VARCHAR AS record_id, NULL::UBIGINT AS content WHERE FALSE"
    return f"SELECT record_id, hash(rest) AS content FROM (SELECT record_id, COLUMNS(* EXCLUDE record_id) FROM ({select})) AS rest"


def change_of(delivery: Delivery) -> Change:
    """What the delivery changed; all nothing for one that landed no row or was withdrawn."""
    if not delivery.lake_file or delivery.state == Delivery.State.WITHDRAWN:
        return Change(added=0, changed=0, same=0, ended=0)
    before, after = _before_and_after(delivery)
    with engine.connect(Path(settings.HOME) / "spill", macros=False) as connection:
        counts = engine.one(
            connection,
            f"""
            SELECT count(*) FILTER (old.record_id IS NULL), count(*) FILTER (old.content <> new.content),
                   count(*) FILTER (old.content = new.content), count(*) FILTER (new.record_id IS NULL)
            FROM ({_records(delivery.resource, before)}) AS old
            FULL JOIN ({_records(delivery.resource, after)}) AS new USING (record_id)""",
        )
    added, changed, same, ended = counts
    return Change(added=added, changed=changed, same=same, ended=ended)
