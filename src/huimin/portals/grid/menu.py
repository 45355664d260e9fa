"""The way from the desk to the worker's app."""

from django.utils.translation import gettext_lazy as _

from huimin.platform.grid.permissions import WORK
from huimin.platform.ui.menu import MenuEntry, register

register(
    MenuEntry(
        "desk", 65, _("网格随身办"), "handset:shell", WORK, None, _("上报、核实、核查、巡查、走访，没有网络也能用。")
    )
)
