"""Reads of hot paths: a statement that is put together once and planned once, on a connection that is found to be gone only by using it.

The ORM needs longer to put a statement together than the store needs to answer it. `Kept` says a read in the ORM's own words and pays
for that once a thread; `read_rows` takes the statement as text.
"""

import threading
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections, models
from django.db.models import Value
from django.db.models.query import ModelIterable, get_related_populators
from django.db.transaction import TransactionManagementError

M = TypeVar("M")


class _Slot(Value):
    """Stands for a parameter in a statement that is kept."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """A mark, and the slot itself in place of a value."""
        return "%s", [self]


def slot(name: str) -> Any:
    """Where a parameter of this name will stand in a statement that is kept; it is written in place of a value, whatever its type."""
    return _Slot(name)


class _Plan:
    """What the ORM makes of a read on one connection: the text, where its parameters stand, and how rows become objects."""

    def __init__(self, queryset: "models.QuerySet[Any, Any]") -> None:
        query: Any = queryset.query
        compiler = query.get_compiler(DEFAULT_DB_ALIAS)
        self.statement, self._parameters = compiler.as_sql()
        self.locks = query.select_for_update
        self._compiler = compiler
        self._converters = compiler.get_converters([one[0] for one in compiler.select[: compiler.col_count]])
        is_of_objects = queryset._iterable_class is ModelIterable
        self._info = compiler.klass_info if is_of_objects else None
        if self._info:
            fields = self._info["select_fields"]
            self._own = slice(fields[0], fields[-1] + 1)
            self._names = [one[0].target.attname for one in compiler.select[self._own]]
            populators: Any = get_related_populators  # the stubs are those of the next Django, which asks for more
            self._related = populators(self._info, compiler.select, DEFAULT_DB_ALIAS)

    def parameters(self, given: dict[str, Any]) -> list[Any]:
        """The parameters in their order."""
        return [given[one.name] if isinstance(one, _Slot) else one for one in self._parameters]

    def objects(self, rows: list[tuple[Any, ...]]) -> list[Any]:
        """Model instances, with what was joined; tuples where the read asked for values."""
        if self._converters:
            rows = list(map(tuple, self._compiler.apply_converters(rows, self._converters)))
        if not self._info:
            return rows
        found = []
        for row in rows:
            one = self._info["model"].from_db(DEFAULT_DB_ALIAS, self._names, row[self._own])
            for populator in self._related:
                populator.populate(row, one)
            found.append(one)
        return found


class Kept(Generic[M]):
    """A read whose statement is put together when it is first run, and then kept.

        _OPEN = Kept(lambda: Draft.objects.select_related("account").filter(public_id=slot("number"), lodged=""))
        _OPEN(number=public_id)

    What decides which rows are found stands in the read or comes in as a parameter, so there is nothing to go stale.
    """

    def __init__(self, read: "Callable[[], models.QuerySet[Any, M]]") -> None:
        self._read = read
        self._plans: Final = threading.local()  # converters hold the connection, which belongs to a thread

    def __call__(self, **given: Any) -> list[M]:
        """The rows for these parameters. Raises TransactionManagementError where a read that locks is outside a transaction."""
        plan: _Plan | None = getattr(self._plans, "plan", None)
        if plan is None:
            plan = self._plans.plan = _Plan(self._read())
        if plan.locks and not connections[DEFAULT_DB_ALIAS].in_atomic_block:
            raise TransactionManagementError("a read that locks belongs into a transaction")
        return plan.objects(read_rows(plan.statement, plan.parameters(given)))

    def first(self, **given: Any) -> M | None:
        """The first row, if there is one."""
        return next(iter(self(**given)), None)


def read_rows(statement: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement, as the store gives them: instants and JSON are not converted. `%s` marks parameters."""
    store: Any = connections[DEFAULT_DB_ALIAS]
    ops = store.ops
    adapted = [
        ops.adapt_datetimefield_value(one)
        if isinstance(one, datetime)
        else ops.adapt_datefield_value(one)
        if isinstance(one, date)
        else one
        for one in parameters
    ]
    # The read is its own check of the connection: a question whether it is still there would cost as much.
    store.health_check_done = True
    try:
        return _rows(store, statement, adapted)
    except OperationalError:
        if store.in_atomic_block or store.vendor != "postgresql":
            raise
        store.close()  # the server was restarted meanwhile
        return _rows(store, statement, adapted)


def _rows(store: Any, statement: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with store.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
