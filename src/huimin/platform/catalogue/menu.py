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
