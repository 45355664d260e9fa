"""The registries' lines in the menus."""

from django.utils.translation import gettext_lazy as _

from huimin.platform.registries.permissions import FIND_PLACES, MY_DATA, PLACES_COVERAGE, QUICK_QUERY, RECONCILE
from huimin.platform.ui.menu import MenuEntry, register

register(
    MenuEntry(
        "citizen",
        20,
        _("我的信息"),
        "registries:my_data",
        MY_DATA,
        None,
        _("看各部门登记了我的什么信息，来自哪里，不对的可以更正。"),
    )
)
register(
    MenuEntry(
        "citizen",
        25,
        _("谁看过我"),
        "registries:my_looks",
        MY_DATA,
        None,
        _("看谁在什么时候、为什么事查看过我的信息。"),
    )
)
register(
    MenuEntry(
        "desk",
        20,
        _("实名快速查询"),
        "registries:look_up",
        QUICK_QUERY,
        None,
        _("先说明用途，再按号码或姓名查询；每次查询都留痕。"),
    )
)
register(
    MenuEntry(
        "desk", 60, _("数据疑义"), "registries:disputes", RECONCILE, None, _("部门之间不一致的数据，请数源部门核实。")
    )
)
register(
    MenuEntry(
        "desk",
        25,
        _("查房屋地址"),
        "registries:places",
        FIND_PLACES,
        None,
        _("按地址找到房屋，看它在哪个网格、谁住在那里；每次查看都留痕。"),
    )
)
register(
    MenuEntry(
        "desk",
        65,
        _("地址与房屋"),
        "registries:places_coverage",
        PLACES_COVERAGE,
        None,
        _("地址认到了哪一级，哪些没认出来，多少房屋有网格。"),
    )
)
