"""The desk's menu entries of the grid."""

from django.utils.translation import gettext_lazy as _

from huimin.platform.grid.permissions import (
    ASSIGN,
    MANAGE_HANDSETS,
    MY_CELLS,
    PATROL_COVERAGE,
    PLAN_ROUNDS,
    READ_CELLS,
    READ_COMPONENTS,
    ROUNDS,
)
from huimin.platform.ui.menu import MenuEntry, register

register(
    MenuEntry(
        "desk", 66, _("手持终端"), "grid:handsets", MANAGE_HANDSETS, None, _("给网格员发绑定码；终端丢了在这里停用。")
    )
)
register(
    MenuEntry(
        "desk", 67, _("巡查覆盖"), "grid:patrol_coverage", PATROL_COVERAGE, None, _("哪些网格近期有人走到，哪些没有。")
    )
)
register(
    MenuEntry("desk", 61, _("我的网格"), "grid:my_cells", MY_CELLS, None, _("我负责的网格：范围、部件、单位和班次。"))
)
register(
    MenuEntry("desk", 62, _("一张图"), "grid:everything", READ_CELLS, None, _("网格和部件在一张底图上，旁边有列表。"))
)
register(
    MenuEntry(
        "desk", 63, _("网格分工"), "grid:command", ASSIGN, None, _("谁负责哪个网格，哪些网格无人负责，交接和排班。")
    )
)
register(
    MenuEntry(
        "desk",
        64,
        _("城市部件"),
        "grid:components",
        READ_COMPONENTS,
        None,
        _("查井盖、路灯、果皮箱等部件的位置、单位和状态。"),
    )
)
register(
    MenuEntry("desk", 68, _("我的探访"), "grid:rounds", ROUNDS, None, _("独居老人等该上门看望的人，快到期的在前。"))
)
register(
    MenuEntry(
        "desk", 69, _("探访进度"), "grid:rounds_overview", PLAN_ROUNDS, None, _("各街道该探访、已探访和逾期的户次。")
    )
)
