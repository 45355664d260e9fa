"""Public statistics of cases: right, with averages where a figure is shown, and nothing of a few."""

import csv
import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest

from huimin.platform.cases.models import Case
from huimin.platform.indicators.case_rows import twelve_months
from huimin.platform.indicators.declarations import statistics
from huimin.platform.indicators.operations import release_case_statistics
from huimin.platform.indicators.queries import are_cases_released, get_table
from huimin.platform.indicators.tests.test_operations import ACTOR
from huimin.platform.process.models import Process
from huimin.platform.process.tests.factories import Drawing, make_post, publish

pytestmark = [pytest.mark.django_db, pytest.mark.covers("P10", "D21")]
AT = datetime(2026, 7, 20, 4, 0, tzinfo=UTC)
OFTEN, TOO, SELDOM, FEW = "identity_card_replacement", "restaurant_opening", "retirement", "birth"


def finished(number: int, service: str, *, late: bool, definition) -> None:
    lodged_at = AT - timedelta(days=14)
    decided_at = lodged_at + timedelta(days=7)
    process = Process.objects.create(
        number=f"HM-{number}", definition=definition, kind="case", subject=f"case:{number}", started_by="test", started_at=lodged_at,
        due_on=(decided_at + timedelta(days=-1 if late else 1)).date(),
    )  # fmt: skip
    Case.objects.create(
        number=str(number), service=service, version=1, revision=1, applicant=f"person:{number}", applicant_name="申请人甲", channel="online",
        department="gaj", state="granted", lodged_at=lodged_at, decided_at=decided_at, process=process.number,
    )  # fmt: skip


@pytest.fixture
def released(tmp_path, settings):
    settings.HOME = tmp_path
    make_post("gaj.data")
    definition = publish("trial", Drawing().start().user("check").end().line("start", "check", "end"))
    number = 0
    for service, several, late in ((OFTEN, 30, 12), (TOO, 25, 11), (SELDOM, 3, 0), (FEW, 4, 0)):
        for place in range(several):
            number += 1
            finished(number, service, late=place < late, definition=definition)
    return release_case_statistics(actor=ACTOR, at=AT)


def test_what_is_shown_is_right_and_a_few_are_not(released):
    table = get_table("cases_finished_by_service_and_month")
    assert table.reference_on.isoformat() == "2026-07-20"
    assert (table.number(service=OFTEN), table.number(service=OFTEN, month="07")) == (30, 30)
    assert table.mean(service=OFTEN) == 5.0, "seven days of the calendar are five working days"
    assert table.number(service=SELDOM) is None
    assert table.mean(service=SELDOM) is None
    received = get_table("cases_received_by_service_and_month")
    assert (received.number(service=OFTEN), received.average) == (30, None)
    timely = get_table("cases_finished_by_service_and_timeliness")
    assert (timely.number(service=OFTEN), timely.number(service=OFTEN, timely="late")) == (30, 12)
    assert timely.number(service=FEW, timely="on_time") is None


def test_the_files_hold_the_averages(released, client):
    kept = json.loads(client.get("/open-data/cases_finished_by_service_and_month.json").content)
    assert kept["average"]["en"] == "Working days on average"
    cells = {(cell["service"], cell["month"]): cell["average"] for cell in kept["cells"]}
    assert (cells[OFTEN, "07"], cells[SELDOM, "07"]) == (5.0, None)
    rows = list(
        csv.DictReader(
            StringIO(client.get("/open-data/cases_finished_by_service_and_month.csv").content.decode("utf-8-sig"))
        )
    )
    assert {row["average"] for row in rows if row["service"] == OFTEN and row["month"] == "07"} == {"5.0"}
    assert {row["average"] for row in rows if row["status"] == "withheld"} == {""}


@pytest.mark.once
def test_each_month_comes_once():
    since, until = twelve_months(AT)
    assert (since.isoformat()[:10], until) == ("2025-08-01", AT)
    assert twelve_months(datetime(2026, 12, 31, 12, 0, tzinfo=UTC))[0].isoformat()[:10] == "2026-01-01"


def test_the_page_says_what_is_published_and_what_is_not(released, client):
    page = client.get("/statistics/cases/").content.decode()
    for part in ("办件公开", "居民身份证换领、补领", "60.0", "5.0", "不公布", "截至 2026-07-20"):
        assert part in page, part
    english = client.get("/statistics/cases/", headers={"accept-language": "en"}).content.decode()
    for part in ("Cases in figures", "On-time rate", "In July 62 were received"):
        assert part in english, part


def test_before_the_first_release_it_says_so(db, client):
    assert "办件的统计数还没有公布" in client.get("/statistics/cases/").content.decode()


def test_once_a_day(released):
    assert not released.again
    assert released.tables == sum(one.population.startswith("cases_") for one in statistics().releases.values())
    assert are_cases_released(AT.date())
    assert release_case_statistics(actor=ACTOR, at=AT).again
    assert not release_case_statistics(actor=ACTOR, at=AT + timedelta(days=1)).again
    assert get_table("cases_received_by_service_and_month").reference_on.isoformat() == "2026-07-21"
