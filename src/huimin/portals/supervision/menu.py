"""The desk's entry for the board."""

from django.utils.translation import gettext_lazy as _

from huimin.platform.cases.permissions import OVERSEE
from huimin.platform.ui.menu import MenuEntry, register

register(MenuEntry("desk", 78, _("监察总览"), "supervision:board", OVERSEE, None, _("全市办件、五率和监察卡，实时。")))
