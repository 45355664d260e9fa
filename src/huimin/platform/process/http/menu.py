"""The desk's menu entries of this app."""

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from huimin.platform.identity.queries import actor_of
from huimin.platform.process import queries
from huimin.platform.process.permissions import INBOX, WORK
from huimin.platform.ui import menu


def due_count(request: HttpRequest) -> int:
    """How much in the reader's inbox calls for attention today."""
    return queries.menu_count(actor_of(request), on=timezone.localdate(), at=timezone.now())


menu.register(menu.MenuEntry("desk", 10, _("待办"), "process:inbox", INBOX, due_count, _("等我办的事，最急的在前。")))
menu.register(
    menu.MenuEntry("desk", 90, _("离岗交接"), "process:hand_over", WORK, None, _("离开岗位前，把手上的事交给同事。"))
)
menu.register(
    menu.MenuEntry("desk", 85, _("请假委托"), "process:absence", WORK, None, _("请假期间由同事代办，到期自动结束。"))
)
menu.register(
    menu.MenuEntry("desk", 80, _("电子监察"), "process:cards", INBOX, None, _("时限的黄牌、红牌和超期，说明与认定。"))
)
