"""The menu entries of licences."""

from django.utils.translation import gettext_lazy as _

from huimin.platform.identity.permissions import PUBLIC
from huimin.platform.licences.permissions import MY_LICENCES, REGISTER
from huimin.platform.ui.menu import MenuEntry, register

register(
    MenuEntry(
        "citizen", 50, _("我的证照"), "licences:wallet", MY_LICENCES, None, _("出示证照、下载、做复印件，看谁用过。")
    )
)
register(MenuEntry("citizen", 60, _("核验证照"), "licences:check", PUBLIC, None, _("查一张证照是真是假、是否有效。")))
register(
    MenuEntry(
        "desk",
        55,
        _("本部门证照"),
        "licences:register",
        REGISTER,
        None,
        _("查本部门发的证照，暂扣、恢复、换发或收回。"),
    )
)
