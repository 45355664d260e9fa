"""Eligibility of one service (the old-age allowance) over a whole registry: HUIMIN_BENCH_REGISTRY people, 4,000,000 unless said otherwise.

The registry is written as `registries.exports.export_known` writes it for a build (one wide Parquet file, disputed values NULL), with
ages, deaths, districts and disputes in the shares of the synthetic city. The figure is the whole scan: every condition of the service
three-valued, keys of those who may have it, and for each "maybe" the conditions that are open. The floor is the engine's own plain
filter of the same conditions over the same file, giving the keys of those for whom all hold. Both run in turns, after one warm-up each.
"""

import os
import statistics
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import django

PEOPLE = int(os.environ.get("HUIMIN_BENCH_REGISTRY", "4000000"))
TURNS = 5
LEAST = 0.5
SERVICE = "old_age_allowance"
ON = date(2026, 7, 1)


def measure() -> list[dict[str, object]]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huimin.settings")
    django.setup()
    from huimin.platform.catalogue.library import get_declared
    from huimin.platform.catalogue.queries.eligibility import bound, given_to, scan_file
    from huimin.platform.exchange.lake import engine

    service = get_declared(SERVICE)
    conditions = service.eligibility.conditions
    folder = Path(mkdtemp(prefix="huimin-bench-"))
    path = folder / "people_known.parquet"
    with engine.connect(folder / "spill", macros=False) as connection:
        _registry(connection, path)
        given = given_to(service, conditions, ON)
        filtered = f"SELECT key FROM read_parquet('{engine.text(path)}') WHERE " + " AND ".join(
            f"({bound(condition)})" for condition in conditions
        )

        def plain() -> int:
            return len(connection.execute(filtered, given).fetchnumpy()["key"].tolist())

        def scanned() -> int:
            return len(scan_file(service, path, connection, on=ON).yes)

        assert scanned() == plain() > 0
        pairs = [(_seconds(scanned), _seconds(plain)) for _ in range(TURNS)]
    value, floor = (statistics.median(column) for column in zip(*pairs, strict=True))
    path.unlink()
    return [
        {
            "name": f"eligibility of one service over {PEOPLE:,} people",
            "value": round(value, 3),
            "unit": "s",
            "floor": round(floor, 3),
            "ratio": round(floor / value, 2),
            "goal": f"floor / value at least {LEAST}",
            "met": floor / value >= LEAST,
            "floor_is": "the engine's plain filter of the same conditions over the same file, in the same process",
            "connections": 1,
            "warm_up": "one of each",
        }
    ]


def _registry(connection: Any, path: Path) -> None:
    """A registry of invented people: nobody's data."""
    connection.execute("CREATE TEMP MACRO r(i, salt) AS (hash(i, salt) % 1000000) / 1000000.0")
    connection.execute(
        f"""
        COPY (
            SELECT printf('P%09d', i) AS key,
                CAST(i AS VARCHAR) AS citizen_id, 'n' || (i % 90000) AS name,
                CASE WHEN r(i, 1) < 0.001 THEN NULL WHEN r(i, 2) < 0.5 THEN '1' ELSE '2' END AS sex,
                CASE WHEN r(i, 3) < 0.002 THEN NULL
                     ELSE DATE '2026-06-30' - CAST(floor(36500 * sqrt(r(i, 4)) * r(i, 5)) AS INTEGER) END AS birth_date,
                '01' AS ethnicity, CASE WHEN r(i, 6) < 0.03 THEN NULL ELSE '20' END AS marital_status, '30' AS education,
                'h' || (i % 700000) AS hukou_address, 'a' || (i % 900000) AS residence_address,
                CAST(13000000000 + i AS VARCHAR) AS phone, 'e' || (i % 20000) AS employer_name,
                '91340200' || (i % 20000) AS employer_uscc,
                CASE WHEN r(i, 7) < 0.001 THEN NULL ELSE r(i, 7) < 0.02 END AS deceased, NULL AS disability_level,
                CASE WHEN r(i, 8) < 0.02 THEN NULL WHEN r(i, 8) < 0.1 THEN '' ELSE '3402' || CAST(2 + i % 8 AS VARCHAR) END AS division
            FROM range({PEOPLE}) AS numbers(i)
        ) TO '{path}' (FORMAT parquet)
        """
    )


def _seconds(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began
