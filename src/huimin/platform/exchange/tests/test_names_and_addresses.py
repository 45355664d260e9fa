"""Names and addresses as departments write them: equal ones have equal keys, and what is none is no value."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.platform.exchange.tests.factories import read_as, values

pytestmark = pytest.mark.unit
WIDE: Final = str.maketrans({chr(narrow): chr(narrow + 0xFEE0) for narrow in range(0x21, 0x7F)})


def wide(text: str) -> str:
    return text.translate(WIDE)


# ── Names ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
def keys(kind: str, texts: list[str]) -> list[str | None]:
    return [row["v_key"] for row in read_as(kind, texts)]


@pytest.mark.parametrize("separator", [*"·•.‧．・", " ", "\u3000", " · "])
def test_the_separators_of_minority_names_are_one(separator: str) -> None:
    assert keys("person_name", [f"阿依{separator}古丽"]) == ["阿依古丽"]


def test_script_and_blanks_do_not_make_another_name() -> None:
    assert set(keys("person_name", ["张丽", "張麗", "张 丽", " 张丽 ", "張　丽"])) == {"张丽"}


@pytest.mark.parametrize("written", ["张丽", "张 丽", "張麗", "阿依·古丽", "欧阳若兰", "𠮷野", "买买提·吐尔逊"])
def test_a_name_stands_as_it_was_written(written: str) -> None:
    assert values("person_name", [written]) == [written]


@pytest.mark.parametrize(
    "written",
    [
        "张?",
        "张？丽",
        "张*",
        "张＊丽",
        "张li",
        "ZHANG LI",
        "<b>张丽</b>",
        "张丽&nbsp;",
        "=张丽",
        "@张丽",
        "张",
        "",
        "张丽1",
        "张\ufffd",
        None,
    ],
)
def test_a_name_with_what_nobody_is_called_is_no_value(written: str | None) -> None:
    assert values("person_name", [written]) == [None]


@pytest.mark.parametrize(
    "written", ["王女士", "李某", "李某某", "张先生", "陈佳之子", "陈佳之女", "刘老师", "老王", "小李", "业主"]
)
def test_a_way_of_addressing_is_no_name(written: str) -> None:
    assert values("person_name", [written]) == [None]


@pytest.mark.parametrize(
    ("written", "stands"),
    [
        ("芜湖春风百货有限公司", True),
        ("=cmd|' /C calc'!A0", False),
        ("<script>公司</script>", False),
        ("+公司公司公司", False),
        ("ABCDEF", False),
    ],
)
def test_an_organisations_name_has_no_markup_and_no_formula(written: str, stands: bool) -> None:
    assert (values("organisation_name", [written]) == [written]) is stands


def test_brackets_and_script_do_not_make_another_organisation() -> None:
    assert (
        len(
            set(
                keys(
                    "organisation_name",
                    ["春风（芜湖）贸易有限公司", "春风(芜湖)贸易有限公司", "春風（蕪湖）貿易有限公司"],
                )
            )
        )
        == 1
    )


def test_an_account_is_held_by_a_person_or_by_an_organisation() -> None:
    person, organisation = read_as("holder_name", ["张丽", "芜湖春风百货有限公司"])
    assert (person["v"], person["v_organisation_key"]) == ("张丽", None)
    assert (organisation["v"], organisation["v_organisation_key"]) == (None, "芜湖春风百货有限公司")


# ── Addresses ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def same(*spellings: str) -> object:
    return pytest.param(spellings, id=spellings[0])


@pytest.mark.covers("D05")
@pytest.mark.parametrize(
    "spellings",
    [
        same(
            "安徽省芜湖市镜湖区赭山街道北京路社区中山路12号春江苑3幢2单元501室",
            "芜湖市镜湖区中山路12号春江苑3幢2单元501室",
            "中山路12号3幢2单元501室",
            "镜湖区中山路12号春江苑3栋2单元501室",
            "中山路12号春江苑3号楼2单元501室",
            "中山路12号春江苑3#2单元501室",
            "中山路12号春江苑3幢2-501",
            "中山路12号春江苑3幢2-501室",
            "中山路１２号春江苑３幢２单元５０１室",
            "中山路12号 春江苑 3幢 2单元 501室",
            "中山路12号春江苑3＃2单元501室",
            "中山路12号春江苑3幢2单元501",
        ),
        same(
            "安徽省芜湖市弋江区长江路8号和园6幢501室",
            "长江路8号6幢501室",
            "长江路8号和园6幢-501",
            "长江路8号和园6栋501",
            "长江路8号和园6幢-501室",
        ),
        same(
            "安徽省芜湖市芜湖县湾沚镇桃园村3组12号",
            "安徽省芜湖市湾沚区湾沚镇桃园村3组12号",
            "芜湖县湾沚镇桃园村3村民组12号",
            "湾沚镇桃园村３组１２号",
            "湾沚区湾沚镇桃园村3组12号",
        ),
        same("安徽省芜湖市繁昌县繁阳大道20号锦苑1幢1单元101室", "繁昌区繁阳大道20号锦苑1栋1-101"),
        same("安徽省芜湖市无为县高沟镇定兴村5组7号", "无为市高沟镇定兴村5村民组7号"),
    ],
)
def test_equal_addresses_have_equal_keys_and_stand(spellings: tuple[str, ...]) -> None:
    read = read_as("address", list(spellings))
    assert {row["v_key"] for row in read} == {read[0]["v_key"]} != {None}
    assert [row["v"] for row in read] == [spelling.strip() for spelling in spellings]


@pytest.mark.parametrize(
    "pair",
    [
        ("中山路12号3幢2单元501室", "中山路12号3幢2单元502室"),
        ("中山路12号3幢2单元501室", "中山路12号3幢1单元501室"),
        ("中山路12号3幢2单元501室", "中山路12号4幢2单元501室"),
        ("中山路12号3幢2单元501室", "中山路13号3幢2单元501室"),
        ("中山路12号3幢2单元501室", "北京路12号3幢2单元501室"),
        ("湾沚镇桃园村3组12号", "湾沚镇桃园村3组13号"),
        ("湾沚镇桃园村3组12号", "湾沚镇桃园村4组12号"),
        ("湾沚镇桃园村3组12号", "六郎镇桃园村3组12号"),
        ("中山路12号3幢21单元1室", "中山路12号3幢2单元11室"),
    ],
)
def test_other_addresses_have_other_keys(pair: tuple[str, str]) -> None:
    left, right = keys("address", list(pair))
    assert left is not None
    assert right is not None
    assert left != right


@pytest.mark.parametrize(
    "written",
    [
        "中山路12号春江苑3幢",
        "中山路12号春江苑3幢2单元",
        "中山路12号春江苑",
        "中山路12号",
        "湾沚镇桃园村3组",
        "湾沚镇桃园村",
        "芜湖市镜湖区",
        "",
        "不详",
        None,
        "<b>中山路12号3幢2单元501室</b>",
        "=中山路12号3幢2单元501室",
    ],
)
def test_an_address_that_stops_before_the_door_is_no_value(written: str | None) -> None:
    assert values("address", [written]) == [None]


@given(
    st.integers(1, 99),
    st.integers(1, 30),
    st.integers(1, 6),
    st.integers(101, 3204),
    st.sampled_from(["中山路", "北京东路", "繁阳大道", "鸠江一巷"]),
    st.sampled_from(["", "春江苑", "和园小区"]),
)
def test_no_spelling_of_a_flat_changes_its_key(
    number: int, building: int, unit: int, room: int, road: str, estate: str
) -> None:
    districts = ["", "镜湖区", "芜湖市镜湖区", "安徽省芜湖市镜湖区赭山街道北门社区"]
    spellings = [
        f"{district}{road}{number}号{named}{building}{block}{flat}"
        for district in districts
        for named in ("", estate)
        for block in ("幢", "栋", "号楼", "#")
        for flat in (f"{unit}单元{room}室", f"{unit}-{room}")
    ]
    assert len(set(keys("address", spellings + [wide(spelling) for spelling in spellings]))) == 1
