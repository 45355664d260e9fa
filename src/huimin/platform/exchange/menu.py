"""The desk's menu entries of the exchange."""

from django.utils.translation import gettext_lazy as _

from huimin.platform.exchange.http.quarantine import held_count, waiting_count
from huimin.platform.exchange.permissions import CATALOGUE, DELIVER, OVERSEE, QUARANTINE, READ_SHARED, REQUEST
from huimin.platform.ui.menu import MenuEntry, register

register(
    MenuEntry("desk", 40, _("数据总览"), "exchange:overview", OVERSEE, None, _("各部门接入和更新的情况，过期的在前。"))
)
register(
    MenuEntry("desk", 41, _("交付"), "exchange:deliveries", DELIVER, held_count, _("每次交付的行数、退回和撤回。"))
)
register(
    MenuEntry("desk", 42, _("退回的行"), "exchange:quarantine", QUARANTINE, waiting_count, _("更正后重报，或放弃。"))
)
register(
    MenuEntry("desk", 43, _("上传文件"), "exchange:uploads", DELIVER, None, _("交付部门的文件，可离开后回来看进度。"))
)
register(MenuEntry("desk", 44, _("试映射"), "exchange:trial", DELIVER, None, _("看一个文件会变成什么样，不入库。")))
register(
    MenuEntry("desk", 45, _("资源目录"), "exchange:catalogue", CATALOGUE, None, _("查信息资源、信息项和怎样使用。"))
)
register(
    MenuEntry("desk", 46, _("数据需求"), "exchange:requests", REQUEST, None, _("申请别的部门的数据，看申请的进展。"))
)
register(
    MenuEntry(
        "desk", 47, _("共享给我的数据"), "exchange:shared_list", READ_SHARED, None, _("读取别的部门同意提供的数据。")
    )
)
