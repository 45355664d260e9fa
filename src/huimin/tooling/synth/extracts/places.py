"""Dwellings, meters, visits, phones and organisations."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

import numpy as np
import pyarrow.compute as pc

from huimin.tooling.synth import cells as c
from huimin.tooling.synth import selections as s
from huimin.tooling.synth.cells import Sheet
from huimin.tooling.synth.draws import Text, join, take, text, where, words
from huimin.tooling.synth.extracts.declared import AUTHORITY_NAMES, Extract
from huimin.tooling.synth.noise import NameHabits, NumberHabits, spoil_phones, swap_in

_METER_NAMES: Final = NameHabits(misheard=0.009, traditional=0.009)


def _tail(sheet: Sheet) -> Text:
    number = take(sheet.block.people.number, sheet.who)
    return where(sheet.extra["shown"] == 2, pc.utf8_slice_codeunits(number, 14, 18), None)


def _shown_number(sheet: Sheet) -> Text:
    full = c.number(NumberHabits(decorated=0.025, wrong=0.013, another=0.005, fifteen=0))(sheet)
    blank = take(words(["", ""]), sheet.extra["tail"])
    half = np.arange(len(sheet)) % 2 == 0
    return where(sheet.extra["shown"] == 0, full, where(half, blank, None))


def _four_digits(sheet: Sheet) -> Text:
    industry = c.of_org("industry")(sheet)
    digits = swap_in(
        pc.utf8_slice_codeunits(industry, 1, 3), sheet.block.draw, 0.012, lambda old, _: "72" if old != "72" else "51"
    )
    return join(digits, "00")


def _tax_code(sheet: Sheet) -> Text:
    draw = sheet.block.draw
    full = c.of_org("code")(sheet)
    full = swap_in(full, draw, 0.036, lambda code, _: code[2:17])
    full = swap_in(full, draw, 0.04, lambda code, _: code.lower())
    return swap_in(full, draw, 0.024, lambda _, __: "")


def _tax_name(sheet: Sheet) -> Text:
    draw = sheet.block.draw
    old = swap_in(c.of_org("name")(sheet), draw, 0.03, lambda name, _: name.replace("有限责任公司", "有限公司"))
    return swap_in(old, draw, 0.02, lambda name, _: f" {name} ")


def _tax_standing(sheet: Sheet) -> Text:
    status = c.of_org("status")(sheet)
    return where(
        np.asarray(pc.equal(status, "注销")), "注销", where(sheet.block.draw.chance(len(sheet), 0.06), "非正常", "正常")
    )


def _meter(
    prefix: str,
    columns: tuple[str, str, str, str, str, str],
    *,
    share: float,
    arrives: str,
    no_number: float,
    no_phone: float,
    wrong: float,
    on: str,
    behind: int = 0,
) -> Extract:
    """A utility's accounts; `columns`: number, holder, identity number, phone, address, day."""
    serial, holder, number, phone, address, since = columns
    habits = NumberHabits(missing=no_number, decorated=0.02, wrong=wrong, another=0.008, fifteen=1.0)
    return Extract(
        select=partial(s.metered, share=share),
        columns={
            serial: c.serial(prefix),
            holder: c.either(c.of_org("name"), c.name(_METER_NAMES)),
            number: c.either(c.blanked(c.of_org("code"), no_number), c.number(habits)),
            phone: c.either(c.constant(""), c.phone(missing=no_phone, relative=0.05)),
            address: c.place_address(incomplete=0.07),
            since: c.on_day(on),
        },
        arrives=arrives,
        names_in=holder,
        shuffled=True,
        behind=behind,
    )


PLACES: Final[Mapping[str, Extract]] = MappingProxyType(
    {
        "water.accounts": _meter(
            "S:8",
            ("户号", "户名", "证件号", "电话", "用水地址", "立户日期"),
            share=0.96,
            arrives="00:50:00",
            no_number=0.757,
            no_phone=0.43,
            wrong=0.1,
            on="ymd",
        ),
        "power.accounts": _meter(
            "34:8",
            ("用户编号", "户名", "证件号码", "移动电话", "用电地址", "过户日期"),
            share=0.99,
            arrives="00:52:00",
            no_number=0.54,
            no_phone=0.26,
            wrong=0.04,
            on="y-m-d",
        ),
        "gas.accounts": _meter(
            "RQ:7",
            ("燃气编号", "用户名称", "身份证", "联系方式", "用气地址", "开户时间"),
            share=0.61,
            arrives="00:54:00",
            no_number=0.677,
            no_phone=0.35,
            wrong=0.08,
            on="y/m/d",
            behind=75,
        ),
        "grid.visits": Extract(
            select=s.visited,
            columns={
                "visitId": c.serial("WG:8"),
                "gridCode": c.extra("grid"),
                "visitTime": lambda sheet: join(c.dated(sheet.on, "y-m-d"), "T15:04:00+08:00"),
                "person.name": c.titled(c.name(NameHabits(misheard=0.014, traditional=0.008)), 0.0115),
                "person.sex": c.sex(("", "M", "F"), stray=0),
                "person.age": c.extra("age"),
                "person.idNo": _shown_number,
                "person.idTail": _tail,
                "person.phone": c.phone(missing=0.42, relative=0.08, blank=None),
                "person.relation": c.relation,
                "place.address": c.place_address(incomplete=0.07, old_name=0),
            },
            arrives="00:56:00",
            names_in="person.name",
            shuffled=True,
        ),
        "telecom.subscribers": Extract(
            select=s.subscribers,
            columns={
                "用户标识": c.serial("DX:9"),
                "机主姓名": c.name(),
                "证件号码（脱敏）": c.masked_number(),
                "手机号码": lambda sheet: spoil_phones(sheet.block.draw, sheet.extra["phone"]),
                "号码状态": c.extra("standing"),
                "最近实名核验日期": c.on_day("ymd"),
            },
            arrives="00:58:00",
            names_in="机主姓名",
        ),
        "housing.property": Extract(
            select=s.owners,
            columns={
                "qlr_id": lambda sheet: text(sheet.extra["serial"]),
                "bdcdyh": c.extra("unit"),
                "qlrmc": c.name(NameHabits(misheard=0.008, traditional=0.008)),
                "zjhm": c.number(
                    NumberHabits(missing=0.029, decorated=0.022, wrong=0.009, another=0.001, former=1.0, fifteen=4.5),
                    blank=(None,),
                ),
                "lxdh": c.phone(missing=0.02, blank=None),
                "gyfs": c.extra("how"),
                "djsj": lambda sheet: join(c.dated(sheet.on, "y-m-d"), " 10:00:00"),
                "zl": c.extra("address"),
                "mj": c.extra("area"),
                "yt": c.constant("住宅"),
            },
            arrives="01:44:00",
            names_in="qlrmc",
        ),
        "market.entities": Extract(
            select=partial(s.organisations, register="market"),
            columns={
                "主体编号": c.serial("SC:7"),
                "统一社会信用代码": c.of_org("code"),
                "名称": c.of_org("name"),
                "市场主体类型": c.of_org("type"),
                "登记状态": c.of_org("status"),
                "法定代表人（经营者）": c.name(AUTHORITY_NAMES),
                "法定代表人证件号": c.number(NumberHabits(decorated=0.01, wrong=0.003, fifteen=0)),
                "住所": c.place_address(old_name=0.35),
                "行业代码": c.of_org("industry"),
                "注册资本（万元）": c.of_org("capital"),
                "经营范围": c.of_org("scope"),
                "核准日期": c.on_day("y-m-d"),
            },
            arrives="01:00:00",
            names_in="名称",
        ),
        "tax.payers": Extract(
            select=partial(s.organisations, register="tax"),
            columns={
                "登记序号": c.serial("NS:7"),
                "纳税人识别号": _tax_code,
                "纳税人名称": _tax_name,
                "法定代表人姓名": c.name(NameHabits(markup=0.001)),
                "生产经营地址": c.place_address(old_name=0.1, elsewhere=0.022),
                "行业": _four_digits,
                "纳税人状态": _tax_standing,
                "更新日期": c.on_day("ymd"),
            },
            arrives="01:02:00",
            names_in="纳税人名称",
        ),
        "staffing.institutions": Extract(
            select=partial(s.organisations, register="offices"),
            columns={
                "id": c.serial("BB:5"),
                "tyshxydm": c.of_org("code"),
                "mc": c.of_org("name"),
                "lx": c.of_org("type"),
                "zt": c.of_org("status"),
                "fddbr": c.name(AUTHORITY_NAMES),
                "dz": c.place_address(),
                "hy": c.of_org("industry"),
                "kbzj_yuan": lambda sheet: take(sheet.block.organisations.capital, sheet.org),
                "gxrq": c.on_day("y-m-d"),
            },
            arrives="01:04:00",
            behind=160,
            names_in="mc",
            twice=0.0,
        ),
    }
)
