"""The same report from fifty threads at once is one incident: the database's own promise keeps it, and without it there are fifty."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from racing import ON_POSTGRESQL, apart, together

from huimin.cli.standing import establish
from huimin.platform.incidents.models import Incident, Report
from huimin.platform.incidents.operations import report_incident
from huimin.platform.incidents.tests import factories as make
from huimin.platform.journal.models import Entry
from huimin.platform.registries.operations import take_grid

pytestmark = [pytest.mark.race, pytest.mark.covers("G04")]
if ON_POSTGRESQL:
    pytestmark.append(pytest.mark.django_db(transaction=True))
THREADS = 50


def a_grid(folder: Path) -> None:
    establish()
    feature = {
        "type": "Feature",
        "properties": {"code": make.CELL, "name": "网格"},
        "geometry": make.square(*make.HERE),
    }
    path = folder / "grid.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature], "synthetic": True}), "utf-8")
    take_grid(path, actor=make.SYSTEM, at=timezone.now())


def race() -> list[str]:
    report = make.a_report(key="the-same-report")
    return together(
        *(
            lambda: report_incident(report=report, sender="race:1", actor=make.SYSTEM, at=timezone.now())
            for _ in range(THREADS)
        )
    )


@contextmanager
def without_the_promise() -> Iterator[None]:
    """The table without its constraint on sender and key, and the constraint put back for those who come after."""
    kept = Report._meta.constraints
    promise = next(one for one in kept if one.name == "a_report_arrives_once")

    def change(name: str) -> None:
        # The embedded store makes the table anew from what the model says.
        with connection.schema_editor() as editor:
            getattr(editor, name)(Report, promise)

    Report._meta.constraints = [one for one in kept if one is not promise]
    apart(lambda: change("remove_constraint"))
    try:
        yield
    finally:
        Report._meta.constraints = kept
        if ON_POSTGRESQL:
            apart(lambda: Report.objects.all().delete())
            apart(lambda: change("add_constraint"))


def test_it_is_one_incident(store: None, tmp_path: Path) -> None:
    apart(lambda: a_grid(tmp_path))
    assert race() == ["done"] * THREADS
    found = apart(lambda: (Incident.objects.count(), Entry.objects.filter(kind="incidents.IncidentReported").count()))
    assert found == (1, 1)


def test_without_the_promise_there_are_as_many_as_threads(store: None, tmp_path: Path) -> None:
    apart(lambda: a_grid(tmp_path))
    with without_the_promise():
        assert race() == ["done"] * THREADS
        assert apart(Incident.objects.count) == THREADS
