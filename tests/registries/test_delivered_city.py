"""A delivery of all departments in all forms (tests/data/), end to end: landed, reconciled, exported; what scripts rely on holds."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from huimin.platform.exchange.declarations import sources
from huimin.platform.exchange.models import Delivery, QuarantinedRow
from huimin.platform.exchange.operations import Progress, land_inbox
from huimin.platform.exchange.rules import RETURNED_WHOLE
from huimin.platform.journal.rules import Actor
from huimin.platform.registries.exports import export_links, export_registry
from huimin.platform.registries.operations import reconcile

pytestmark = [pytest.mark.django_db, pytest.mark.covers("D05", "D08")]
EXTRACTS = Path(__file__).parents[1] / "data" / "extracts"
AT = datetime(2026, 7, 1, 2, tzinfo=UTC)
ACTOR = Actor(kind="system", ref="tests")
PEOPLE = (
    "citizen_id, name, sex, birth_date, ethnicity, marital_status, education, hukou_address, residence_address, phone, "
    "employer_name, employer_uscc, deceased, disability_level"
)
ORGANISATIONS = "uscc, name, org_type, status, legal_representative, address, industry, registered_capital"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any) -> Any:
    """The city landed and reconciled once for all tests of this file, in a transaction that is rolled back."""
    from django.conf import settings
    from django.db import transaction

    home, before = tmp_path_factory.mktemp("city"), settings.HOME
    settings.HOME = home
    with django_db_blocker.unblock(), transaction.atomic():
        progress = land_inbox(EXTRACTS, actor=ACTOR, clock=lambda: AT)
        build = reconcile(actor=ACTOR, at=AT)
        export_registry("people", home / "people.parquet")
        export_registry("organisations", home / "organisations.parquet")
        export_links(home / "links.parquet")
        yield home, progress, build
        transaction.set_rollback(True)
    settings.HOME = before


def read(city: Any, name: str) -> Any:
    return pq.read_table(city[0] / f"{name}.parquet")


def person(city: Any, citizen_id: str) -> dict[str, Any]:
    (found,) = [row for row in read(city, "people").to_pylist() if row["citizen_id"] == citizen_id]
    return found


def link(city: Any, resource: str, record: str) -> dict[str, Any]:
    (found,) = [
        row for row in read(city, "links").to_pylist() if (row["resource"], row["record_id"]) == (resource, record)
    ]
    return found


# ── Landing ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_every_resource_in_every_form_lands_as_its_handover_list_says(city: Any) -> None:
    progress: Progress = city[1]
    assert (progress.refused, progress.notes) == ([], [])
    assert {delivery.resource for delivery in progress.deliveries} == set(sources())
    assert len({sources()[delivery.resource].form.kind for delivery in progress.deliveries}) == 8


def test_every_delivered_row_is_accounted_for(city: Any) -> None:
    listed = {
        row["文件"]: int(row["数据行数"])
        for row in csv.DictReader((EXTRACTS / "交接清单.csv").open(encoding="utf-8-sig"))
    }
    deliveries = Delivery.objects.all()
    assert {delivery.file_name: delivery.delivered for delivery in deliveries} == listed
    assert sum(listed.values()) == 942
    assert all(d.landed + d.quarantined + d.duplicates == d.delivered for d in deliveries)
    assert QuarantinedRow.objects.count() == sum(delivery.quarantined for delivery in deliveries) == 96
    assert {row.rule for row in QuarantinedRow.objects.all()} == set(RETURNED_WHOLE)
    (resent,) = [delivery for delivery in deliveries if "resend" in delivery.file_name]
    assert (resent.state, resent.duplicates) == ("repeated", resent.delivered)


# ── The columns that others script against ─────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("registry", "key", "fields"), [("people", "person_key", PEOPLE), ("organisations", "org_key", ORGANISATIONS)]
)
def test_an_export_has_exactly_the_agreed_columns(city: Any, registry: str, key: str, fields: str) -> None:
    names = fields.split(", ")
    table = read(city, registry)
    assert table.schema.names == [
        key,
        *names,
        *(f"{name}{suffix}" for name in names for suffix in ("__source", "__as_of", "__disputed")),
    ]
    types = {name: table.schema.field(name).type for name in table.schema.names}
    texts = set(names) - {"deceased", "registered_capital"}
    assert {types[name] for name in (key, *texts, *(f"{name}__source" for name in names))} == {pa.string()}
    assert {types[f"{name}__as_of"] for name in names} == {pa.date32()}
    assert {types[f"{name}__disputed"] for name in names} == {pa.bool_()}
    assert types.get("deceased", pa.bool_()) == pa.bool_()
    assert types.get("registered_capital", pa.float64()) == pa.float64()
    assert table[key].to_pylist() == sorted(set(table[key].to_pylist()))
    assert not any(value is None for name in names for value in table[f"{name}__disputed"].to_pylist())


def test_links_name_every_landed_record_once_and_leave_open_what_is_undecided(city: Any) -> None:
    table = read(city, "links")
    assert table.schema.names == ["resource", "record_id", "person_key", "org_key", "method", "score"]
    rows = table.to_pylist()
    assert len({(row["resource"], row["record_id"]) for row in rows}) == len(rows) == city[2].records
    assert not [row for row in rows if row["person_key"] and row["org_key"]]
    opened = [row for row in rows if not row["person_key"] and not row["org_key"]]
    assert {row["method"] for row in opened} == {"unresolved"}
    assert len(opened) == city[2].unresolved < 25
    assert {row["person_key"] for row in rows if row["person_key"]} == set(
        read(city, "people")["person_key"].to_pylist()
    )


def test_csv_says_what_parquet_says(city: Any, tmp_path: Path) -> None:
    assert export_registry("people", tmp_path / "people.csv") == city[2].people
    with (tmp_path / "people.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["citizen_id"] for row in rows] == read(city, "people")["citizen_id"].to_pylist()
    assert {row["deceased"] for row in rows} == {"true", "false"}
    assert all(row["birth_date"] == "" or date.fromisoformat(row["birth_date"]) for row in rows)


# ── Values read off the files by hand ──────────────────────────────────────────────────────────────────────────────────
def test_a_death_certificate_makes_deceased(city: Any) -> None:
    # SW000020 in deaths_20260630.xml, registered 2023-05-18; her health file is of the same day.
    row = person(city, "340206198801239569")
    assert (row["name"], row["deceased"], row["deceased__source"], str(row["deceased__as_of"])) == (
        "沈娟霞",
        True,
        "health.deaths",
        "2023-05-18",
    )
    assert link(city, "health.ehr", "34020000000004868")["person_key"] == row["person_key"]


def test_a_death_dated_in_2030_was_sent_back_and_makes_nobody_deceased(city: Any) -> None:
    # SW000066: 孙若怡, registered on 2030-04-10.
    assert not [
        row for row in read(city, "people").to_pylist() if row["citizen_id"] == "342625200304182648" and row["deceased"]
    ]
    assert QuarantinedRow.objects.get(record_id="SW000066").rule == "dated_after_delivery"


def test_a_disability_certificate_holds_the_number_and_the_level(city: Any) -> None:
    # CL000196: 340204201409226650 with category 1 and level 3, renewed on 2023年7月9日.
    row = person(city, "340204201409226650")
    assert (row["disability_level"], row["disability_level__source"], str(row["disability_level__as_of"])) == (
        "3",
        "disabled.persons",
        "2023-07-09",
    )


def test_a_number_with_a_wrong_digit_still_leads_to_its_person(city: Any) -> None:
    # CL000062 has 宋诗怡 born in May (34252420130509868X, no valid number); police know her born in July.
    row = person(city, "34252420130709868X")
    assert (row["name"], row["disability_level"]) == ("宋诗怡", "2")
    found = link(city, "disabled.persons", "CL000062")
    assert (found["person_key"], found["method"]) == (row["person_key"], "evidence")


def test_a_librarys_founding_capital_is_in_ten_thousands(city: Any) -> None:
    # BB00010 states 30000.00 yuan; BB00015, an agency, states none.
    rows = {row["uscc"]: row for row in read(city, "organisations").to_pylist()}
    library, agency = rows["1234020288852798XM"], rows["11340281394799280Y"]
    assert (library["registered_capital"], library["org_type"], library["status"], library["industry"]) == (
        3.0,
        "事业单位",
        "存续",
        "Q84",
    )
    assert (agency["registered_capital"], agency["org_type"]) == (None, "机关")


def test_a_withdrawn_insurance_record_no_longer_links(city: Any) -> None:
    # SB00000284 was deleted by the increment of 3 June and is not stated again.
    assert not [row for row in read(city, "links").to_pylist() if row["record_id"] == "SB00000284"]
