"""The menu entries of bookings."""

from django.utils.translation import gettext_lazy as _

from huimin.platform.bookings.permissions import BOOK, QUEUE
from huimin.platform.catalogue.ports import GuideAct, guide_acts
from huimin.platform.ui.menu import MenuEntry, register

register(MenuEntry("citizen", 55, _("预约窗口"), "bookings:mine", BOOK, None, _("约好时间再来，不用排队。")))
register(MenuEntry("desk", 30, _("窗口叫号"), "bookings:queue", QUEUE, None, _("取号、签到、叫下一位。")))
guide_acts.register(
    "bookings.book",
    GuideAct(label=_("预约窗口"), url_name="bookings:for_service", posts=False, offered=lambda item: item.bookable),
)
