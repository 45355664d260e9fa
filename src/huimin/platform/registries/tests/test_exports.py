"""Exports of a small town: one row a person or organisation, each value with its source, day and standing."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from huimin.platform.registries.exports import NotBuilt, export_links, export_registry
from huimin.platform.registries.tests.factories_data import HOME, uscc
from huimin.platform.registries.tests.test_reconcile import LI, WANG, ZHANG, Clock, built, land, town_rows

pytestmark = [pytest.mark.django_db, pytest.mark.covers("D08")]


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    settings.HOME = tmp_path / "home"
    return tmp_path


def read(path: Path) -> list[dict[str, Any]]:
    with duckdb.connect() as connection:
        source = f"read_csv('{path}', all_varchar = true)" if path.suffix == ".csv" else f"read_parquet('{path}')"
        answer = connection.execute(f"SELECT * FROM {source}")
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_an_export_has_one_row_a_person_with_values_sources_and_days(home: Path, suffix: str) -> None:
    clock = Clock()
    land(home, town_rows(), clock)
    built(clock)
    assert export_registry("people", home / f"people.{suffix}") == 3
    rows = {row["citizen_id"]: row for row in read(home / f"people.{suffix}")}
    assert set(rows) == {ZHANG, LI, WANG}
    zhang = rows[ZHANG]
    assert (zhang["residence_address"], zhang["residence_address__source"], str(zhang["residence_address__as_of"])) == (
        HOME,
        "medins.insured",
        "2026-05-01",
    )
    assert [
        str(zhang[column]).lower()
        for column in ("deceased", "deceased__disputed", "employer_name", "employer_name__disputed")
    ] == ["false", "false", "none", "false"]
    # Her insurance row has no number; name and birth say whose telephone it is.
    assert rows[WANG]["phone"] == "13800000003"


def test_organisations_and_links_are_exported(home: Path) -> None:
    clock = Clock()
    land(home, town_rows(), clock)
    built(clock)
    assert export_registry("organisations", home / "o.parquet") == 1
    (shop,) = read(home / "o.parquet")
    assert (shop["uscc"], shop["status"], shop["registered_capital"]) == (uscc(1), "注销", None)
    assert export_links(home / "l.csv") == 9
    account = next(row for row in read(home / "l.csv") if row["resource"] == "power.accounts")
    assert (account["org_key"], account["person_key"]) == (shop["org_key"], None)


def test_nothing_is_exported_before_the_first_build(home: Path) -> None:
    with pytest.raises(NotBuilt):
        export_registry("people", home / "people.csv")
    with pytest.raises(NotBuilt):
        export_links(home / "links.csv")
