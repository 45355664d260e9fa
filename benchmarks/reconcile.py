"""Reconcile against a bucketed `any_value` of the same fields, in CPU seconds, and the memory that it takes.

One synthetic city (HUIMIN_BENCH_PEOPLE, default 100,000) is landed, then reconciled. The floor, in the same process and run: the
engine takes any value of the same fields of the same landed records a person, bucket by bucket, by the links already known (rows
without a number included).
"""

import os
import tempfile
from pathlib import Path

import django
from _measuring import cpu, cpu_figure, memory_figure

PEOPLE = int(os.environ.get("HUIMIN_BENCH_PEOPLE", "100000"))
BUCKETS = 16
MOST_TIMES_THE_FLOOR = 1.4
MOST_MEGABYTES = 2_048


def measure() -> list[dict[str, object]]:
    """The CPU seconds of a reconcile of the whole city against their floor, and the peak memory."""
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.utils import timezone

    from huimin.platform.exchange.operations import land_inbox
    from huimin.platform.journal.rules import Actor
    from huimin.platform.registries.operations import reconcile
    from huimin.tooling.synth.block import Plan
    from huimin.tooling.synth.delivery import make_city

    call_command("migrate", verbosity=0)
    actor = Actor(kind="system", ref="bench")
    with tempfile.TemporaryDirectory() as folder:
        extracts = Path(folder) / "city"
        made = make_city(Plan(city="wuhu", people=PEOPLE, seed=1), extracts)
        land_inbox(extracts, actor=actor, clock=timezone.now)
    with cpu() as whole:
        build = reconcile(actor=actor, at=timezone.now())
    with cpu() as floor:
        _any_values(Path(settings.HOME), build.folder)
    name = f"reconcile {made.rows:,} rows → {build.people:,} people"
    return [
        cpu_figure(name, whole, floor, most=MOST_TIMES_THE_FLOOR),
        memory_figure("landing and reconcile: peak memory", most=MOST_MEGABYTES),
    ]


def _any_values(home: Path, folder: str) -> None:
    """Any value of each registry field of each person, bucket by bucket, over the landed records and their links."""
    from huimin.platform.exchange.declarations import resources
    from huimin.platform.exchange.lake import engine as lake_engine
    from huimin.platform.registries.declarations import authority

    fields = list(authority().people)
    with lake_engine.connect(home / "spill", macros=False) as connection:
        links = home / "registries" / folder / "links.parquet"
        for bucket in range(BUCKETS):
            parts = []
            for resource in resources().values():
                if resource.subject == "organisation":
                    continue
                items = {field: resource.item_feeding(field) for field in fields}
                columns = ", ".join(
                    f"{f'CAST({item} AS VARCHAR)' if item else 'NULL::VARCHAR'} AS {field}"
                    for field, item in items.items()
                )
                parts.append(
                    f"SELECT l.person_key, {columns} FROM (SELECT * FROM read_parquet('{home}/lake/{resource.code}/*.parquet')) r"
                    f" JOIN (SELECT * FROM read_parquet('{links}') WHERE resource = '{resource.code}' AND person_key IS NOT NULL"
                    f" AND hash(person_key) % {BUCKETS} = {bucket}) l USING (record_id)"
                )
            values = ", ".join(f"any_value({field})" for field in fields)
            connection.execute(
                f"SELECT person_key, {values} FROM ({' UNION ALL '.join(parts)}) GROUP BY person_key"
            ).fetchall()
