"""A street of a few people, landed and reconciled like any other, with its houses and a grid of two cells."""

import json
from datetime import date, timedelta
from pathlib import Path

from huimin.platform.exchange.operations import land_rows
from huimin.platform.registries.operations import reconcile, settle_places
from huimin.platform.registries.tests import factories as make
from huimin.platform.registries.tests.factories_data import Town, citizen_id, uscc

CELL, OTHER_CELL = "340202001001001", "340202001001002"
ZHANG, LI, WANG, CHEN = citizen_id(), citizen_id("19751103", 57), citizen_id("19900909", 31), citizen_id("19660606", 24)
BUILDING = "芜湖市镜湖区赭山街道北门社区中山路12号春江苑3幢"


def street() -> Town:
    """Three spellings of one house, its neighbour's, a farmhouse, a shop; one visit, two meters that name a building only."""
    town = Town()
    town.police(ZHANG, "张丽", 户籍地址=f"安徽省{BUILDING}2单元501室")
    town.police(LI, "李建国", 户籍地址="安徽省芜湖市繁昌区孙村镇大渔村5组8号")
    town.police(WANG, "王芳", 户籍地址=f"安徽省{BUILDING}2单元502室")
    town.police(CHEN, "陈明", 户籍地址="安徽省芜湖市繁昌县孙村镇大渔村5村民组8号")
    for number, called, address, cell in (
        (ZHANG, "张丽", "芜湖市镜湖区中山路12号3栋2-501", CELL),
        (LI, "李建国", "镜湖区中山路12号 春江苑3#2单元501", CELL),
    ):
        town.add(
            "grid.visits",
            **{
                "person.idNo": number,
                "person.name": called,
                "visitTime": "2026-05-20T08:00:00+08:00",
                "place.address": address,
                "gridCode": cell,
            },
        )
    town.add(
        "medins.insured",
        证件号码=WANG,
        姓名="王芳",
        居住地址=f"{BUILDING}2单元502室",
        最近变更时间="2026-05-01 00:00:00",
    )
    # What medical insurance says of 张丽's residence is disputed by the visit to her.
    town.add(
        "medins.insured",
        证件号码=ZHANG,
        姓名="张丽",
        居住地址=f"{BUILDING}2单元502室",
        最近变更时间="2026-05-01 00:00:00",
    )
    town.add("power.accounts", 户名="张丽", 证件号码=ZHANG, 用电地址=BUILDING, 过户日期="2020-01-01")
    town.add("gas.accounts", 用户名称="王芳", 身份证=WANG, 用气地址="镜湖区中山路12号3号楼", 开户时间="2020/1/1")
    town.add(
        "market.entities",
        统一社会信用代码=uscc(1),
        名称="芜湖春风百货有限公司",
        登记状态="存续（在营、开业、在册）",
        住所="芜湖市镜湖区中山路12号3幢1单元101室",
        核准日期="2020-01-01",
    )
    return town


def land(town: Town, *, again: int = 0) -> None:
    """Land a town's rows, one delivery a resource."""
    for resource, rows in town.rows.items():
        land_rows(
            resource, rows, actor=make.SYSTEM, at=make.AT, reference_on=date(2026, 6, 1), name=f"{resource}-{again}"
        )


def landed_street() -> None:
    """Land the street, reconcile, settle its houses."""
    land(street())
    settled(0)


def settled(minute: int) -> None:
    """Reconcile and settle, some minutes later."""
    at = make.AT + timedelta(minutes=minute)
    reconcile(actor=make.SYSTEM, at=at)
    settle_places(actor=make.SYSTEM, at=at)


def write_grid(path: Path, *, codes: tuple[str, ...] = (CELL, OTHER_CELL)) -> Path:
    """A grid file: squares of a hundredth of a degree, one beside the other."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": f"赭山街道北门社区第{place + 1}网格"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [
                        [118 + place / 100, 31],
                        [118.01 + place / 100, 31],
                        [118.01 + place / 100, 31.01],
                        [118 + place / 100, 31.01],
                        [118 + place / 100, 31],
                    ]
                ],
            },
        }
        for place, code in enumerate(codes)
    ]
    path.write_text(
        json.dumps({"type": "FeatureCollection", "synthetic": True, "features": features}), encoding="utf-8"
    )
    return path
