"""The desk's entries for the command centre."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from huimin.platform.identity.permissions import may, who_of
from huimin.platform.incidents.permissions import COMMAND, WATCH
from huimin.platform.incidents.queries.board import Commanded, sounding_alarms
from huimin.platform.ui.menu import MenuEntry, register


def _sounding(request: HttpRequest) -> int:
    """Alarms that this command post has to take: one read, since it stands on every page of the desk; watching alone takes none."""
    post = who_of(request).post
    if post is None or not may(request, COMMAND):
        return 0
    return len(sounding_alarms(Commanded(post=post.code, divisions=tuple(post.divisions))))


register(
    MenuEntry("desk", 30, _("指挥中心"), "command:board", WATCH, _sounding, _("案件实时总览、警报、地图和将到期的事。"))
)
register(MenuEntry("desk", 31, _("热点与专题"), "command:hot", WATCH, None, _("哪里、什么问题突然多起来；每周一题。")))
register(MenuEntry("desk", 32, _("值班表"), "command:duty", WATCH, None, _("现在谁在值班，接下来是谁。")))
register(
    MenuEntry(
        "desk",
        33,
        _("网格考评"),
        "command:evaluation",
        WATCH,
        None,
        _("按区域、部门、岗位的立案、派遣、处置、结案指标。"),
    )
)
