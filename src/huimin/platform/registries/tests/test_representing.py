"""Whose firm it is, the register says by a number: never by a name, and only while the record says so."""

from datetime import date

import pytest

from huimin.platform.exchange.operations import land_rows
from huimin.platform.registries.models import Organisation
from huimin.platform.registries.operations import reconcile
from huimin.platform.registries.queries.matching import choose_persona
from huimin.platform.registries.queries.representing import firms_represented_by, numbers_of_representatives
from huimin.platform.registries.tests import factories as make

pytestmark = pytest.mark.django_db
REFERENCE = date(2026, 6, 1)
BUSINESS = {
    "主体编号": "M1", "统一社会信用代码": make.USCC, "名称": "芜湖合成餐饮有限公司", "市场主体类型": "有限责任公司", "登记状态": "存续",
    "法定代表人（经营者）": "王小明", "法定代表人证件号": make.NUMBER, "住所": make.ADDRESS, "行业代码": "H621",
    "注册资本（万元）": "10", "经营范围": "餐饮服务", "核准日期": "2026-05-20",
}  # fmt: skip


def landed(name: str, **changed: str) -> None:
    row = BUSINESS | changed
    land_rows("market.entities", [row], actor=make.SYSTEM, at=make.AT, reference_on=REFERENCE, name=name)


@pytest.fixture
def resident(settings, tmp_path):
    settings.HOME = tmp_path
    return make.landed_city()


@pytest.mark.covers("C02", "P19")
def test_the_number_in_the_register_names_the_representative_until_it_names_another(resident) -> None:
    assert firms_represented_by([resident.key]) == {}
    landed("first")
    reconcile(actor=make.SYSTEM, at=make.AT)
    firm = Organisation.objects.get(number=make.USCC)
    (found,) = firms_represented_by([resident.key, "P999999999"])[resident.key]
    assert (found.organisation_key, found.name) == (firm.key, "芜湖合成餐饮有限公司")
    assert numbers_of_representatives() == {make.NUMBER}
    assert choose_persona("first owner of a restaurant").person_key == resident.key

    landed("second", 法定代表人证件号=make.OTHER_NUMBER, 核准日期="2026-05-28")
    assert firms_represented_by([resident.key]) == {}, "the name alone proves nothing"
    assert choose_persona("first owner of a restaurant") is None
