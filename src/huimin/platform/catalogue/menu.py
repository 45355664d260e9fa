"""The citizens' line for the services."""

from django.utils.translation import gettext_lazy as _

from huimin.platform.identity.permissions import PUBLIC
from huimin.platform.ui.menu import MenuEntry, register

register(
    MenuEntry(
        "citizen",
        10,
        _("办事"),
        "catalogue:services",
        PUBLIC,
        None,
        _("找到要办的事：要什么材料、多少钱、多久、去哪里；生孩子、开店、退休一件事一次办。"),
    )
)
register(
    MenuEntry(
        "citizen",
        40,
        _("我能享受什么"),
        "catalogue:for_me",
        PUBLIC,
        None,
        _("按登记的信息看看您和家人符合哪些补贴、福利和事项的条件；不登录也能问。"),
    )
)
