"""Returned rows on their way back: one file in the department's own form, damaged lines as they came."""

from pathlib import Path

import pyarrow as pa

from huimin.kernel.refusals import NotFound
from huimin.platform.exchange import forms
from huimin.platform.exchange.declarations import sources
from huimin.platform.exchange.models import Delivery
from huimin.platform.exchange.queries import quarantined_rows
from huimin.platform.exchange.rules import RETURNED_MARK


class NothingReturned(NotFound):
    """No row of the delivery went back, or nobody delivers its resource any more."""

    zh = "这次交付没有退回的行。"
    en = "No row of this delivery was returned."


def write_returned(delivery: Delivery, folder: Path) -> Path:
    """Write the delivery's returned rows to a file in `folder`, named after the delivered one; raises NothingReturned.

    Cells are written as they were delivered, those too that a spreadsheet would run: it is the department's own file.
    """
    rows = list(quarantined_rows(delivery))
    source = sources().get(delivery.resource)
    if not rows or source is None:
        raise NothingReturned
    columns = list(dict.fromkeys([*source.form.names, *(name for row in rows for name in row.columns)]))
    table = pa.table(
        {
            forms.LINE: pa.array([row.line for row in rows], pa.int64()),
            forms.DEFECT: pa.array([row.rule if row.raw else None for row in rows], pa.string()),
            forms.RAW: pa.array([row.raw or None for row in rows], pa.string()),
            **{name: pa.array([row.columns.get(name) for row in rows], pa.string()) for name in columns},
        }
    )
    delivered = Path(delivery.file_name)
    path = folder / f"{delivered.stem}{RETURNED_MARK}{delivered.suffix}"
    forms.write(table, source.form, path)
    return path
