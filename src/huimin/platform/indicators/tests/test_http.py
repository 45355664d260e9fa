"""Open-data files and the API: for everybody, alike, and without a way to any row."""

import csv
import io
import json

import pytest

from huimin.platform.indicators.operations import release_statistics
from huimin.platform.indicators.tests.test_operations import ACTOR, AT, build

pytestmark = pytest.mark.django_db
__all__ = ["build"]


@pytest.fixture
def released(build):
    return release_statistics(build=build, actor=ACTOR, at=AT)


@pytest.mark.covers("D21")
def test_the_three_forms_say_the_same(client, released):
    file = client.get("/open-data/residents_by_district_and_age.json")
    api = client.get("/api/statistics/residents_by_district_and_age")
    assert file.status_code == api.status_code == 200
    assert json.loads(file.content) == json.loads(api.content)
    text = client.get("/open-data/residents_by_district_and_age.csv")
    assert text["Content-Type"] == "text/csv; charset=utf-8"
    assert text["Content-Disposition"] == 'attachment; filename="residents_by_district_and_age.csv"'
    rows = list(csv.DictReader(io.StringIO(text.content.decode("utf-8-sig"))))
    cells = json.loads(api.content)["cells"]
    assert [row["value"] for row in rows] == ["" if cell["value"] is None else str(cell["value"]) for cell in cells]
    assert {row["status"] for row in rows} <= {"published", "withheld"}
    assert rows[0]["district_zh"] == "合计"


def test_the_list_names_every_release(client, released):
    found = json.loads(client.get("/api/statistics").content)
    assert len(found) == released.tables
    # Cases are counted to the day of the release, the registries as of their build.
    assert {one["reference_on"] for one in found if not one["code"].startswith(("cases_", "ratings_"))} == {
        "2026-06-30"
    }
    assert "cells" not in found[0]


@pytest.mark.parametrize("path", ["/open-data/nothing.csv", "/open-data/nothing.json", "/api/statistics/nothing"])
def test_what_is_not_published_is_not_found(client, released, path):
    assert client.get(path).status_code == 404


def test_nothing_is_found_before_the_first_release(client):
    assert client.get("/api/statistics/residents_by_age_and_sex").status_code == 404
    assert json.loads(client.get("/api/statistics").content) == []


def test_a_release_costs_few_queries(client, released, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        client.get("/api/statistics/residents_by_age_and_sex")
