"""The five rates and the counts in words, each with what it is counted of."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

RATES: Final[dict[str, Promise]] = {
    "acceptance": gettext_lazy("受理率"),
    "online": gettext_lazy("网办率"),
    "on_time": gettext_lazy("按时办结率"),
    "early": gettext_lazy("提前办结率"),
    "satisfaction": gettext_lazy("满意率"),
}
DEFINED: Final[dict[str, Promise]] = {
    "acceptance": gettext_lazy("本月提交的办件中，已受理的 ÷（已受理的＋不予受理的）。还没有答复的不算。"),
    "online": gettext_lazy("本月提交的办件中，不用到窗口或服务点的（网上、自助终端、免申即享）÷ 全部提交的。"),
    "on_time": gettext_lazy("本月作出决定、有总时限的办件中，在最后一天或以前决定的 ÷ 全部。停表的日子不计。"),
    "early": gettext_lazy("本月作出决定、有总时限的办件中，在最后一天以前决定的 ÷ 全部。"),
    "satisfaction": gettext_lazy("本月收到的评价中，非常满意、满意、基本满意的 ÷ 全部评价。"),
}
COUNTS: Final[dict[str, Promise]] = {
    "open": gettext_lazy("在办"),
    "due": gettext_lazy("将到期"),
    "late": gettext_lazy("超期"),
    "stopped": gettext_lazy("停表中"),
    "received": gettext_lazy("本月提交"),
    "finished": gettext_lazy("本月办结"),
    "days": gettext_lazy("平均用时"),
    "cards": gettext_lazy("未结监察卡"),
    "points": gettext_lazy("本月计分"),
}
