"""The words of the catalogue and of deliveries, in the reader's language."""

from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from huimin.platform.exchange.catalogue import Difference, Entry, entries
from huimin.platform.exchange.declarations import Item, Names, Resource
from huimin.platform.exchange.models import DataRequest, Delivery, QuarantinedRow, UploadJob
from huimin.platform.exchange.rules import RETURNED_WHOLE, Way

SHARES: Final = {"open": _("无条件共享"), "conditional": _("有条件共享"), "withheld": _("不予共享")}
FORMATS: Final = {
    "file": _("电子文件"),
    "spreadsheet": _("电子表格"),
    "database": _("数据库"),
    "service": _("服务接口"),
}
CYCLES: Final = {
    "realtime": _("实时"),
    "daily": _("每日"),
    "weekly": _("每周"),
    "monthly": _("每月"),
    "quarterly": _("每季度"),
    "yearly": _("每年"),
}
SUBJECTS: Final = {"person": _("人"), "organisation": _("组织"), "person_or_organisation": _("人或组织")}
ABSENCES: Final = {"unknown": _("查不到不说明没有"), "means_no": _("查不到即为没有")}
TYPES: Final = {
    "text": _("文字"),
    "code": _("代码"),
    "date": _("日期"),
    "count": _("整数"),
    "number": _("数值"),
    "truth": _("是否"),
    "citizen_id": _("公民身份号码"),
    "uscc": _("统一社会信用代码"),
    "person_name": _("姓名"),
    "organisation_name": _("单位名称"),
    "holder_name": _("户名（人或单位）"),
    "phone": _("电话"),
    "address": _("地址"),
    "industry": _("行业代码"),
}
DOMAINS: Final = {
    "social_security": _("社会保障"),
    "health": _("健康"),
    "education": _("教育"),
    "eldercare": _("养老"),
    "employment": _("就业"),
    "food_drug": _("食品药品安全"),
    "public_safety": _("公共安全"),
    "community": _("社区服务"),
    "household": _("家庭服务"),
    "integrated": _("综合"),
}
CLASSES: Final = {
    "基础信息资源": _("基础信息资源"),
    "主题信息资源": _("主题信息资源"),
    "部门信息资源": _("部门信息资源"),
    "人口": _("人口"),
    "法人": _("法人"),
    "自然资源和空间地理": _("自然资源和空间地理"),
    "社会保障": _("社会保障"),
    "健康保障": _("健康保障"),
    "公共服务": _("公共服务"),
    "社区治理": _("社区治理"),
    "信用体系": _("信用体系"),
}
WAYS: Final = {
    Way.LOOK_UP: _("按号码逐条核对"),
    Way.READ: _("逐页读取（页面或接口）"),
    Way.FILE: _("下载文件"),
}
REQUEST_MARKS: Final = {
    DataRequest.State.OPEN: "next",
    DataRequest.State.GRANTED: "good",
    DataRequest.State.REFUSED: "stopped",
    DataRequest.State.ENDED: "stopped",
}
STATES: Final = {
    Delivery.State.STANDING: _("已入库"),
    Delivery.State.HELD: _("待确认"),
    Delivery.State.REPEATED: _("重复送达"),
    Delivery.State.WITHDRAWN: _("已撤回"),
}
STATE_MARKS: Final = {
    Delivery.State.STANDING: "good",
    Delivery.State.HELD: "due",
    Delivery.State.REPEATED: "info",
    Delivery.State.WITHDRAWN: "stopped",
}
MODES: Final = {Delivery.Mode.FULL: _("全量"), Delivery.Mode.INCREMENT: _("增量")}
ROW_STATES: Final = {
    QuarantinedRow.State.WAITING: _("待更正"),
    QuarantinedRow.State.RESUBMITTED: _("已更正重报"),
    QuarantinedRow.State.DISMISSED: _("已放弃"),
}
JOB_STATES: Final = {
    UploadJob.State.WAITING: _("排队中"),
    UploadJob.State.RUNNING: _("正在入库"),
    UploadJob.State.LANDED: _("已处理"),
    UploadJob.State.FAILED: _("未入库"),
}
RULES: Final = {
    "truncated": _("内容截断"),
    "control_character": _("控制字符"),
    "no_record_id": _("缺记录号"),
    "scientific_number": _("科学计数法"),
    "over_long_field": _("字段超长"),
    "dated_after_delivery": _("时点晚于基准日"),
}
ATTRIBUTES: Final = {
    "names.zh": _("名称"),
    "names.en": _("英文名称"),
    "zh": _("名称"),
    "en": _("英文名称"),
    "classification": _("分类"),
    "abstract.zh": _("摘要"),
    "abstract.en": _("英文摘要"),
    "format": _("格式"),
    "share": _("共享类型"),
    "share_condition.zh": _("共享条件"),
    "share_condition.en": _("英文共享条件"),
    "open": _("是否开放"),
    "cycle": _("更新周期"),
    "subject": _("描述对象"),
    "absence": _("查不到的含义"),
    "department": _("提供部门"),
    "type": _("类型"),
    "codes": _("代码表"),
    "feeds": _("对应登记项"),
}
TRUTHS: Final = {"true": _("是"), "false": _("否")}
_VALUES: Final[Mapping[str, Mapping[str, Promise]]] = {
    "format": FORMATS,
    "share": SHARES,
    "cycle": CYCLES,
    "subject": SUBJECTS,
    "absence": ABSENCES,
    "type": TYPES,
    "open": TRUTHS,
}


def is_english() -> bool:
    """Whether the reader reads English."""
    return (get_language() or "").startswith("en")


def named(names: Names | Item) -> str:
    """A declared name in the reader's language."""
    return names.en if is_english() else names.zh


def class_words(entry: Entry) -> str:
    """基础信息资源 / 人口."""
    return " / ".join(str(CLASSES.get(part, part)) for part in entry.classes)


def domain_word(domain: str) -> str:
    """A domain's name; the folder's where nobody has named it."""
    return str(DOMAINS.get(domain, domain))


def department_word(code: str) -> str:
    """A department's name, by the code that deliveries carry."""
    known = next((entry for entry in entries().values() if entry.department == code), None)
    return (known.department_en if is_english() else known.department_zh) if known else code


def resource_word(code: str) -> str:
    """A resource's name; the code where it is no longer declared."""
    entry = entries().get(code)
    return named(entry.resource.names) if entry else code


def item_word(resource: Resource | None, item: str) -> str:
    """An item's name; the code where it is no longer declared."""
    declared = resource.items.get(item) if resource else None
    return named(declared) if declared else item


def share_words(resource: Resource, item: Item) -> str:
    """The share type of an item: its own, or the resource's."""
    return str(SHARES[item.share or resource.share])


def rule_sentence(rule: str) -> str:
    """Why a row goes back and what to do about it; the rule's code where it is no longer in force."""
    return RETURNED_WHOLE[rule][1 if is_english() else 0] if rule in RETURNED_WHOLE else rule


def rule_word(rule: str) -> str:
    """Why a row goes back, in a word."""
    return str(RULES.get(rule, rule))


def problem_sentence(job: UploadJob) -> str:
    """Why a file was not landed, in the reader's language; nothing for one that was."""
    return str(job.problem.get("en" if is_english() else "zh", ""))


def _value_word(attribute: str, value: str) -> str:
    return str(_VALUES.get(attribute, {}).get(value, value)) or "—"


def difference_words(
    differences: Iterable[Difference], *resources: Resource | None
) -> list[tuple[str, str, str, str, str]]:
    """What differs as (what, kind, attribute, before, after), in words; item names from the first resource that knows them."""
    kinds = {"added": _("新增"), "removed": _("删除"), "changed": _("修改")}
    return [
        (
            next((item_word(one, found.item) for one in resources if one and found.item in one.items), found.item),
            str(kinds[found.kind]),
            str(ATTRIBUTES.get(found.attribute, found.attribute)),
            _value_word(found.attribute, found.before),
            _value_word(found.attribute, found.after),
        )
        for found in differences
    ]
