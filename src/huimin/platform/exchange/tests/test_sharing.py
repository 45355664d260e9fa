"""Requests for another department's data, and the door that a grant opens: only its rows and items, only while it lasts."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from huimin.kernel.refusals import NotFound, Refusal
from huimin.platform.exchange.events import SharedRowsRead
from huimin.platform.exchange.models import DataRequest
from huimin.platform.exchange.operations import land_rows, reading, sharing, withdraw_delivery
from huimin.platform.exchange.operations.reading import Why, export_shared, look_up_shared, read_shared
from huimin.platform.exchange.operations.sharing import Need, ask_for_data, end_sharing
from huimin.platform.exchange.reach import Reach
from huimin.platform.exchange.rules import Way, strictest, ways_giving
from huimin.platform.exchange.sharing import shared_with
from huimin.platform.identity.declarations import this_city
from huimin.platform.identity.models import Account, Grant, PostHolding
from huimin.platform.identity.operations import assign_post, end_grant, load_city
from huimin.platform.identity.rules import Rows, Scope
from huimin.platform.journal.queries import entries_about
from huimin.platform.journal.rules import Actor
from huimin.platform.process import operations as process
from huimin.platform.process.models import WorkItem

pytestmark = [pytest.mark.django_db, pytest.mark.covers("D01", "D05")]
SYSTEM = Actor(kind="system", ref="tests")
AT = datetime(2026, 7, 1, 2, tzinfo=UTC)
UNTIL = date(2027, 1, 1)
WHY = Why(purpose="benefit_eligibility", case_ref="芜人社核2026-7")
NUMBERS = ("34020219800101039X", "340204195001011236")
JINGHU, YIJIANG = (
    "安徽省芜湖市镜湖区汀棠街道西湖社区长江中路112号丽都新村5幢1单元1503室",
    "安徽省芜湖市弋江区利民路18号3幢2单元501室",
)
ITEMS = ["citizen_id", "name", "sex", "hukou_address"]


def police(record: str, name: str, number: str = "", address: str = JINGHU) -> dict[str, str]:
    return {
        "人员编号": record, "公民身份号码": number, "姓名": name, "性别": "男", "民族": "汉族", "出生日期": "1980-01-01",
        "户籍地址": address, "婚姻状况": "未婚", "文化程度": "大学本科", "户号": "H1", "人员状态": "正常", "更新日期": "2026-05-01",
    }  # fmt: skip


PEOPLE = [
    police("RK1", "王小明", NUMBERS[0]),
    police("RK2", "李四", NUMBERS[1], YIJIANG) | {"户号": "=1+1"},
    police("RK3", "赵六"),
]


@pytest.fixture(autouse=True)
def city(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.HOME = tmp_path
    load_city(city=this_city(), actor=SYSTEM, at=AT - timedelta(days=30))
    process.publish_standing_definitions(actor=SYSTEM, at=AT)
    land_rows("police.population", PEOPLE, actor=SYSTEM, at=AT, reference_on=date(2026, 6, 1), name="police")
    return


def official(post: str) -> Actor:
    account, made = Account.objects.get_or_create(
        username=post, defaults={"name": "合成人员", "kind": "official", "opened_at": AT - timedelta(days=400)}
    )
    if made:
        found = sharing.get_post(post)
        assign_post(account=account, post=found, actor=SYSTEM, at=AT - timedelta(days=20))
    return Actor(kind="account", ref=account.public_id, post=post)


def need(**changes: Any) -> Need:
    given = {
        "resource": "police.population",
        "reader": "rsj.query",
        "items": ITEMS,
        "plain": ["name"],
        "rows": "everything",
        "way": Way.FILE,
        "purpose": WHY.purpose,
        "legal_basis": "《社会保险法》第五十七条",
        "reason": "核对待遇资格",
        "until": UNTIL,
    }
    return Need(**{**given, **changes})


def asked(**changes: Any) -> DataRequest:
    return ask_for_data(need(**changes), department="rsj", actor=official("rsj.data"), at=AT)


def do(post: str, outcome: str, note: str = "理由") -> None:
    actor = official(post)
    (item,) = WorkItem.objects.filter(post__code=post, closed_at=None)
    process.complete_at_once(number=item.number, outcome=outcome, note=note, actor=actor, at=AT)


def granted(**changes: Any) -> DataRequest:
    request = asked(**changes)
    do("sjj.data", "forwarded")
    do("gaj.data", "granted")
    request.refresh_from_db()
    assert request.state == "granted"
    return request


def names(page: reading.SharedPage) -> list[str]:
    return [row.values["name"] for row in page.rows]


@pytest.mark.once
def test_the_strictest_item_decides_and_more_gives_less() -> None:
    assert strictest(["open", "conditional", "open"]) == "conditional"
    assert strictest(["open", "withheld", "conditional"]) == "withheld"
    assert ways_giving(Way.LOOK_UP) == tuple(Way)
    assert ways_giving(Way.FILE) == (Way.FILE,)


class TestAsking:
    def test_the_providing_department_decides_after_the_check(self) -> None:
        request = granted()
        grant = Grant.objects.get(code=request.grant)
        assert (grant.post.code, grant.resource, grant.rows) == ("rsj.query", "police.population:file", "everything")
        assert (grant.plain, grant.masked) == (
            ["name", "sex"],
            {"citizen_id": "number", "hukou_address": "address"},
        )
        assert timezone.localdate(grant.until) == UNTIL
        kinds = [entry.kind for entry in entries_about([request.reference])]
        assert {"exchange.DataRequested", "exchange.DataRequestGranted"} <= set(kinds)

    def test_what_is_shared_with_everybody_is_granted_at_once(self) -> None:
        market = ["name", "status", "legal_representative"]
        request = asked(resource="market.entities", items=market, plain=[], purpose="market_supervision")
        assert (request.state, request.process) == ("granted", "")
        assert Grant.objects.get(code=request.grant).masked == {"legal_representative": "name"}
        # One item that is not makes the whole a matter for its department.
        other = asked(resource="market.entities", items=[*market, "legal_representative_id"], plain=[], way=Way.READ)
        assert (other.state, bool(other.process)) == ("open", True)

    def test_what_is_not_shared_comes_back_and_may_be_settled(self) -> None:
        request = asked(items=["name", "remark"], plain=[])
        assert not WorkItem.objects.filter(post__code="gaj.data").exists()
        do("rsj.data", "arbitrate")
        do("sjj.data", "refused")
        request.refresh_from_db()
        assert (request.state, request.grant) == ("refused", "")

    def test_a_refusal_is_accepted_or_settled_by_the_data_office(self) -> None:
        accepted, settled = asked(), asked(way=Way.READ)
        for _ in range(2):
            item = WorkItem.objects.filter(post__code="sjj.data", closed_at=None).first()
            process.complete_at_once(
                number=item.number, outcome="forwarded", note="", actor=official("sjj.data"), at=AT
            )
        for request, outcome in ((accepted, "accepted"), (settled, "arbitrate")):
            for post, answer in (("gaj.data", "refused"), ("rsj.data", outcome)):
                item = WorkItem.objects.get(process__subject=request.reference, post__code=post, closed_at=None)
                process.complete_at_once(number=item.number, outcome=answer, note="理由", actor=official(post), at=AT)
        do("sjj.data", "granted")
        for request in (accepted, settled):
            request.refresh_from_db()
        assert (accepted.state, settled.state) == ("refused", "granted")

    @pytest.mark.parametrize(
        ("changes", "refusal"),
        [
            ({"resource": "hrss.insured"}, sharing.OwnResource),
            ({"resource": "no.such"}, sharing.NotProvided),
            ({"items": []}, sharing.NoItems),
            ({"items": ["no_such"]}, sharing.NoItems),
            ({"purpose": "curiosity"}, sharing.NoSuchPurpose),
            ({"legal_basis": "法"}, sharing.BasisMissing),
            ({"reason": " "}, sharing.BasisMissing),
            ({"until": date(2026, 7, 1)}, sharing.TermNotFit),
            ({"until": date(2027, 7, 3)}, sharing.TermNotFit),
            ({"reader": "ybj.query"}, sharing.NotAReader),
            ({"reader": "rsj.window"}, sharing.NotAReader),
            ({"reader": "no.post"}, NotFound),
            ({"rows": "post_divisions"}, sharing.NoDistrict),
        ],
    )
    def test_what_cannot_be_asked_is_refused_by_name(self, changes: dict[str, Any], refusal: type[Refusal]) -> None:
        with pytest.raises(refusal):
            asked(**changes)
        assert not DataRequest.objects.exists()

    def test_the_same_is_not_asked_twice(self) -> None:
        asked()
        with pytest.raises(sharing.AlreadyAsked):
            asked()
        assert DataRequest.objects.count() == 1

    def test_only_who_provides_asked_or_oversees_sees_a_request(self) -> None:
        number = granted().number
        reasoned = {"number": number, "reason": "不再需要", "actor": SYSTEM, "at": AT}
        with pytest.raises(NotFound):
            end_sharing(**reasoned, reach=Reach(frozenset({"ybj"})))
        assert end_sharing(**reasoned, reach=Reach(frozenset({"gaj"}))).state == "ended"
        with pytest.raises(Refusal):
            end_sharing(**reasoned, reach=Reach(None))


class TestReading:
    def test_only_what_is_granted_is_shown_and_masked(self) -> None:
        granted()
        reader = official("rsj.query")
        page = read_shared("police.population", after="", why=WHY, actor=reader, at=AT)
        assert list(page.items) == ITEMS
        assert names(page) == ["王小明", "李四", "赵六"]
        assert page.rows[0].values == {
            "citizen_id": "340202********039X",
            "name": "王小明",
            "sex": "1",
            "hukou_address": "安徽省芜湖市镜湖区汀棠街道西湖社区长江中路***",
        }
        found = look_up_shared("police.population", by="citizen_id", value=NUMBERS[1], why=WHY, actor=reader, at=AT)
        assert names(found) == ["李四"]
        by_record = look_up_shared("police.population", by="record_id", value="RK3", why=WHY, actor=reader, at=AT)
        assert names(by_record) == ["赵六"]

    def test_a_look_is_written_down_before_it_is_shown(self) -> None:
        granted()
        reader = official("rsj.query")
        look_up_shared("police.population", by="record_id", value="RK9", why=WHY, actor=reader, at=AT)
        read_shared("police.population", after="", why=WHY, actor=reader, at=AT)
        said = [entry.fact for entry in entries_about(["resource:police.population"])]
        assert all(isinstance(fact, SharedRowsRead) for fact in said)
        assert sorted((fact.way, fact.rows, fact.purpose, fact.case_ref) for fact in said) == [
            ("look_up", 0, WHY.purpose, WHY.case_ref),
            ("read", 3, WHY.purpose, WHY.case_ref),
        ]
        with pytest.raises(reading.CaseMissing):
            read_shared("police.population", after="", why=Why(purpose=WHY.purpose, case_ref=" "), actor=reader, at=AT)

    @pytest.mark.parametrize("ending", ["withdrawn", "by the administrator", "expired", "another purpose", "left"])
    def test_the_very_next_look_finds_nothing(self, ending: str) -> None:
        request, reader, at, why = granted(), official("rsj.query"), AT, WHY
        assert names(read_shared("police.population", after="", why=why, actor=reader, at=at))
        if ending == "withdrawn":
            end_sharing(number=request.number, reason="用途已了", reach=Reach(None), actor=SYSTEM, at=AT)
        elif ending == "by the administrator":
            end_grant(grant=Grant.objects.get(code=request.grant), actor=SYSTEM, at=AT)
        elif ending == "expired":
            at = timezone.make_aware(datetime(2027, 1, 1))
        elif ending == "another purpose":
            why = Why(purpose="tax_administration", case_ref=WHY.case_ref)
        else:
            PostHolding.objects.filter(account__public_id=reader.ref).update(until=AT)
        with pytest.raises(NotFound):
            read_shared("police.population", after="", why=why, actor=reader, at=at)
        with pytest.raises(NotFound):
            look_up_shared("police.population", by="record_id", value="RK1", why=why, actor=reader, at=at)
        if ending not in ("another purpose", "left"):
            assert shared_with(reader, at) == []

    def test_a_lesser_way_gives_no_more(self) -> None:
        granted(way=Way.LOOK_UP)
        reader = official("rsj.query")
        assert names(look_up_shared("police.population", by="record_id", value="RK1", why=WHY, actor=reader, at=AT))
        for more in (read_shared, export_shared):
            with pytest.raises(NotFound):
                more(
                    "police.population", **({"after": ""} if more is read_shared else {}), why=WHY, actor=reader, at=AT
                )

    def test_only_records_of_the_posts_district(self, monkeypatch: pytest.MonkeyPatch) -> None:
        request = ask_for_data(
            need(reader="qu_jinghu.data", rows="post_divisions", purpose="household_check"),
            department="qu_jinghu",
            actor=official("qu_jinghu.data"),
            at=AT,
        )
        do("sjj.data", "forwarded")
        do("gaj.data", "granted")
        request.refresh_from_db()
        reader, why = official("qu_jinghu.data"), Why(purpose="household_check", case_ref="镜湖走访1")

        def seen() -> list[str]:
            page = read_shared("police.population", after="", why=why, actor=reader, at=AT)
            by_number = look_up_shared("police.population", by="record_id", value="RK2", why=why, actor=reader, at=AT)
            return names(page) + names(by_number)

        assert seen() == ["王小明", "赵六"]
        # The engine and the rule each hold alone: with either broken, nobody of another district is shown.
        with monkeypatch.context() as broken:
            broken.setattr(Scope, "as_sql", lambda _self, _map, _dialect="duckdb": ("TRUE", []))
            assert seen() == ["王小明", "赵六"]
        with monkeypatch.context() as broken:
            broken.setattr(Rows, "holds", lambda _self, _row, _map: True)
            assert seen() == ["王小明", "赵六"]
        # With both broken the record of the other district is there: the two checks are what hides it.
        with monkeypatch.context() as broken:
            broken.setattr(Scope, "as_sql", lambda _self, _map, _dialect="duckdb": ("TRUE", []))
            broken.setattr(Rows, "holds", lambda _self, _row, _map: True)
            assert "李四" in seen()

    def test_pages_follow_each_other_without_gap_or_repeat(self, monkeypatch: pytest.MonkeyPatch) -> None:
        more = [police(f"RL{place:03}", f"合成{place}") for place in range(120)]
        land_rows("police.population", more, actor=SYSTEM, at=AT, reference_on=date(2026, 6, 1), name="more")
        granted()
        reader, found, after = official("rsj.query"), [], ""
        monkeypatch.setattr(reading, "ROWS_A_PAGE", 25)
        while True:
            page = read_shared("police.population", after=after, why=WHY, actor=reader, at=AT)
            found += [row.record_id for row in page.rows]
            if not (after := page.after):
                break
        assert found == sorted({"RK1", "RK2", "RK3", *(row["人员编号"] for row in more)})

    def test_what_was_withdrawn_is_no_longer_read(self) -> None:
        late = [police("RK4", "钱七")]
        landed = land_rows("police.population", late, actor=SYSTEM, at=AT, reference_on=date(2026, 6, 1), name="late")
        granted()
        reader = official("rsj.query")
        assert "钱七" in names(read_shared("police.population", after="", why=WHY, actor=reader, at=AT))
        withdraw_delivery(number=landed.number, reason="送错了", actor=SYSTEM, at=AT)
        assert "钱七" not in names(read_shared("police.population", after="", why=WHY, actor=reader, at=AT))

    def test_a_file_bears_its_mark_in_every_row_and_runs_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        granted(items=["name", "household"], plain=["name", "household"])
        monkeypatch.setattr(reading, "MOST_ROWS_A_FILE", 2)
        made = export_shared("police.population", why=WHY, actor=official("rsj.query"), at=AT)
        lines = made.content.decode("utf-8-sig").splitlines()
        assert lines[0] == "姓名,户号,水印"
        assert (made.rows, made.is_cut, len(lines)) == (2, True, 3)
        assert all(line.endswith(f",{made.mark}") for line in lines[1:])

        (said,) = [entry.fact for entry in entries_about(["resource:police.population"])]
        assert (said.export, said.rows) == (made.mark, 2)
