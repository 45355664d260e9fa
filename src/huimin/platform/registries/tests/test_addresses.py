"""Addresses taken apart: every spelling meets at one house, and the standard form says all that was read."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from huimin.platform.registries.places.addresses import Parts, parse, parse_all, standard_address

pytestmark = pytest.mark.unit
HOUSE = "340202-中山路12-3-2-501"
DISTRICTS = ("340202", "340207", "340209", "340210", "340212", "340223", "340281")
# Names are made of characters that begin no part and end none: 春江, not 春路江.
STEM = st.text("春江苑和平红梅柏庄奥园翠竹汀棠赭山清水永兴双桥马仁太阳金域蓝湾", min_size=2, max_size=5)
NUMBER = st.integers(1, 9999).map(str)


@st.composite
def town_addresses(draw: st.DrawFn) -> Parts:
    """Parts of an address in town, down to any depth."""
    depth = draw(st.integers(0, 3))
    building = draw(NUMBER) if depth > 0 else ""
    return Parts(
        division=draw(st.sampled_from(DISTRICTS)),
        town=draw(st.just("") | STEM.map(lambda stem: f"{stem}街道") | STEM.map(lambda stem: f"{stem}镇")),
        community=draw(st.just("") | STEM.map(lambda stem: f"{stem}社区")),
        road=draw(STEM) + draw(st.sampled_from(("路", "街", "大道", "巷"))),
        number=draw(NUMBER),
        estate=draw(st.just("") | STEM) if building else "",
        building=building,
        unit=draw(NUMBER) if depth == 2 or (depth == 3 and draw(st.booleans())) else "",
        room=draw(NUMBER) if depth == 3 else "",
    )


@st.composite
def village_addresses(draw: st.DrawFn) -> Parts:
    """Parts of an address in the country, down to the group or the house."""
    return Parts(
        division=draw(st.sampled_from(DISTRICTS)),
        town=draw(st.just("") | STEM.map(lambda stem: f"{stem}镇")),
        village=draw(STEM) + "村",
        team=draw(NUMBER),
        number=draw(st.just("") | NUMBER),
    )


@pytest.mark.covers("D11")
@settings(max_examples=80, deadline=None)
@given(town_addresses() | village_addresses())
def test_the_standard_form_says_all_parts_and_nothing_else(parts: Parts) -> None:
    assert parse(standard_address(parts)).parts == parts


@settings(max_examples=40, deadline=None)
@given(st.lists(town_addresses(), min_size=2, max_size=12, unique=True))
def test_different_rooms_are_different_houses(several: list[Parts]) -> None:
    read = parse_all([standard_address(parts) for parts in several])
    doors = {(p.division, p.road, p.number, p.building, p.unit, p.room) for p in several if p.room}
    assume(doors)
    assert len({said.house for said in read.values() if said.house}) == len(doors)


@pytest.mark.covers("D11")
@pytest.mark.parametrize(
    "text",
    [
        "安徽省芜湖市镜湖区赭山街道北门社区中山路12号春江苑3幢2单元501室",
        "芜湖市镜湖区中山路12号3幢2单元501室",
        "镜湖区中山路12号春江苑3栋2-501",
        "安徽芜湖镜湖区中山路12号 3号楼2单元501",
        "镜湖区北门社区中山路１２号３＃２－５０１",
        "芜湖市新芜区中山路12号春江苑3座2单元501室",
        "蕪湖市鏡湖區中山路12號春江苑3幢2單元501室",
        " 芜湖市镜湖区 中山路012号 3幢 2-501 ",
    ],
)
def test_every_spelling_of_a_town_address_is_one_house(text: str) -> None:
    said = parse(text)
    assert (said.house, said.depth, said.building) == (HOUSE, "room", "340202-中山路12-3")


@pytest.mark.parametrize(
    "text",
    ["安徽省芜湖市繁昌区孙村镇大渔村5组8号", "繁昌县孙村镇大渔村5村民组8号", "芜湖市繁昌县孙村镇大渔村5组８号"],
)
def test_every_spelling_of_a_country_address_is_one_house(text: str) -> None:
    said = parse(text)
    assert (said.house, said.depth, said.building) == ("340212-孙村镇大渔村-5-8", "house", "340212-孙村镇大渔村-5")


@pytest.mark.parametrize(
    ("text", "depth"),
    [
        ("镜湖区中山路12号3幢2单元", "unit"),
        ("镜湖区中山路12号3幢", "building"),
        ("镜湖区中山路12号", "number"),
        ("繁昌区孙村镇大渔村5组", "group"),
        ("浙江省杭州市淳安县石桥镇永兴村12组33号", "elsewhere"),
        ("内蒙古自治区呼伦贝尔市海拉尔区新河村1组1号", "elsewhere"),
        ("镜湖区中山路", "unreadable"),
        ("不详", "unreadable"),
        ("", "unreadable"),
        ("镜湖区<b>中山路</b>12号3幢501室", "damaged"),
        ("镜湖区中山路12号?幢501室", "damaged"),
    ],
)
def test_what_reaches_no_house_says_how_far_it_reaches_or_why_not(text: str, depth: str) -> None:
    said = parse(text)
    assert (said.depth, said.house, said.is_house) == (depth, "", False)


@pytest.mark.parametrize(
    ("text", "town", "community"),
    [
        ("南陵县许镇镇康复路社区惠民路8号和园2幢101室", "许镇镇", "康复路社区"),
        ("镜湖区天门山街道天门山路8号2幢101室", "天门山街道", ""),
        ("镜湖区滨江社区园区路8号2幢101室", "", "滨江社区"),
    ],
)
def test_town_and_community_are_told_from_the_road(text: str, town: str, community: str) -> None:
    said = parse(text)
    assert (said.parts.town, said.parts.community, said.depth) == (town, community, "room")


def test_a_house_needs_its_district_and_in_the_country_its_town() -> None:
    for text in ("中山路12号3幢2单元501室", "繁昌区大渔村5组8号", "孙村镇大渔村5组8号"):
        said = parse(text)
        assert said.is_house
        assert said.house == ""
        assert said.door
