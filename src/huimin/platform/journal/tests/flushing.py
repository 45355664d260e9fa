"""A pytest plugin: the flush after a transactional test may empty the journal, which its triggers refuse to everybody else.

Load it from the conftest at the root of the repository: pytest_plugins = ["huimin.platform.journal.tests.flushing"]
"""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.db import connection

TABLES = ("journal_entry", "journal_anchor")


@pytest.fixture(scope="session", autouse=True)
def _flush_may_empty_the_journal() -> Iterator[None]:
    operations = type(connection.ops)
    plain = operations.execute_sql_flush

    def flush(self: Any, statements: Sequence[str]) -> None:
        if not any(table in statement for statement in statements for table in TABLES):
            plain(self, statements)
            return
        off, on = _steps_aside(self.connection)
        plain(self, [*off, *statements, *on])

    patch = pytest.MonkeyPatch()
    patch.setattr(operations, "execute_sql_flush", flush)
    yield
    patch.undo()


def _steps_aside(db: Any) -> tuple[list[str], list[str]]:
    """What switches the triggers off and on again."""
    if db.vendor == "postgresql":
        return tuple([f"ALTER TABLE {table} {way} TRIGGER USER" for table in TABLES] for way in ("DISABLE", "ENABLE"))
    with db.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('journal_entry', 'journal_anchor')"
        )
        triggers = cursor.fetchall()
    return [f"DROP TRIGGER {name}" for name, _ in triggers], [sql for _, sql in triggers]
