"""Reconciling a landed city: rebuilt from the lake it is the same, withdrawn deliveries leave no trace, slices are short."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from huimin.platform.exchange.operations import land_file, land_rows, withdraw_delivery
from huimin.platform.exchange.tests.factories import delivered_file
from huimin.platform.journal.models import Entry
from huimin.platform.journal.rules import Actor
from huimin.platform.registries import records
from huimin.platform.registries import slices as loading
from huimin.platform.registries.models import Build, Organisation, Person, RecentLink
from huimin.platform.registries.operations import NothingLanded, reconcile, settle
from huimin.platform.registries.tests.factories_data import HOME, Town, citizen_id, uscc

pytestmark = [pytest.mark.django_db, pytest.mark.covers("D08")]
ACTOR = Actor(kind="system", ref="tests")
NOON = datetime(2026, 6, 30, 4, tzinfo=UTC)
ZHANG, LI, WANG = citizen_id(), citizen_id("19751103", 57), citizen_id("19900909", 31)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    settings.HOME = tmp_path / "home"
    return tmp_path


class Clock:
    """Every operation a minute later."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def town_rows() -> dict[str, list[dict[str, str]]]:
    """Three people and a shop in five departments' files."""
    town = Town()
    town.police(ZHANG, "张丽", 户号="H1")
    town.police(LI, "李建国", 户号="H1", 与户主关系="户主")
    town.police(WANG, "王芳", 户号="H2", 户籍地址="长江路8号和园6幢1单元302室")
    town.add(
        "medins.insured",
        参保编号="M1",
        证件号码=ZHANG,
        姓名="张丽",
        手机="13800000001",
        居住地址=HOME,
        最近变更时间="2026-05-01 00:00:00",
    )
    town.add(
        "medins.insured",
        参保编号="M2",
        证件号码=LI,
        姓名="李建国",
        手机="13800000002",
        最近变更时间="2026-05-01 00:00:00",
    )
    town.add(
        "medins.insured",
        参保编号="M3",
        证件号码="",
        姓名="王芳",
        出生日期="19900909",
        手机="13800000003",
        最近变更时间="2026-05-01 00:00:00",
    )
    town.add(
        "grid.visits",
        **{"visitId": "V1", "person.name": "某某", "place.address": "不详", "visitTime": "2026-05-01T08:00:00+08:00"},
    )
    town.add(
        "market.entities",
        统一社会信用代码=uscc(1),
        名称="芜湖春风百货有限公司",
        登记状态="注销",
        住所=HOME,
        核准日期="2020-01-01",
    )
    town.add("power.accounts", 户名="芜湖春风百货有限公司", 用电地址=HOME, 过户日期="2020-01-01")
    return town.rows


def land(
    inbox: Path,
    rows: Mapping[str, Sequence[Mapping[str, str]]],
    clock: Clock,
    *,
    day: date = date(2026, 6, 30),
    label: str = "",
) -> list[int]:
    return [
        land_file(
            delivered_file(inbox, resource, delivered, day=day, label=label), actor=ACTOR, at=clock(), arrived_at=NOON
        ).number
        for resource, delivered in rows.items()
    ]


def built(clock: Clock) -> Build:
    return reconcile(actor=ACTOR, at=clock())


def serving(*, keys: bool = False) -> dict[str, tuple[Any, ...]]:
    """What the serving store shows, by number."""
    found = {}
    for entity, columns in ((Person, ("birth_date", "household")), (Organisation, ())):
        for row in entity.objects.exclude(values="{}"):
            own = tuple(getattr(row, column) for column in columns)
            found[row.number] = (row.name_key, row.division, row.disputed, row.values, *own, row.key if keys else "")
    return found


# ── One build ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_build_counts_what_it_made_and_announces_it_once(home: Path, clock: Clock) -> None:
    with pytest.raises(NothingLanded):
        built(clock)
    land(home, town_rows(), clock)
    made = built(clock)
    assert (made.people, made.organisations, made.records, made.unresolved) == (3, 1, 9, 1)
    (entry,) = Entry.objects.filter(kind="registries.RegistriesReconciled")
    assert ZHANG not in str(entry.__dict__)
    assert "张丽" not in str(entry.__dict__)


def test_the_serving_row_answers_by_number_name_household_and_district(home: Path, clock: Clock) -> None:
    land(home, town_rows(), clock)
    built(clock)
    zhang = Person.objects.get(number=ZHANG)
    assert (zhang.name_key, str(zhang.birth_date), zhang.household, zhang.division) == (
        "张丽",
        "1980-02-14",
        "H1",
        "340202",
    )


def test_reconciling_again_writes_nothing(home: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    land(home, town_rows(), clock)
    built(clock)
    before = serving(keys=True)
    monkeypatch.setattr(loading, "transaction", NoSlices())
    built(clock)
    assert serving(keys=True) == before
    assert Entry.objects.filter(kind="registries.RegistriesReconciled").count() == 2


class NoSlices:
    """Refuses every transaction of a load: nothing may be written."""

    def atomic(self) -> Any:
        pytest.fail("a slice was written")


def test_settling_does_nothing_until_deliveries_come_or_go(home: Path, clock: Clock) -> None:
    assert settle(actor=ACTOR, at=clock()) is None
    (*_, last) = land(home, town_rows(), clock)
    assert settle(actor=ACTOR, at=clock()) is not None
    assert settle(actor=ACTOR, at=clock()) is None
    withdraw_delivery(number=last, reason="误送", actor=ACTOR, at=clock())
    assert settle(actor=ACTOR, at=clock()) is not None


# ── Law 2: golden is a function ────────────────────────────────────────────────────────────────────────────────────────
def test_the_serving_registry_rebuilt_from_the_lake_equals_the_old_one(home: Path, clock: Clock) -> None:
    land(home, town_rows(), clock)
    built(clock)
    before = serving()
    Person.objects.all().delete()
    Organisation.objects.all().delete()
    Build.objects.all().delete()
    RecentLink.objects.all().delete()
    built(clock)
    assert serving() == before


def test_a_store_that_lost_its_people_gives_them_their_keys_back_and_mints_beyond_them(
    home: Path, clock: Clock
) -> None:
    rows = town_rows()
    land(home, rows, clock)
    built(clock)
    before = serving(keys=True)
    Person.objects.all().delete()
    newcomer = citizen_id("20000101", 12)
    land_rows(
        "police.population",
        [rows["police.population"][0] | {"人员编号": "new", "公民身份号码": newcomer, "姓名": "赵新", "户号": "H9"}],
        actor=ACTOR,
        at=clock(),
    )
    built(clock)
    found = serving(keys=True)
    assert found.pop(newcomer)[-1] > max(row[-1] for row in before.values() if row[-1].startswith("P"))
    assert found == before


def test_withdrawing_a_delivery_leaves_a_city_that_never_had_it(home: Path, clock: Clock) -> None:
    rows = town_rows()
    land(home, rows, clock, day=date(2026, 6, 1))
    built(clock)
    before = serving(keys=True)
    wrong = [
        row | {"姓名": "章力", "手机": "13900000000", "最近变更时间": "2026-06-02 00:00:00"}
        for row in rows["medins.insured"]
    ]
    (number,) = land(home, {"medins.insured": wrong}, clock, day=date(2026, 6, 20))
    built(clock)
    assert serving(keys=True) != before
    withdraw_delivery(number=number, reason="送错了", actor=ACTOR, at=clock())
    built(clock)
    assert serving(keys=True) == before


def test_batch_increments_and_single_pushes_give_the_same_registry(home: Path, clock: Clock, settings: Any) -> None:
    rows = {resource: delivered for resource, delivered in town_rows().items() if resource != "hrss.insured"}
    day = date(2026, 6, 30)
    land(home, rows, clock, day=day)
    built(clock)
    as_batch = serving()
    for size, reverse in ((2, False), (1, True)):
        settings.HOME = home / f"home-{size}"
        for entity in (Person, Organisation, Build, RecentLink):
            entity.objects.all().delete()
        clear_deliveries()
        every = [
            (resource, delivered[at : at + size])
            for resource, delivered in rows.items()
            for at in range(0, len(delivered), size)
        ]
        for resource, some in reversed(every) if reverse else every:
            land_rows(resource, some, actor=ACTOR, at=clock(), reference_on=day)
            settle(actor=ACTOR, at=clock())
        assert serving() == as_batch


def clear_deliveries() -> None:
    from huimin.platform.exchange.models import Delivery, QuarantinedRow

    QuarantinedRow.objects.all().delete()
    Delivery.objects.all().delete()


# ── Keys over builds ───────────────────────────────────────────────────────────────────────────────────────────────────
def key(number: str) -> str:
    return Person.objects.exclude(values="{}").get(number=number).key


def test_people_found_to_be_one_keep_the_older_key_and_a_withdrawal_parts_them_again(home: Path, clock: Clock) -> None:
    town = Town()
    town.police(ZHANG, "张丽", 人员编号="1")
    town.add("medins.insured", 参保编号="M1", 证件号码=WANG, 姓名="张丽", 最近变更时间="2026-05-01 00:00:00")
    land(home, town.rows, clock, day=date(2026, 6, 1))
    built(clock)
    older, younger = sorted([key(ZHANG), key(WANG)])
    before = serving(keys=True)
    corrected = town.rows["police.population"][0] | {"公民身份号码": ZHANG, "曾用身份号码": WANG}
    delivery = land_rows("police.population", [corrected], actor=ACTOR, at=clock())
    built(clock)
    assert key(ZHANG) == older
    assert Person.objects.get(key=younger).merged_into == older
    assert records.records_of(younger) == []
    withdraw_delivery(number=delivery.number, reason="曾用号码有误", actor=ACTOR, at=clock())
    built(clock)
    assert serving(keys=True) == before
    assert set(Person.objects.values_list("merged_into", flat=True)) == {""}


def test_whom_no_record_speaks_of_any_more_is_emptied_but_never_reused(home: Path, clock: Clock) -> None:
    (police, *_) = land(home, town_rows(), clock)
    built(clock)
    kept = key(LI)
    withdraw_delivery(number=police, reason="误送", actor=ACTOR, at=clock())
    land_rows(
        "medins.insured",
        [{"参保编号": "M2", "证件号码": "", "姓名": "", "最近变更时间": "2026-05-01 00:00:00"}],
        actor=ACTOR,
        at=clock(),
    )
    built(clock)
    assert Person.objects.get(key=kept).values == "{}"
    assert not Person.objects.filter(number=LI).exclude(key=kept).exists()


# ── Slices ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_load_is_written_in_slices_so_that_no_clerk_waits_for_it(
    home: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    slices: list[int] = []
    monkeypatch.setattr(loading.time, "perf_counter", slow_store(slices))
    executed = record_slices(monkeypatch, slices)
    columns = (
        "key",
        "number",
        "name_key",
        "division",
        "birth_date",
        "household",
        "disputed",
        "digest",
        "values",
        "merged_into",
    )
    rows = [(f"P{place:09}", str(place), "张丽", "340202", None, "", 0, 0, "{}", "") for place in range(3_000)]
    written = loading.upsert(Person, columns, iter([rows[:2_000], rows[2_000:]]))
    assert (written, Person.objects.count(), sum(executed)) == (3_000, 3_000, 3_000)
    # The first slice is a guess; on a store that takes 1 ms a row, slices shrink to what fits into the time a clerk may wait.
    assert max(executed) <= 200
    assert max(executed[8:]) <= 1_000 * loading.SLICE_SECONDS * 1.5


def record_slices(monkeypatch: pytest.MonkeyPatch, slices: list[int]) -> list[int]:
    """The size of every transaction's executemany."""
    executed: list[int] = []
    cursor = loading.store.cursor

    class Watched:
        def __init__(self) -> None:
            self.cursor = cursor()

        def __enter__(self) -> "Watched":
            return self

        def __exit__(self, *raised: Any) -> None:
            self.cursor.close()

        def __getattr__(self, name: str) -> Any:
            return getattr(self.cursor, name)

        def executemany(self, statement: str, rows: list[Any]) -> None:
            executed.append(len(rows))
            slices.append(len(rows))
            self.cursor.executemany(statement, rows)

    monkeypatch.setattr(loading.store, "cursor", Watched)
    return executed


def slow_store(slices: list[int]) -> Any:
    """A clock on which every written row has taken a millisecond."""
    return lambda: sum(slices) / 1_000
