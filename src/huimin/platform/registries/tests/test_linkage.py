"""Which record speaks of whom: every kind of damage that departments' files have, and what must stay undecided."""

from itertools import count

import pytest

from huimin.kernel.identifiers import CitizenId, Uscc
from huimin.platform.registries.tests.factories_data import HOME, Town, citizen_id, connection, uscc

pytestmark = [pytest.mark.unit, pytest.mark.covers("D08")]
ZHANG, LI = citizen_id(), citizen_id("19751103", 57)
FLAT = "安徽省芜湖市镜湖区赭山街道北门社区中山路12号春江苑3幢2单元{}室"


@pytest.fixture
def town() -> Town:
    """Thirty people of one building, so that names have a rarity; 张丽 and 李建国 live in flats of their own."""
    town = Town()
    town.police(ZHANG, "张丽", 户号="H1")
    town.police(LI, "李建国", 户号="H2", 户籍地址=FLAT.format(502))
    surnames, given = "王刘陈杨赵黄周吴徐孙", ["伟强", "秀英", "志明"]
    for place, called in enumerate(surname + name for surname in surnames for name in given):
        number = citizen_id(f"19{50 + place:02}0{1 + place % 9}1{place % 10}", 100 + place)
        town.police(number, called, 户号=f"X{place}", 户籍地址=FLAT.format(600 + place))
    return town


def visited(town: Town, **columns: str) -> tuple[str, str]:
    return town.add("grid.visits", **{"visitTime": "2026-06-01T08:00:00+08:00", "place.address": HOME} | columns)


def member(town: Town, number: str = "", called: str = "张丽", **columns: str) -> tuple[str, str]:
    return town.add(
        "fund.members", **{"xingming": called, "zjhm": number, "csny": "1980-02-14", "gxrq": "2026-06-01"} | columns
    )


# ── Numbers ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_valid_number_is_enough(town: Town) -> None:
    row = member(town, ZHANG)
    assert town.links()[row] == ZHANG


def test_a_valid_number_of_somebody_else_does_not_carry_the_row_over(town: Town) -> None:
    # The clerk typed 李建国's number into 张丽's row: name and birth say whose it is.
    row = member(town, LI)
    assert town.links()[row] == ZHANG


def test_a_valid_number_that_the_row_contradicts_and_nothing_else_explains_stays_open(town: Town) -> None:
    row = member(town, LI, "欧阳若兰", csny="1999-09-09")
    assert row not in town.links()


def test_a_changed_name_with_the_right_number_and_birth_is_the_same_person(town: Town) -> None:
    row = member(town, ZHANG, "张若兰")
    assert town.links()[row] == ZHANG


def test_a_former_number_leads_to_the_one_that_replaced_it() -> None:
    town, former = Town(), citizen_id("19800214", 88)
    town.police(ZHANG, 曾用身份号码=former)
    row = member(town, former)
    assert town.links()[row] == ZHANG


def test_a_number_that_is_both_somebodys_and_somebodys_former_goes_by_the_name(town: Town) -> None:
    newer = citizen_id("19800214", 88)
    town.police(newer, "张丽", 曾用身份号码=LI, 户号="H3")
    hers, his = member(town, LI), member(town, LI, "李建国", csny="1975-11-03")
    found = town.links()
    assert (found[hers], found[his]) == (newer, LI)


@pytest.mark.parametrize(
    "damaged",
    [
        ZHANG[:10] + "9" + ZHANG[11:],
        ZHANG[:6] + ZHANG[7] + ZHANG[6] + ZHANG[8:],
        ZHANG[:17] + "0",
        ZHANG[:12] + ZHANG[13:],
        ZHANG[:14] + "77" + ZHANG[16:],
    ],
)
def test_a_damaged_number_with_name_and_birth_is_recognised(town: Town, damaged: str) -> None:
    assert CitizenId.recognise(damaged) is None
    row = member(town, damaged)
    assert town.links()[row] == ZHANG


def test_a_masked_number_with_the_name_is_recognised(town: Town) -> None:
    row = town.add(
        "telecom.subscribers",
        **{
            "机主姓名": "张丽",
            "证件号码（脱敏）": f"{ZHANG[:6]}********{ZHANG[-4:]}",
            "手机号码": "13800000001",
            "号码状态": "在用",
        },
    )
    other = town.add(
        "telecom.subscribers",
        **{
            "机主姓名": "张丽",
            "证件号码（脱敏）": f"{LI[:6]}********{LI[-4:]}",
            "手机号码": "13800000002",
            "号码状态": "在用",
        },
    )
    found = town.links()
    assert found[row] == ZHANG
    assert other not in found


def test_the_last_four_of_a_number_help(town: Town) -> None:
    row = visited(town, **{"person.name": "张丽", "person.idTail": ZHANG[-4:], "person.sex": "F", "person.age": "46"})
    assert town.links()[row] == ZHANG


# ── Names ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("written", ["章丽", "张莉", "張麗", "张 丽", "张?", "张li"])
def test_a_homophone_another_script_or_what_could_not_be_typed_is_the_same_name(town: Town, written: str) -> None:
    row = visited(town, **{"person.name": written, "person.sex": "F", "person.age": "46"})
    assert town.links()[row] == ZHANG


@pytest.mark.parametrize("written", ["张丽", "章丽", "张莉"])
def test_name_and_birth_are_enough_where_nobody_else_has_both(town: Town, written: str) -> None:
    row = member(town, "", written)
    assert town.links()[row] == ZHANG


def test_a_person_known_by_one_kind_of_address_or_phone_only_is_recognised_by_it(town: Town) -> None:
    # Nobody's former phone is known here, and nobody's residence: what is missing must not hide what is there.
    town.add("fund.members", xingming="张丽", zjhm=ZHANG, sjhm="13800000001", gxrq="2026-01-01")
    by_phone = visited(
        town, **{"person.name": "张女士", "person.age": "46", "person.phone": "13800000001", "place.address": "不详"}
    )
    by_hukou = visited(town, **{"person.name": "张莉", "person.age": "46"})
    found = town.links()
    assert found[by_phone] == found[by_hukou] == ZHANG


def test_a_way_of_addressing_needs_more_than_the_door(town: Town) -> None:
    phone = {"person.phone": "13800000001"}
    town.add(
        "health.ehr",
        **{
            "person.idCard": ZHANG,
            "person.name": "张丽",
            "contact.mobile": "13800000001",
            "updateTime": "2026-01-01T00:00:00+08:00",
        },
    )
    known = visited(town, **{"person.name": "张女士", "person.sex": "F", "person.age": "46"} | phone)
    unknown = visited(town, **{"person.name": "张女士", "place.address": FLAT.format(1901)})
    found = town.links()
    assert found[known] == ZHANG
    assert unknown not in found


def test_a_name_alone_decides_nothing(town: Town) -> None:
    row = visited(town, **{"person.name": "张丽", "place.address": "长江路8号和园6幢1单元302室"})
    assert row not in town.links()


def test_between_two_who_fit_equally_nobody_chooses() -> None:
    town = Town()
    twins = [citizen_id("19800214", serial) for serial in (22, 44)]
    for number in twins:
        town.police(number, "张丽")
    row = member(town, "")
    assert row not in town.links()


def test_what_nobody_can_decide_stays_visible_among_the_evidence(town: Town) -> None:
    resource, record = visited(town, **{"person.name": "某某", "place.address": "不详"})
    assert (resource, record) not in town.links()
    (seen,) = connection().execute("SELECT count(*) FROM stray WHERE record_id = $1", [record]).fetchall()
    assert seen == (1,)


# ── Newborns ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def newborn(town: Town, called: str, sex: str) -> tuple[str, str]:
    mother = {"母亲姓名": "张丽", "母亲身份证号": ZHANG}
    born = {"新生儿姓名": called, "性别": sex, "出生日期": "2026/3/10", "签发日期": "2026-03-12"}
    return town.add("health.births", **born | mother)


def test_a_newborn_without_name_or_number_is_found_through_the_parents_household(town: Town) -> None:
    child = citizen_id("20260310", 33)
    town.police(child, "张小安", 户号="H1", 与户主关系="子", 婚姻状况="", 文化程度="")
    row = newborn(town, "张丽之子", "男")
    assert town.links()[row] == child


def test_a_birth_row_never_speaks_of_the_parent(town: Town) -> None:
    row = newborn(town, "张丽之女", "女")
    assert row not in town.links()


# ── Accounts of persons and organisations ──────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def shop(town: Town) -> str:
    number = uscc(7)
    town.add(
        "market.entities",
        统一社会信用代码=number,
        名称="芜湖春风百货有限公司",
        住所=FLAT.format(101),
        核准日期="2020-01-01",
    )
    return number


def account(town: Town, holder: str, number: str = "", **columns: str) -> tuple[str, str]:
    return town.add(
        "power.accounts", **{"户名": holder, "证件号码": number, "用电地址": HOME, "过户日期": "2020-01-01"} | columns
    )


def test_an_account_under_a_companys_name_or_code_is_the_companys(town: Town, shop: str) -> None:
    rows = [account(town, "芜湖春风百货有限公司", shop), account(town, "芜湖春风百货有限公司"), account(town, "", shop)]
    found = town.links()
    assert [found[row] for row in rows] == [shop] * 3


def test_an_account_under_a_persons_name_is_the_persons(town: Town, shop: str) -> None:
    row = account(town, "张丽", ZHANG)
    assert town.links()[row] == ZHANG


def test_a_citizen_number_that_happens_to_pass_as_a_credit_code_is_a_persons() -> None:
    # Places 3 to 8 are digits of a birth year there; about one citizen number in three hundred passes both checks.
    both = next(
        number
        for born in count(1940)
        for serial in range(1, 999)
        if Uscc.recognise(number := citizen_id(f"{born}0214", serial)) is not None
    )
    town = Town()
    town.police(both, "张丽")
    rows = [account(town, holder, both) for holder in ("张丽", "张?", "")]
    found = town.links()
    assert [found.get(row) for row in rows] == [both] * 3
    assert town.golden(both, "organisations") == {}


@pytest.mark.parametrize("slip", [5, 12, 16])
def test_a_damaged_credit_code_with_the_name_is_recognised(town: Town, shop: str, slip: int) -> None:
    damaged = shop[:slip] + ("1" if shop[slip] != "1" else "2") + shop[slip + 1 :]
    row = town.add("tax.payers", 纳税人识别号=damaged, 纳税人名称="芜湖春风百货有限公司", 更新日期="20260101")
    assert town.links()[row] == shop


def test_an_unknown_companys_account_stays_open(town: Town, shop: str) -> None:
    row = account(town, "芜湖秋实贸易有限公司")
    assert row not in town.links()
