"""The registers: who is registered, born, dead, married, and what the clinics know."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import pyarrow.compute as pc

from huimin.tooling.synth import cells as c
from huimin.tooling.synth import selections as s
from huimin.tooling.synth.cells import Cell, Sheet
from huimin.tooling.synth.draws import Text, join, padded, take, where
from huimin.tooling.synth.extracts.declared import AUTHORITY, AUTHORITY_NAMES, GB_LEVELS, GB_MARITAL, PEOPLES, Extract
from huimin.tooling.synth.noise import NameHabits, NumberHabits

_SPOKEN_MARITAL: Final = {10: "未婚", 20: "已婚", 30: "丧偶", 40: "离婚"}
_SPOKEN_LEVELS: Final = {80: "小学", 70: "初中", 60: "高中", 40: "中专", 30: "大学专科", 20: "大学本科", 10: "研究生"}
_PEOPLES_LONG: Final = {code: f"{name}族" for code, name in PEOPLES.items()}


def _for(cell: Cell, *, child: bool) -> Cell:
    """The cell in the rows of small children, or in those of everybody else; the others have none."""

    def column(sheet: Sheet) -> Text:
        young = sheet.extra["child"]
        return where(young if child else ~young, cell(sheet), None)

    return column


def _newborn_name(sheet: Sheet) -> Text:
    own = c.name(NameHabits(misheard=0.006, traditional=0, markup=0, rare_lost=0.1, spaced=0))(sheet)
    return where(sheet.extra["nameless"], sheet.extra["called"], own)


REGISTERS: Final[Mapping[str, Extract]] = MappingProxyType(
    {
        "police.population": Extract(
            select=s.registered_here,
            columns={
                "人员编号": c.serial("RK3402:8"),
                "公民身份号码": c.number(AUTHORITY),
                "姓名": c.name(AUTHORITY_NAMES),
                "性别": c.sex(c.SEX_DIGIT, wrong=0.0008),
                "民族": c.ethnicity(),
                "出生日期": c.birth("ymd", off=0.0008),
                "户籍地址": c.hukou(),
                "婚姻状况": c.marital(GB_MARITAL),
                "文化程度": c.education(GB_LEVELS),
                "户号": lambda sheet: join("3402", padded(sheet.extra["household"], 11)),
                "与户主关系": c.relation,
                "曾用身份号码": lambda sheet: pc.fill_null(take(sheet.block.people.former_number, sheet.who), ""),
                "人员状态": c.extra("standing"),
                "备注": c.extra("note"),
                "更新日期": c.on_day("ymd"),
            },
            arrives="00:00:00",
            late=0.32,
            names_in="姓名",
        ),
        "police.migrants": Extract(
            select=s.newcomers,
            columns={
                "登记编号": c.serial("LD:7"),
                "姓名": c.name(AUTHORITY_NAMES),
                "身份证号": c.number(NumberHabits(decorated=0.025, wrong=0.001, another=0, former=0, fifteen=0)),
                "性别": c.sex(c.SEX_DIGIT),
                "民族": c.ethnicity(),
                "出生日期": c.birth("y-m-d"),
                "户籍地详址": c.extra("origin_address"),
                "居住地详址": c.residence(),
                "联系电话": c.phone(),
                "婚姻状况": c.marital(GB_MARITAL),
                "文化程度": c.education(GB_LEVELS),
                "登记日期": c.on_day("y-m-d"),
            },
            arrives="00:02:00",
            late=0.05,
            names_in="姓名",
        ),
        "health.ehr": Extract(
            select=s.archived,
            columns={
                "archiveNo": c.serial("340200:11"),
                "person.name": c.name(NameHabits(misheard=0.009, traditional=0.004)),
                "person.idCard": c.number(
                    NumberHabits(missing=0.073, decorated=0.022, wrong=0.019, another=0.0043, fifteen=0.8),
                    blank=(None, "", None, None),
                ),
                "person.gender": c.sex(c.SEX_WORD, wrong=0.004),
                "person.birth": c.birth("y-m-d", off=0.004),
                "person.nation": c.ethnicity(_PEOPLES_LONG),
                "person.marriage": c.marital(_SPOKEN_MARITAL),
                "person.education": c.education(_SPOKEN_LEVELS, none=None),
                "contact.mobile": _for(c.phone(blank=None), child=False),
                "contact.guardianMobile": _for(c.phone(of="guardian", blank=None), child=True),
                "contact.address": c.residence(),
                "updateTime": c.on_day("iso"),
            },
            arrives="00:04:00",
            late=0.1,
            names_in="person.name",
        ),
        "health.deaths": Extract(
            select=s.deceased,
            columns={
                "bh": c.serial("SW:6"),
                "xm": c.name(NameHabits(misheard=0.012, traditional=0)),
                "sfzh": c.number(NumberHabits(missing=0.02, decorated=0.004, wrong=0.002, fifteen=0), blank=(None,)),
                "xb": c.sex(c.SEX_WORD),
                "csrq": c.birth("y年m月d日"),
                "swrq": lambda sheet: c.dated(sheet.extra["died_on"], "y年m月d日"),
                "hjdz": c.hukou(),
                "djrq": c.on_day("y-m-d"),
            },
            arrives="00:06:00",
            names_in="xm",
            shuffled=True,
        ),
        "health.births": Extract(
            select=s.newborn,
            columns={
                "出生证编号": c.serial("R34:7"),
                "新生儿姓名": _newborn_name,
                "性别": c.sex(c.SEX_WORD),
                "出生日期": c.birth("y/m/d", off=0),
                "母亲姓名": c.name(of="mother"),
                "母亲身份证号": c.number(NumberHabits(missing=0.02, decorated=0.015, wrong=0.004), of="mother"),
                "父亲姓名": c.name(of="father"),
                "父亲身份证号": c.number(NumberHabits(missing=0.12, decorated=0.015, wrong=0.004), of="father"),
                "签发日期": c.on_day("y/m/d"),
            },
            arrives="00:08:00",
            names_in="新生儿姓名",
        ),
        "civil.marriage": Extract(
            select=s.weddings,
            columns={
                "序号": c.serial(":7"),
                "登记字号": c.extra("registration"),
                "业务类型": c.extra("event"),
                "登记日期": c.on_day("y-m-d"),
                "姓名": c.name(NameHabits(misheard=0.005, traditional=0.006)),
                "身份证件号": c.number(
                    NumberHabits(missing=0.012, decorated=0.012, wrong=0.0065, another=0.0006, fifteen=0.65),
                    blank=(None,),
                ),
                "出生日期": c.birth("y-m-d", "ymd", "y/m/d", "y年m月d日"),
            },
            arrives="01:36:00",
            names_in="姓名",
            spreadsheet=True,
            twice=0.0,
        ),
    }
)
