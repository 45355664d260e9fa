"""The menu entries of incidents."""

from django.utils.translation import gettext_lazy as _

from huimin.platform.identity.permissions import PUBLIC
from huimin.platform.incidents.permissions import COMMAND, HOTLINE, READ
from huimin.platform.ui.menu import MenuEntry, register

register(
    MenuEntry(
        "citizen",
        35,
        _("随手拍"),
        "incidents:report",
        PUBLIC,
        None,
        _("路坏了、垃圾没人收：拍一张报上来，看办到哪了。"),
    )
)
register(
    MenuEntry("desk", 15, _("热线受理"), "incidents:hotline", HOTLINE, None, _("接12345来电：登记工单或当场答复。"))
)
register(MenuEntry("desk", 85, _("类别建议"), "incidents:suggestions", READ, None, _("类别建议有多准、采纳了多少。")))
register(
    MenuEntry(
        "desk", 86, _("转相邻地区"), "incidents:neighbours", COMMAND, None, _("把边界外的事转给相邻城市，跟踪办理。")
    )
)
