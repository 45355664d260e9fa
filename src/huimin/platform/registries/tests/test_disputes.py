"""When values are in dispute: windows and their edges, what makes two spellings one value."""

from datetime import timedelta

import pytest

from huimin.platform.registries.tests.factories_data import (
    HOME,
    NUMBER,
    REFERENCE,
    Town,
    ehr,
    insured,
    uscc,
    visit,
)

pytestmark = [pytest.mark.unit, pytest.mark.covers("D08")]
OTHER_HOME = "安徽省芜湖市弋江区长江路8号和园6幢1单元302室"


@pytest.fixture
def town() -> Town:
    """One woman in the register of residence."""
    town = Town()
    town.police(NUMBER)
    return town


def back(days: int) -> str:
    """A day so many days before the reference day."""
    return (REFERENCE - timedelta(days=days)).isoformat()


# ── Disputes ───────────────────────────────────────────────────────────────────────────────────────────────────────────
WINDOWS = [
    ("marital_status", 1095, {"person.marriage": "离婚"}),
    ("education", 1095, {"person.education": "高中"}),
    ("residence_address", 365, {"contact.address": OTHER_HOME}),
    ("phone", 365, {"contact.mobile": "13800000009"}),
]


@pytest.mark.parametrize(("field", "days", "says"), WINDOWS, ids=[window[0] for window in WINDOWS])
def test_another_value_disputes_within_its_fields_window_and_not_a_day_longer(
    field: str, days: int, says: dict[str, str]
) -> None:
    for age, disputed in ((days, ("health.ehr",)), (days + 1, ())):
        town = Town()
        town.police(NUMBER)
        visit(town, **{"person.phone": "13800000001"})
        ehr(town, day=back(age), **says)
        assert town.golden(NUMBER)[field].disputed == disputed


@pytest.mark.parametrize(
    ("field", "days", "says"),
    [("employer_name", 365, {"dwmc": "芜湖秋实贸易有限公司"}), ("employer_uscc", 365, {"dwxydm": uscc(2)})],
)
def test_an_employer_is_disputed_for_a_year(field: str, days: int, says: dict[str, str]) -> None:
    for age, disputed in ((days, ("fund.members",)), (days + 1, ())):
        town = Town()
        insured(town, 单位名称="芜湖春风百货有限公司", 单位统一社会信用代码=uscc(1))
        town.add("fund.members", **{"xingming": "张丽", "zjhm": NUMBER, "gxrq": back(age)} | says)
        assert town.golden(NUMBER)[field].disputed == disputed


def test_a_disability_level_is_disputed_for_three_years() -> None:
    for age, disputed in ((1095, ("civil.lowincome",)), (1096, ())):
        town = Town()
        town.add("disabled.persons", 姓名="张丽", 残疾人证号=f"{NUMBER}43", 残疾等级="三级", 换证日期="2026年1月5日")
        town.add("civil.lowincome", 成员姓名="张丽", 身份证号=NUMBER, 残疾等级="2", 核定日期=back(age))
        found = town.golden(NUMBER)["disability_level"]
        assert (found.value, found.disputed) == ("3", disputed)


def test_a_registered_address_is_disputed_for_three_years() -> None:
    for age, disputed in ((1095, ("police.migrants",)), (1096, ())):
        town = Town()
        town.police(NUMBER)
        town.add("police.migrants", 姓名="张丽", 身份证号=NUMBER, 户籍地详址=OTHER_HOME, 登记日期=back(age))
        assert town.golden(NUMBER)["hukou_address"].disputed == disputed


@pytest.mark.parametrize(
    ("field", "says"),
    [
        ("sex", {"person.gender": "男"}),
        ("birth_date", {"person.birth": "1980-02-15"}),
        ("ethnicity", {"person.nation": "回族"}),
    ],
)
def test_what_does_not_change_is_disputed_without_a_window(town: Town, field: str, says: dict[str, str]) -> None:
    ehr(town, day="1999-01-01", **says)
    found = town.golden(NUMBER)[field]
    assert (found.source, found.disputed) == ("police.population", ("health.ehr",))


def test_a_name_is_disputed_without_a_window(town: Town) -> None:
    ehr(town, called="张莉", day="1999-01-01", **{"person.birth": "1980-02-14"})
    assert town.golden(NUMBER)["name"].disputed == ("health.ehr",)


@pytest.mark.parametrize("called", ["張麗", "张 丽", " 张丽"])
def test_script_dots_and_blanks_are_no_dispute(town: Town, called: str) -> None:
    ehr(town, called=called)
    found = town.golden(NUMBER)["name"]
    assert (found.confirmed, found.disputed) == (("health.ehr",), ())


def test_spellings_of_one_address_are_no_dispute(town: Town) -> None:
    visit(town, at=HOME)
    ehr(town, **{"contact.address": "中山路12号春江苑3栋2-501"})
    assert town.golden(NUMBER)["residence_address"].disputed == ()


@pytest.mark.parametrize(
    ("code", "disputed"), [("21", ()), ("22", ()), ("10", ("police.migrants",)), ("40", ("police.migrants",))]
)
def test_marital_status_is_compared_by_its_first_digit(town: Town, code: str, disputed: tuple[str, ...]) -> None:
    town.add("police.migrants", 姓名="张丽", 身份证号=NUMBER, 婚姻状况=code)
    assert town.golden(NUMBER)["marital_status"].disputed == disputed


def test_only_the_latest_value_of_a_source_disputes(town: Town) -> None:
    visit(town, **{"person.phone": "13800000001"})
    ehr(town, day="2026-03-01", **{"contact.mobile": "13800000002"})
    ehr(town, day="2026-04-01", **{"contact.mobile": "13800000001"})
    assert town.golden(NUMBER)["phone"].disputed == ()


def test_who_says_the_same_confirms_whatever_the_window(town: Town) -> None:
    ehr(town, day="1999-01-01", **{"person.education": "大学本科"})
    assert town.golden(NUMBER)["education"].confirmed == ("health.ehr",)
