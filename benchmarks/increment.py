"""An increment of changed records against a registry that stands: bringing in whom it touches, against reconciling everybody.

A synthetic city (HUIMIN_BENCH_PEOPLE, default 20,000) is landed and reconciled. The medical insurance bureau then sends new telephone
numbers for HUIMIN_BENCH_CHANGED of its people as one increment (default 10,000, at most a tenth of them: larger ones wait for the
reconcile). Measured is the refresh that brings them into the serving registry; the floor is the whole reconcile that the same
delivery would otherwise wait for, which is run afterwards. Processor seconds, so that other work does not count.
"""

import os
import tempfile
from pathlib import Path

import django
from _measuring import cpu, cpu_figure

PEOPLE = int(os.environ.get("HUIMIN_BENCH_PEOPLE", "20000"))
CHANGED = int(os.environ.get("HUIMIN_BENCH_CHANGED", "10000"))
MOST = 0.5


def measure() -> list[dict[str, object]]:
    """Processor seconds of the refresh, and their ratio to those of a whole reconcile."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huimin.settings")
    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from huimin.platform.exchange.operations import land_inbox, land_rows
    from huimin.platform.journal.rules import Actor
    from huimin.platform.registries.operations import reconcile, refresh
    from huimin.tooling.synth.block import Plan
    from huimin.tooling.synth.delivery import make_city

    call_command("migrate", verbosity=0)
    actor = Actor(kind="system", ref="bench")
    with tempfile.TemporaryDirectory() as folder:
        make_city(Plan(city="wuhu", people=PEOPLE, seed=1), Path(folder) / "city")
        land_inbox(Path(folder) / "city", actor=actor, clock=timezone.now)
    reconcile(actor=actor, at=timezone.now())
    rows = _changed(min(CHANGED, PEOPLE // 10))
    delivery = land_rows("medins.insured", rows, actor=actor, at=timezone.now())
    with cpu() as touched:
        keys = refresh(delivery.number, actor=actor, at=timezone.now())
    if len(keys) < len(rows) * 0.9:
        raise RuntimeError(f"of {len(rows)} changed records only {len(keys)} were known")
    with cpu() as whole:
        reconcile(actor=actor, at=timezone.now())
    name = f"{len(rows):,} changed records, whom they touch, against everybody ({PEOPLE:,})"
    return [cpu_figure(name, touched, whole, most=MOST)]


def _changed(count: int) -> list[dict[str, str | None]]:
    """Rows of the medical insurance bureau as they stand, each with a new telephone number and the day of its change."""
    from django.conf import settings
    from django.utils import timezone

    from huimin.platform.exchange.declarations import resources
    from huimin.platform.exchange.lake import engine
    from huimin.platform.exchange.queries import current_select

    select = current_select(resources()["medins.insured"], ["record_id", "COLUMNS('^=')"])
    with engine.connect(Path(settings.HOME) / "spill") as connection:
        found = connection.execute(f"SELECT * FROM ({select}) ORDER BY record_id LIMIT {count}")
        names = [column[0].removeprefix("=") for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    now = f"{timezone.localtime():%Y-%m-%d %H:%M:%S}"
    return [
        {column: value for column, value in row.items() if column != "record_id"}
        | {"手机": f"139{place:08d}", "最近变更时间": now}
        for place, row in enumerate(rows)
    ]
