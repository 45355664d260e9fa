"""The city portal's entries; the home page of the citizens shows them under what is open to all."""

from django.utils.translation import gettext_lazy as _

from huimin.platform.identity.permissions import PUBLIC
from huimin.platform.ui.menu import MenuEntry, register

register(
    MenuEntry(
        "city",
        10,
        _("城市数据"),
        "city:home",
        PUBLIC,
        None,
        _("人口、老龄化、受教育程度、市场主体，各部门数据是否按时。"),
    )
)
register(MenuEntry("city", 20, _("开放数据"), "city:data", PUBLIC, None, _("统计表下载（CSV、JSON）和统计口径。")))
register(
    MenuEntry(
        "city", 16, _("城市管理公开"), "city:incidents", PUBLIC, None, _("各区县上报、立案、结案多少件，按期率多少。")
    )
)
register(
    MenuEntry("city", 15, _("办件公开"), "city:handling", PUBLIC, None, _("各事项收到和办结多少件、按时率、平均用时。"))
)
