"""From golden values to published tables: right, once a build, and nothing small kept anywhere."""

import json
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from huimin.platform.indicators import operations, queries, tables, tasks
from huimin.platform.indicators.declarations import statistics
from huimin.platform.indicators.models import Release
from huimin.platform.indicators.operations import NothingToCount, release_statistics
from huimin.platform.indicators.queries import StandingBuild
from huimin.platform.indicators.tests.factories import REFERENCE_ON, golden_file, resident
from huimin.platform.journal import operations as journal
from huimin.platform.journal import queries as trail
from huimin.platform.journal.rules import Actor
from huimin.platform.registries.events import RegistriesReconciled
from huimin.platform.registries.models import Build
from huimin.platform.registries.records import builds
from huimin.platform.registries.rules import age_on

pytestmark = pytest.mark.django_db
ACTOR = Actor(kind="system", ref="test")
AT = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)
DISTRICTS = {"镜湖区": "340202", "弋江区": "340209", "三山区": "340209", "无为县": "340281", "": "unknown"}


def people(count=3000, seed=7):
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        born = REFERENCE_ON - timedelta(days=chance.randrange(0, 101 * 365))
        fields = {"education": chance.choice(["10", "20", "70"])} if chance.random() < 0.8 else {}
        if chance.random() < 0.03:
            fields["deceased"] = "true"
        made.append(resident(born.isoformat(), chance.choice("12"), chance.choice(list(DISTRICTS)), **fields))
    return made


def businesses():
    row = {"status": "存续", "industry": "F52", "address": "芜湖市镜湖区某路2号"}
    return (
        [row | {"org_type": "个体工商户"}] * 40
        + [row | {"org_type": "企业", "industry": "36"}] * 20
        + [{"uscc": "x"}] * 12
    )


@pytest.fixture
def build(tmp_path):
    golden_file(tmp_path / "people_golden-00.parquet", people())
    golden_file(tmp_path / "organisations_golden-00.parquet", businesses())
    return StandingBuild(number=1, folder=tmp_path, reference_on=REFERENCE_ON)


def release(build):
    return release_statistics(build=build, actor=ACTOR, at=AT)


@pytest.mark.covers("D07", "D18")
def test_the_figures_are_those_of_the_living_on_the_reference_day(build):
    release(build)
    living = [row for row in people() if "deceased" not in row]
    ages = Counter((age_on(date.fromisoformat(row["birth_date"]), REFERENCE_ON) // 5 * 5, row["sex"]) for row in living)
    table = queries.get_table("residents_by_age_and_sex")
    assert table.number() == len(living)
    for (first, sex), number in ages.items():
        band = f"{first}-{first + 4}" if first < 95 else "95+"
        if first < 95 and number >= 10:
            assert table.number(age_band=band, sex=sex) in (number, None)
    shown = [cell for place, cell in table.numbers.items() if all(place) and cell]
    assert len(shown) > 30
    found = queries.get_table("residents_by_district_and_age")
    by_district = Counter(
        next((DISTRICTS[d] for d in DISTRICTS if d and d in row.get("residence_address", "")), "unknown")
        for row in living
    )
    assert {code: found.number(district=code) for code in by_district} == dict(by_district)


@pytest.mark.covers("D08")
def test_businesses_by_kind_status_industry_and_district(build):
    release(build)
    kinds = queries.get_table("businesses_by_kind_and_status")
    assert kinds.number(business_kind="self_employed", business_status="active") == 40
    assert kinds.number(business_kind="company") == 20
    assert kinds.number(business_kind="unknown", business_status="unknown") == 12
    industries = queries.get_table("businesses_by_industry")
    assert (industries.number(industry="F"), industries.number(industry="C"), industries.number(industry="A")) == (
        40,
        20,
        0,
    )
    assert queries.get_table("businesses_by_district").number(business_district="340202") == 60


@pytest.mark.parametrize("born", ["2000-02-29", "2000-02-28", "2000-03-01", "1999-12-31", "2000-01-01"])
@pytest.mark.parametrize("on", [date(2023, 2, 28), date(2023, 3, 1), date(2024, 2, 29), date(2015, 2, 28)])
def test_an_age_is_that_of_the_registries(tmp_path, born, on):
    golden_file(tmp_path / "people_golden-00.parquet", [resident(born, "1", "镜湖区")] * 100)
    golden_file(tmp_path / "organisations_golden-00.parquet", [])
    release(StandingBuild(number=1, folder=tmp_path, reference_on=on))
    table = queries.get_table("residents_by_age_and_sex")
    age = age_on(date.fromisoformat(born), on)
    assert [code for code in table.axis("age_band").categories if table.number(age_band=code) == 100] == [
        f"{age // 5 * 5}-{age // 5 * 5 + 4}"
    ]


def test_nothing_small_is_stored(build):
    release(build)
    for row in Release.objects.all():
        cells = json.loads(row.content)["cells"]
        assert all(cell["value"] is None or cell["value"] == 0 or cell["value"] >= 10 for cell in cells)
        assert row.published == sum(cell["value"] is not None for cell in cells)
        assert row.withheld == len(cells) - row.published


def test_a_stored_table_reads_as_it_was_published(build):
    release(build)
    table = queries.get_table("residents_by_age_and_sex")
    assert tables.read(tables.stored(table)) == table
    assert table.released_at == AT


def of_registries() -> list[str]:
    """The releases that are counted from a build: those of cases have days of their own."""
    declared = statistics()
    counted = {name for name, one in declared.populations.items() if not one.registry.startswith("cases_")}
    return [code for code, release in declared.releases.items() if release.population in counted]


def test_a_build_is_released_once_and_announced_once(build):
    first, again = release(build), release(build)
    assert (first.again, again.again) == (False, True)
    assert (again.tables, again.published, again.withheld) == (first.tables, first.published, first.withheld)
    assert Release.objects.count() == len(of_registries())
    (entry,) = trail.entries_about(["build:1"])
    assert entry.kind == "indicators.StatisticsReleased"


def test_who_comes_second_at_the_same_moment_finds_it_released(build, monkeypatch):
    release(build)
    answers = iter([None, *[operations._released_before(1)] * 2])
    monkeypatch.setattr(operations, "_released_before", lambda number: next(answers))
    assert release(build).again
    assert len(list(trail.entries_about(["build:1"]))) == 1


def test_without_a_build_there_is_nothing_to_count():
    with pytest.raises(NothingToCount):
        release(None)


def test_an_empty_registry_is_published_as_zeros(tmp_path):
    for name in ("people", "organisations"):
        golden_file(tmp_path / f"{name}_golden-00.parquet", [])
    done = release(StandingBuild(number=1, folder=tmp_path, reference_on=REFERENCE_ON))
    assert done.withheld == 0
    assert queries.get_table("residents_by_age_and_sex").number() == 0


def test_rounding_keeps_to_its_base(build, monkeypatch):
    monkeypatch.setattr(operations, "statistics", lambda: statistics().model_copy(update={"round_to": 5}))
    release(build)
    table = queries.get_table("residents_by_age_and_sex")
    assert all(number % 5 == 0 for number in table.numbers.values() if number is not None)


def test_a_reconcile_is_followed_by_fresh_figures(django_assert_num_queries):
    folder = builds() / "build-test"
    folder.mkdir(parents=True, exist_ok=True)
    golden_file(folder / "people_golden-00.parquet", people(200))
    golden_file(folder / "organisations_golden-00.parquet", businesses())
    made = Build.objects.create(
        built_at=AT,
        reference_on=REFERENCE_ON,
        standing="",
        model_version="1",
        folder="build-test",
        people=200,
        organisations=72,
        records=0,
        unresolved=0,
    )
    with transaction.atomic():
        fact = RegistriesReconciled(
            subject=f"build:{made.number}", people=200, organisations=72, records=0, unresolved=0, changed=0
        )
        journal.publish(fact, actor=ACTOR, at=AT)
    journal.deliver_due(at=timezone.now())
    assert queries.find_unreleased_build().number == made.number
    for _, work in tasks.PERIODIC.values():
        work()
    assert queries.get_table("residents_by_age_and_sex").build == made.number
    assert queries.find_unreleased_build() is None
    with django_assert_num_queries(2):  # nothing is due: the build that stands, and whether it was released
        tasks.release_due()


def test_the_newest_build_is_shown_and_older_ones_are_kept(build, tmp_path):
    release(build)
    later = StandingBuild(number=2, folder=tmp_path, reference_on=REFERENCE_ON + timedelta(days=30))
    release(later)
    assert {table.build for table in queries.released_tables().values()} == {2}
    assert queries.get_table("businesses_by_industry").build == 2
    assert Release.objects.filter(build=1).count() == len(of_registries())
