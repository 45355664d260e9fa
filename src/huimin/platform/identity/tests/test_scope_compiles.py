"""The one scope, three engines: ORM on this database, DuckDB, and plain Python give the same rows."""

from collections.abc import Iterator
from datetime import UTC, datetime

import duckdb
import pytest
from django.db import connection, models
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huimin.platform.identity.rules import Ground, Rows, Scope

AT = datetime(2026, 7, 1, 9, tzinfo=UTC)
MAPS = [
    {"person": "person_key", "organisation": "org_key", "division": "division"},
    {"person": "person_key"},
    {"organisation": "org_key", "division": "division"},
    {},
]
KEYS, ORGS = ["P1", "P2", "P3", "p1", "P%"], ["O1", "O2", "O'; --"]
CODES = ["34", "3402", "340202", "340202001", "340209", "34020", "99"]


class ScopedRow(models.Model):
    person_key = models.CharField(max_length=8, null=True)  # noqa: DJ001 - NULL is part of the question
    org_key = models.CharField(max_length=8, null=True)  # noqa: DJ001
    division = models.CharField(max_length=12, null=True)  # noqa: DJ001

    class Meta:
        app_label = "identity_tests"

    def __str__(self) -> str:
        return str(self.pk)


@pytest.fixture(scope="module")
def table(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(ScopedRow)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(ScopedRow)


def some(values: list[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(values), max_size=3)


rows_of_scopes = st.builds(Rows, st.sampled_from([False] * 7 + [True]), some(KEYS), some(ORGS), some(CODES))
scopes = st.lists(rows_of_scopes, max_size=4).map(
    lambda found: Scope.of(
        [Ground(f"g{i}", rows, plain=frozenset({"*"}), purposes=frozenset({"use"})) for i, rows in enumerate(found)],
        purpose="use",
        at=AT,
    )
)
records = st.lists(
    st.tuples(
        st.one_of(st.none(), st.sampled_from(KEYS)),
        st.one_of(st.none(), st.sampled_from(ORGS)),
        st.one_of(st.none(), st.sampled_from([*CODES, "", "3402020", "4402"])),
    ),
    max_size=12,
)


@pytest.mark.django_db
@pytest.mark.covers("D05", "D16")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scope=scopes, records=records, field_map=st.sampled_from(MAPS))
def test_orm_duckdb_and_python_give_the_same_rows(
    table: None, scope: Scope, records: list, field_map: dict[str, str]
) -> None:
    ScopedRow.objects.all().delete()
    ScopedRow.objects.bulk_create(
        ScopedRow(pk=number, person_key=key, org_key=org, division=code)
        for number, (key, org, code) in enumerate(records)
    )
    by_orm = set(ScopedRow.objects.filter(scope.as_q(field_map, Q)).values_list("pk", flat=True))

    engine = duckdb.connect()
    engine.execute("CREATE TABLE t (id INTEGER, person_key VARCHAR, org_key VARCHAR, division VARCHAR)")
    if records:
        engine.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", [(n, *record) for n, record in enumerate(records)])
    text, parameters = scope.as_sql(field_map, "duckdb")
    by_engine = {number for (number,) in engine.execute(f"SELECT id FROM t WHERE {text}", parameters).fetchall()}

    with connection.cursor() as cursor:
        text, parameters = scope.as_sql(field_map, connection.vendor)
        # Django's cursor takes %s on every database.
        cursor.execute(f"SELECT id FROM {ScopedRow._meta.db_table} WHERE {text.replace('?', '%s')}", parameters)
        by_sql = {number for (number,) in cursor.fetchall()}

    names = ["person_key", "org_key", "division"]
    by_rule = {
        number
        for number, record in enumerate(records)
        if scope.visible(dict(zip(names, record, strict=True)), ["anything"], field_map)
    }
    assert by_orm == by_engine == by_sql == by_rule
