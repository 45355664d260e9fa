"""What the guide says in words: limits, handling, how a material is met, fees."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from huimin.kernel.codes import code_list
from huimin.kernel.refusals import Refusal
from huimin.platform.catalogue.declarations.items import Duration, Material, MetBy, Place, ServiceItem
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.catalogue.library import department_of, licence_types
from huimin.platform.catalogue.rules.situations import Need
from huimin.platform.registries.fields import department_name
from huimin.platform.ui.pieces import Answer

WAYS: Final[dict[str, Promise]] = {
    "licence": gettext_lazy("免提交：用电子证照"),
    "fact": gettext_lazy("免提交：城市已有登记"),
    "promise": gettext_lazy("签承诺书即可"),
    "upload": gettext_lazy("上传照片或文件"),
    "original": gettext_lazy("带原件到窗口核验"),
}


def limit(duration: Duration) -> str:
    """`10个工作日`, `30天`, `当场办结`."""
    if duration.amount == 0:
        return _("当场办结")
    if duration.unit == "days":
        return ngettext("%(n)d天", "%(n)d天", duration.amount) % {"n": duration.amount}
    return ngettext("%(n)d个工作日", "%(n)d个工作日", duration.amount) % {"n": duration.amount}


def body(service: Service, language: str) -> str:
    """The department that decides, or that the district's government does."""
    try:
        return department_name(department_of(service.item.body), language)
    except Refusal:
        return _("办件所在区县人民政府")


def visits(item: ServiceItem) -> str:
    """How often one must come."""
    if item.visits.count == 0:
        return _("不用跑（全程网上办）") if item.online_depth == "4" else _("不用跑")
    return ngettext("最多跑%(n)d次", "最多跑%(n)d次", item.visits.count) % {"n": item.visits.count}


def fee(item: ServiceItem) -> str:
    """Whether anything is charged."""
    return _("按情形收费") if item.fee.lines else _("不收费")


def codes(name: str, values: tuple[str, ...], language: str) -> str:
    """The labels of codes, one after the other."""
    return ("、" if language.startswith("zh") else ", ").join(
        code_list(name).label(value, language) for value in values
    )


def way(met: MetBy, language: str) -> str:
    """One way of meeting a material."""
    said = str(WAYS[met.how])
    kind = licence_types().get(met.licence or "")
    return _("%(way)s（%(licence)s）") % {"way": said, "licence": kind.names.text(language)} if kind else said


def ways(material: Material, language: str) -> list[str]:
    """All ways, the easiest first."""
    return [way(met, language) for met in material.met_by]


def needed(need: Need) -> str:
    """Whether a material must be there, may come later, or depends on something not answered."""
    if not need.certain:
        return _("看情形，可能需要")
    if need.may_be_later and need.material.supply_within:
        return _("可以后补，%(limit)s内") % {"limit": limit(need.material.supply_within)}
    if need.material.met_by[0].how in {"licence", "fact"}:
        return _("通常不用您提交")
    return _("需要") if need.material.necessity == "1" else _("有就提供")


def place(one: Place, language: str) -> list[Answer]:
    """A counter as lines."""
    return [
        Answer(question=_("地址"), answer=one.address.text(language)),
        Answer(question=_("时间"), answer=one.hours.text(language)),
        Answer(question=_("电话"), answer=one.phone + (_("（演示号码）") if one.synthetic else "")),
    ]
