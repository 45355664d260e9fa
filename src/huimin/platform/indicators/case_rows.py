"""The cases of the last twelve months as rows that the engine counts: codes, months and days, nothing of any applicant."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils import timezone

from huimin.platform.cases.queries import oversight
from huimin.platform.cases.queries.ratings import given_in
from huimin.platform.cases.rules import BAD
from huimin.platform.indicators.declarations import CASE_FIELDS
from huimin.platform.indicators.queries import instant_of, month_after, month_of
from huimin.platform.process.queries import work_calendar
from huimin.platform.process.rules.clocks import day_of

RECEIVED: Final = "cases_received"
FINISHED: Final = "cases_finished"
RATED: Final = "cases_rated"
_SCHEMA: Final = pa.schema(
    [("key", pa.string()), *((name, pa.string()) for name in CASE_FIELDS[:-1]), ("days", pa.int32())]
)
PORTION: Final = 50_000
Row = Mapping[str, str | int | None]


def twelve_months(at: datetime) -> tuple[datetime, datetime]:
    """From the first day of the month after this one a year ago, until the instant: each month's number comes once."""
    today = timezone.localdate(at)
    return instant_of(month_after(month_of(date(today.year - 1, today.month, 1)))), at


def write_case_rows(registry: str, folder: Path, *, at: datetime) -> Path:
    """Write the rows of the cases received, of those finished or of their ratings as one file in the folder; where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    rows, path = _ROWS[registry](at), folder / f"{registry}.parquet"
    with pq.ParquetWriter(path, _SCHEMA) as writer:
        while portion := list(islice(rows, PORTION)):
            writer.write_table(pa.Table.from_pylist([dict(row) for row in portion], schema=_SCHEMA))
    return path


def _received(at: datetime) -> Iterator[Row]:
    for service, lodged_at in oversight.received_in(*twelve_months(at)):
        yield {"key": "", "month": f"{day_of(lodged_at):%m}", "service": service, "timely": None, "days": None}


def _finished(at: datetime) -> Iterator[Row]:
    calendar = work_calendar()
    for case in oversight.applications_finished_in(*twelve_months(at)):
        decided_on = day_of(case.decided_at)
        in_time = {True: "on_time", False: "late"}[case.due_on is None or decided_on <= case.due_on]
        yield {
            "key": "",
            "month": f"{decided_on:%m}",
            "service": case.service,
            "timely": None if case.due_on is None else in_time,
            "days": calendar.between(day_of(case.lodged_at), decided_on),
        }


def _rated(at: datetime) -> Iterator[Row]:
    for service, level, rated_at in given_in(*twelve_months(at)):
        good = "bad" if level >= BAD else "good"
        yield {"key": "", "month": f"{day_of(rated_at):%m}", "service": service, "satisfied": good}


_ROWS: Final = {RECEIVED: _received, FINISHED: _finished, RATED: _rated}
CASE_REGISTRIES: Final = frozenset(_ROWS)
"""What `statistics.yaml` calls them."""
OF_CASES: Final = 0
"""In the place of a build's number: cases are released for a day, whatever the registries do."""
