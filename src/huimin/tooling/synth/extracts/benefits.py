"""Insurance, savings, allowances, school: what people have a right to."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from huimin.tooling.synth import cells as c
from huimin.tooling.synth import selections as s
from huimin.tooling.synth.draws import where
from huimin.tooling.synth.extracts.declared import PEOPLES, Extract
from huimin.tooling.synth.noise import NameHabits, NumberHabits

_FUND_MARITAL: Final = {10: "0", 20: "1", 30: "3", 40: "2"}
_LABOUR_LEVELS: Final = {80: "07", 70: "06", 60: "05", 40: "04", 30: "03", 20: "02", 10: "01"}


BENEFITS: Final[Mapping[str, Extract]] = MappingProxyType(
    {
        "hrss.insured": Extract(
            select=s.insured_workers,
            columns={
                "row_guid": c.serial("SB:8"),
                "姓名": c.name(),
                "社会保障号码": c.number(NumberHabits(decorated=0.0167, wrong=0.0055, former=0.15, fifteen=1.2)),
                "性别": c.sex(c.SEX_DIGIT),
                "出生日期": c.birth("ymd", off=0.02),
                "文化程度": c.education(_LABOUR_LEVELS, wrong=0.012),
                "手机号码": c.phone(),
                "单位名称": c.employer_name(),
                "单位统一社会信用代码": c.employer_code(),
                "变更日期": c.on_day("ymd"),
                "data_source": c.constant("340200RSJ"),
                "cd_operation": c.extra("operation"),
                "cd_batch": c.extra("batch"),
                "cd_time": c.extra("time"),
            },
            arrives="02:10:00",
            late=0.06,
            names_in="姓名",
        ),
        "medins.insured": Extract(
            select=s.insured_patients,
            columns={
                "参保编号": c.serial("YB:9"),
                "证件号码": c.number(NumberHabits(decorated=0.0235, wrong=0.0072, another=0.0018, fifteen=1.5)),
                "姓名": c.name(),
                "性别": c.sex(c.SEX_WORD, wrong=0.002),
                "出生日期": c.birth("y-m-d", "ymd", "y/m/d", "y年m月d日"),
                "险种": c.extra("scheme"),
                "参保单位": lambda sheet: where(sheet.extra["working"], c.employer_name(wrong=0.004)(sheet), ""),
                "手机": c.phone(),
                "居住地址": c.residence(missing=0.46),
                "最近变更时间": c.on_day("clock"),
            },
            arrives="00:34:00",
            late=0.16,
            names_in="姓名",
            spreadsheet=True,
        ),
        "civil.elders": Extract(
            select=s.elders,
            columns={
                "编号": c.serial("LN:7"),
                "姓名": c.name(NameHabits(misheard=0.012, traditional=0.011)),
                "身份证号": c.number(
                    NumberHabits(missing=0.02, decorated=0.034, wrong=0.01, another=0.003, fifteen=2.0)
                ),
                "性别": c.sex(c.SEX_WORD),
                "出生年月日": c.birth("y/m/d"),
                "现住址": c.residence(),
                "电话": c.phone(relative=0.12),
                "更新日期": c.on_day("y/m/d"),
            },
            arrives="00:40:00",
            late=0.1,
            names_in="姓名",
        ),
        "fund.members": Extract(
            select=s.savers,
            columns={
                "grzh": c.serial("3402GJJ:7"),
                "xingming": c.name(NameHabits(misheard=0.006)),
                "zjhm": c.number(NumberHabits(decorated=0.012, wrong=0.007, another=0.0026, fifteen=2.0)),
                "csny": c.birth("y-m-d"),
                "hyzk": c.marital(_FUND_MARITAL),
                "sjhm": c.phone(),
                "dwmc": c.employer_name(wrong=0.002),
                "dwxydm": c.employer_code(missing=0.17, blank=None),
                "gxrq": c.on_day("y-m-d"),
            },
            arrives="00:46:00",
            late=0.1,
            names_in="xingming",
        ),
        "disabled.persons": Extract(
            select=s.disabled,
            columns={
                "编号": c.serial("CL:6"),
                "姓名": c.name(),
                "残疾人证号": c.extra("card"),
                "性别": c.sex(c.SEX_WORD),
                "残疾等级": c.extra("level"),
                "家庭住址": c.residence(),
                "联系电话": c.phone(missing=0.05, relative=0.04),
                "换证日期": c.on_day("y年m月d日"),
            },
            arrives="00:48:00",
            behind=62,
            late=0.1,
            names_in="姓名",
        ),
        "civil.lowincome": Extract(
            select=s.on_relief,
            columns={
                "成员编号": c.serial("DBR:6"),
                "家庭编号": c.extra("family"),
                "户主姓名": c.extra("head_name"),
                "成员姓名": c.name(),
                "身份证号": c.number(
                    NumberHabits(missing=0.008, decorated=0.03, wrong=0.015, fifteen=0.2), blank=(None,)
                ),
                "性别": c.sex(c.SEX_WORD),
                "与户主关系": c.relation,
                "残疾等级": c.extra("level"),
                "家庭住址": c.residence(),
                "联系电话": c.phone(missing=0.05, relative=0.05, blank=None),
                "月保障金": c.extra("amount"),
                "核定日期": c.on_day("y/m/d"),
            },
            arrives="01:38:00",
            late=0.1,
            names_in="成员姓名",
            spreadsheet=True,
        ),
        "edu.students": Extract(
            select=s.pupils,
            columns={
                "学籍号": c.serial("G3402:14"),
                "姓名": c.name(),
                "性别": c.sex(c.SEX_WORD),
                "民族": c.ethnicity(PEOPLES),
                "出生日期": c.birth("excel", off=0.001, impossible=0),
                "身份证件号": c.number(
                    NumberHabits(missing=0.016, decorated=0.03, wrong=0.015, another=0.003, fifteen=0), blank=(None,)
                ),
                "年级": c.extra("grade"),
                "家庭住址": c.residence(),
                "监护人": c.name(of="guardian"),
                "监护人电话": c.phone(of="guardian"),
                "信息更新日期": c.on_day("excel"),
            },
            arrives="01:42:00",
            late=0.06,
            names_in="姓名",
            spreadsheet=True,
            sheet_by="stage",
        ),
    }
)
