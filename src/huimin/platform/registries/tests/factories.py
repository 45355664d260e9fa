"""Synthetic people, grants and a landed city of two for tests."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from huimin.platform.exchange.operations import land_rows
from huimin.platform.identity import operations as identity
from huimin.platform.identity.models import Account, Department, Grant, Post, PostHolding
from huimin.platform.identity.rules import Assurance
from huimin.platform.journal.rules import Actor
from huimin.platform.process.operations import publish_standing_definitions
from huimin.platform.registries.models import Organisation, Person
from huimin.platform.registries.operations import reconcile

AT = datetime(2026, 7, 1, 2, tzinfo=UTC)
SYSTEM = Actor(kind="system", ref="tests")
NUMBER, OTHER_NUMBER = "34020219800101039X", "340204195001011236"
USCC = "91340281212552018X"
ADDRESS = "安徽省芜湖市镜湖区汀棠街道西湖社区长江中路112号丽都新村5幢1单元1503室"
NEW_ADDRESS = "安徽省芜湖市弋江区利民路18号3幢2单元501室"
_serial = count(1)


def golden(
    value: str,
    source: str = "police.population",
    *,
    agrees: tuple[str, ...] = (),
    disputes: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    day = "2026-05-25"
    return {
        "v": value,
        "s": source,
        "d": day,
        "c": [[one, value, day] for one in agrees],
        "x": [[one, text, day] for one, text in (disputes or {}).items()],
    }


def person(
    key: str = "P000000001", *, number: str = NUMBER, name: str = "王小明", division: str = "340202", **fields: Any
) -> Person:
    born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    values = {
        "citizen_id": golden(number),
        "name": golden(name, agrees=("hrss.insured",)),
        "sex": golden("1"),
        "birth_date": golden(born.isoformat()),
        "hukou_address": golden(ADDRESS),
        "residence_address": golden(ADDRESS, "grid.visits"),
        "marital_status": golden("20", "civil.marriage", disputes={"police.population": "10"}),
        "phone": golden("13800001234", "telecom.subscribers"),
        **fields,
    }
    known = {field: value for field, value in values.items() if value is not None}
    return Person.objects.create(
        key=key,
        number=number,
        name_key=name,
        birth_date=born,
        division=division,
        household="H1",
        disputed=sum(bool(value["x"]) for value in known.values()),
        values=json.dumps(known, ensure_ascii=False),
    )


def organisation(key: str = "E000000001", *, uscc: str = USCC) -> Organisation:
    values = {
        "uscc": golden(uscc, "market.entities"),
        "name": golden("芜湖皖源机械厂", "market.entities"),
        "status": golden("存续", "market.entities"),
    }
    return Organisation.objects.create(
        key=key,
        number=uscc,
        name_key="芜湖皖源机械厂",
        division="340281",
        values=json.dumps(values, ensure_ascii=False),
    )


def post(code: str, duty: str = "quick_query", divisions: tuple[str, ...] = ()) -> Post:
    department, _ = Department.objects.get_or_create(
        code=code.split(".")[0],
        defaults={"name": f"{code.split('.')[0]}局", "name_en": code.split(".")[0], "kind": "government"},
    )
    made, _ = Post.objects.get_or_create(
        code=code,
        defaults={
            "department": department,
            "title": code,
            "title_en": code,
            "duty": duty,
            "divisions": list(divisions),
        },
    )
    return made


def official(code: str = "gaj.query", duty: str = "quick_query", divisions: tuple[str, ...] = ()) -> Actor:
    account = Account.objects.create(
        username=f"o{next(_serial)}", name="合成人员", kind="official", opened_at=AT - timedelta(days=400)
    )
    PostHolding.objects.create(account=account, post=post(code, duty, divisions), starts_at=AT - timedelta(days=300))
    return Actor(kind="account", ref=account.public_id, post=code)


def grant(actor: Actor, **fields: Any) -> Grant:
    given = {
        "code": f"grant.{next(_serial)}",
        "post": Post.objects.get(code=actor.post),
        "resource": "registries.people",
        "plain": ["name", "sex", "birth_date"],
        "masked": {
            "citizen_id": "number",
            "phone": "phone",
            "marital_status": "hidden",
            "residence_address": "address",
            "hukou_address": "hidden",
        },
        "rows": "everything",
        "purposes": ["case_handling", "case_investigation"],
        "legal_basis": "测试依据",
        "until": timezone.now() + timedelta(days=365),
    } | fields
    return identity.grant_access(grant=Grant(**given), actor=SYSTEM, at=AT)


def citizen(person_key: str = "P000000001", name: str = "王小明") -> Actor:
    account = Account(username=f"c{next(_serial)}", name=name, kind="citizen", opened_at=AT)
    if person_key:
        account.person_key, account.assurance = person_key, Assurance.SEEN
    account.save()
    return Actor(kind="account", ref=account.public_id)


def account_of(actor: Actor) -> Account:
    return Account.objects.get(public_id=actor.ref)


POLICE = {
    "人员编号": "RK1", "公民身份号码": NUMBER, "姓名": "王小明", "性别": "男", "民族": "汉族", "出生日期": "1980-01-01",
    "户籍地址": ADDRESS, "婚姻状况": "未婚", "文化程度": "大学本科", "户号": "H1", "人员状态": "正常", "更新日期": "2026-05-01",
}  # fmt: skip
INSURED = {
    "row_guid": "G1", "姓名": "王小明", "社会保障号码": NUMBER, "性别": "1", "出生日期": "1980-01-01", "文化程度": "02",
    "手机号码": "13800001234", "单位名称": "芜湖皖源机械厂", "单位统一社会信用代码": USCC, "变更日期": "2026-05-20",
    "cd_operation": "I", "cd_time": "2026-05-20 08:00:00",
}  # fmt: skip


def landed_city(**insured: str) -> Person:
    """A person whom two departments' records speak of, landed and reconciled like any other; the posts that answer for them.

    `insured` are columns in which social security says otherwise than INSURED.
    """
    publish_standing_definitions(actor=SYSTEM, at=AT)
    for code, duty in (("gaj.data", "data_officer"), ("rsj.data", "data_officer"), ("sjj.data", "data_office")):
        post(code, duty)
    land_rows(
        "police.population", [POLICE], actor=SYSTEM, at=AT, reference_on=date(2026, 6, 1), name=f"police{next(_serial)}"
    )
    land_rows(
        "hrss.insured",
        [INSURED | insured],
        actor=SYSTEM,
        at=AT,
        reference_on=date(2026, 6, 1),
        name=f"hrss{next(_serial)}",
    )
    reconcile(actor=SYSTEM, at=AT + timedelta(microseconds=next(_serial)))
    return Person.objects.get(number=NUMBER)
