"""How fast a synthetic city is made: rows a second of all files, against copying the same bytes.

People come from HUIMIN_BENCH_PEOPLE (200,000). One process, so that the figure does not depend on the machine's cores.
"""

import os
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

import django
from django.conf import settings

PEOPLE = int(os.environ.get("HUIMIN_BENCH_PEOPLE", "200000"))
LEAST_ROWS_A_SECOND = 50_000
MOST_MEGABYTES = 2_000


def measure() -> list[dict[str, object]]:
    """Rows a second, and the most memory that the making took."""
    if not settings.configured:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huimin.settings")
        django.setup()
    from huimin.tooling.synth.block import Plan
    from huimin.tooling.synth.delivery import make_city

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "city"
        begun = time.perf_counter()
        made = make_city(Plan(city="wuhu", people=PEOPLE, seed=1), out)
        seconds = time.perf_counter() - begun
        begun = time.perf_counter()
        shutil.copytree(out, Path(folder) / "copy")
        floor = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << (20 if sys.platform == "darwin" else 10))
    rate = made.rows / seconds
    return [
        {
            "name": f"synth: extracts of {PEOPLE:,} people",
            "value": round(rate),
            "unit": "rows/s",
            "floor": round(made.rows / max(floor, 1e-6)),
            "ratio": round(seconds / max(floor, 1e-6), 1),
            "goal": f"at least {LEAST_ROWS_A_SECOND:,} rows/s (floor: copying the files)",
            "met": rate >= LEAST_ROWS_A_SECOND,
        },
        {
            "name": "synth: memory",
            "value": round(peak),
            "unit": "MB",
            "floor": MOST_MEGABYTES,
            "ratio": round(peak / MOST_MEGABYTES, 2),
            "goal": f"at most {MOST_MEGABYTES:,} MB, whatever the city's size",
            "met": peak <= MOST_MEGABYTES,
        },
    ]
