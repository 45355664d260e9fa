"""The city's data agreement on values, sentence by sentence: who is believed, what is a value, what is a dispute."""

from datetime import date
from typing import Any

import pytest

from huimin.platform.registries.tests.factories_data import HOME, NUMBER, Town, citizen_id, ehr, insured, uscc, visit

pytestmark = [pytest.mark.unit, pytest.mark.covers("D08")]
OTHER_HOME = "安徽省芜湖市弋江区长江路8号和园6幢1单元302室"


@pytest.fixture
def town() -> Town:
    """One woman in the register of residence."""
    town = Town()
    town.police(NUMBER)
    return town


# ── Choosing a value ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_most_authoritative_source_is_believed_however_old(town: Town) -> None:
    insured(town, day="19990101", 文化程度="03")
    ehr(town, **{"person.education": "研究生"})
    found = town.golden(NUMBER)["education"]
    assert (found.value, found.source, found.day) == ("30", "hrss.insured", date(1999, 1, 1))


def test_where_it_has_none_the_next_source_is_asked(town: Town) -> None:
    insured(town, 文化程度="")
    assert (town.golden(NUMBER)["education"].source, town.golden(NUMBER)["education"].value) == (
        "police.population",
        "20",
    )


def test_after_those_listed_the_freshest_of_the_rest() -> None:
    town = Town()
    ehr(town, day="2025-01-01", **{"person.marriage": "未婚"})
    town.add("fund.members", xingming="张丽", zjhm=NUMBER, csny="1980-02-14", hyzk="2", gxrq="2026-02-01")
    found = town.golden(NUMBER)["marital_status"]
    assert (found.value, found.source) == ("40", "fund.members")


def test_an_authoritys_latest_valid_value_counts(town: Town) -> None:
    visit(town, day="2026-05-01", at=OTHER_HOME)
    visit(town, day="2026-04-01", at=HOME)
    found = town.golden(NUMBER)["residence_address"]
    assert (found.value, found.day, found.disputed) == (OTHER_HOME, date(2026, 5, 1), ())


def test_an_invalid_newer_value_does_not_hide_an_older_valid_one(town: Town) -> None:
    visit(town, day="2026-04-01", at=HOME)
    visit(town, day="2026-05-01", at="中山路12号春江苑3幢")
    found = town.golden(NUMBER)["residence_address"]
    assert (found.value, found.day) == (HOME, date(2026, 4, 1))


def test_empty_is_not_a_value(town: Town) -> None:
    ehr(town, **{"contact.mobile": "13800000001"}, day="2026-01-01")
    ehr(town, **{"contact.mobile": ""})
    assert town.golden(NUMBER)["phone"].value == "13800000001"


def test_of_equal_dates_either_is_right_but_always_the_same_one() -> None:
    town = Town()
    ehr(town, **{"contact.mobile": "13800000001"})
    town.add("medins.insured", 证件号码=NUMBER, 姓名="张丽", 手机="13800000002", 最近变更时间="2026-06-01 00:00:00")
    first = town.golden(NUMBER)["phone"]
    town.rows = dict(reversed(town.rows.items()))
    assert town.golden(NUMBER)["phone"] == first
    assert len(first.disputed) == 1


def test_a_value_without_a_day_gives_way_to_any_dated_one() -> None:
    town = Town()
    ehr(town, **{"contact.mobile": "13800000001"}, day="2010-01-01")
    ehr(town, **{"contact.mobile": "13800000003", "updateTime": "不详"})
    town.add("medins.insured", 证件号码=NUMBER, 姓名="张丽", 手机="13800000002", 最近变更时间="不详")
    found = town.golden(NUMBER)["phone"]
    assert (found.value, found.source) == ("13800000001", "health.ehr")


def test_phone_has_no_authority_and_is_the_freshest(town: Town) -> None:
    ehr(town, day="2026-03-01", **{"contact.mobile": "13800000001"})
    town.add(
        "telecom.subscribers",
        **{
            "机主姓名": "张丽",
            "证件号码（脱敏）": f"{NUMBER[:6]}********{NUMBER[-4:]}",
            "手机号码": "13800000002",
            "号码状态": "在用",
            "最近实名核验日期": "20260401",
        },
    )
    found = town.golden(NUMBER)["phone"]
    assert (found.value, found.source, found.disputed) == ("13800000002", "telecom.subscribers", ("health.ehr",))


def test_a_guardians_phone_and_a_cancelled_number_are_nobodys_phone(town: Town) -> None:
    ehr(town, **{"contact.guardianMobile": "13800000001"})
    town.add(
        "telecom.subscribers",
        **{
            "机主姓名": "张丽",
            "证件号码（脱敏）": f"{NUMBER[:6]}********{NUMBER[-4:]}",
            "手机号码": "13800000002",
            "号码状态": "销号",
            "最近实名核验日期": "20260401",
        },
    )
    assert "phone" not in town.golden(NUMBER)


def test_the_address_of_a_meter_or_a_property_is_no_residence(town: Town) -> None:
    town.add("power.accounts", 户名="张丽", 用电地址=HOME, 证件号码=NUMBER, 过户日期="2026-01-01")
    town.add("housing.property", qlrmc="张丽", zjhm=NUMBER, zl=HOME, djsj="2026-01-01")
    assert "residence_address" not in town.golden(NUMBER)


@pytest.mark.parametrize("called", ["张?", "张女士", "zhang li", "<b>张丽</b>", "张某", "李梅之女"])
def test_a_way_of_writing_that_is_no_name_is_no_value(called: str) -> None:
    town = Town()
    ehr(town, called="张丽", day="2020-01-01")
    ehr(town, called=called)
    assert town.golden(NUMBER)["name"].value == "张丽"


# ── Deceased ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def death(town: Town, day: str = "2026-03-01") -> Any:
    return town.add(
        "health.deaths", xm="张丽", sfzh=NUMBER, xb="女", csrq="1980年2月14日", swrq="2026年2月27日", djrq=day
    )


def test_a_death_certificate_outweighs_a_register_that_has_not_heard_of_it() -> None:
    town = Town()
    town.police(NUMBER, 更新日期="20260201")
    death(town)
    found = town.golden(NUMBER)["deceased"]
    assert (found.value, found.source, found.day, found.disputed) == ("true", "health.deaths", date(2026, 3, 1), ())


def test_the_police_saying_normal_after_the_registration_dispute_it() -> None:
    town = Town()
    town.police(NUMBER, 更新日期="20260302")
    death(town)
    assert town.golden(NUMBER)["deceased"].disputed == ("police.population",)


def test_normal_on_the_day_of_registration_is_no_dispute() -> None:
    town = Town()
    town.police(NUMBER, 更新日期="20260301")
    death(town)
    assert town.golden(NUMBER)["deceased"].disputed == ()


def test_without_a_certificate_a_police_cancellation_counts() -> None:
    town = Town()
    town.police(NUMBER, 人员状态="死亡注销")
    ehr(town)
    assert (town.golden(NUMBER)["deceased"].value, town.golden(NUMBER)["deceased"].source) == (
        "true",
        "police.population",
    )


def test_of_whom_nobody_reports_a_death_nobody_says_deceased(town: Town) -> None:
    assert "deceased" not in town.golden(NUMBER)


# ── No derivation ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_sex_and_birth_are_not_read_off_the_number() -> None:
    town = Town()
    insured(town, 手机号码="13800000001")
    assert set(town.golden(NUMBER)) == {"citizen_id", "name", "phone"}


def test_a_spouses_death_makes_no_widow(town: Town) -> None:
    spouse = citizen_id("19790101", 11)
    town.police(spouse, "李伟", 与户主关系="户主", 人员状态="死亡注销")
    assert town.golden(NUMBER)["marital_status"].value == "20"


# ── Numbers ────────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "typed",
    [
        NUMBER.lower(),
        f"'{NUMBER}",
        f"{NUMBER[:6]} {NUMBER[6:]}",
        NUMBER.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    ],
)
def test_a_recoverable_number_is_the_persons_number(typed: str) -> None:
    town = Town()
    ehr(town, number=typed)
    assert town.golden(NUMBER)["citizen_id"].value == NUMBER


def test_a_former_number_is_not_the_persons_number_though_its_row_is_the_persons() -> None:
    town, former = Town(), citizen_id("19800214", 44)
    town.police(NUMBER, 曾用身份号码=former)
    row = ehr(town, number=former, **{"contact.mobile": "13800000001"})
    assert town.links()[row] == NUMBER
    found = town.golden(NUMBER)
    assert (found["citizen_id"].value, found["citizen_id"].disputed, found["phone"].value) == (
        NUMBER,
        (),
        "13800000001",
    )


# ── Organisations ──────────────────────────────────────────────────────────────────────────────────────────────────────
SHOP = uscc(1)


def entity(town: Town, number: str = SHOP, **columns: str) -> Any:
    own = {
        "统一社会信用代码": number,
        "名称": "芜湖春风百货有限公司",
        "市场主体类型": "企业",
        "登记状态": "存续（在营、开业、在册）",
        "法定代表人（经营者）": "张丽",
        "住所": HOME,
        "行业代码": "F52",
        "注册资本（万元）": "150",
    }
    return town.add("market.entities", **own | columns)


@pytest.mark.parametrize(
    ("written", "status"),
    [("存续（在营、开业、在册）", "存续"), ("吊销，未注销", "吊销"), ("注销", "注销"), ("迁出", "迁出")],
)
def test_the_status_of_an_organisation_is_one_of_four_words(written: str, status: str) -> None:
    town = Town()
    entity(town, 登记状态=written)
    assert town.golden(SHOP, "organisations")["status"].value == status


def test_registered_capital_is_in_ten_thousands_of_yuan() -> None:
    town, office = Town(), uscc(2, first="12340200")
    entity(town)
    town.add(
        "staffing.institutions",
        tyshxydm=office,
        mc="芜湖市图书馆",
        lx="事业单位",
        zt="存续",
        kbzj_yuan="1500000",
        gxrq="2026-06-01",
    )
    assert float(town.golden(SHOP, "organisations")["registered_capital"].value) == 150.0
    assert float(town.golden(office, "organisations")["registered_capital"].value) == 150.0


def test_the_tax_office_disputes_an_organisations_facts_but_not_its_status_type_or_capital() -> None:
    town = Town()
    entity(town)
    town.add(
        "tax.payers",
        纳税人识别号=SHOP.lower(),
        纳税人名称="芜湖春风商贸有限公司",
        法定代表人姓名="李伟",
        生产经营地址=OTHER_HOME,
        行业="5111",
        纳税人状态="注销",
        更新日期="20100101",
    )
    found = town.golden(SHOP, "organisations")
    assert {field for field, believed in found.items() if believed.disputed} == {
        "name",
        "legal_representative",
        "address",
        "industry",
    }
    assert found["status"].value == "存续"
    assert found["uscc"].disputed == ()


def test_an_old_tax_number_belongs_to_its_credit_code() -> None:
    town = Town()
    entity(town)
    payer = town.add(
        "tax.payers", 纳税人识别号=SHOP[2:17], 纳税人名称="芜湖春风百货有限公司", 行业="5211", 更新日期="20260101"
    )
    assert town.links()[payer] == SHOP
    assert town.golden(SHOP, "organisations")["industry"].confirmed == ("tax.payers",)
