"""The citizens' menu: the portal's home page, and the pages of identity, which stands below the menu and cannot enter itself."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from huimin.platform.identity.permissions import ACT_FOR_OTHERS, OWN_ACCOUNT, PUBLIC
from huimin.platform.ui.menu import MenuEntry, register

register(MenuEntry("citizen", 0, _("首页"), "citizen:home", PUBLIC))
register(
    MenuEntry(
        "citizen",
        70,
        _("家人和委托"),
        "identity:delegations",
        ACT_FOR_OTHERS,
        None,
        _("替孩子、父母或企业办事，或者请人代办。"),
    )
)
register(
    MenuEntry(
        "citizen",
        80,
        _("我的账户"),
        "identity:account",
        OWN_ACCOUNT,
        None,
        _("登录方式、两步验证、实名认证、已登录的设备。"),
    )
)
if settings.DEMO:
    register(
        MenuEntry(
            "citizen", 90, _("演示身份"), "identity:personas", PUBLIC, None, _("点一下，换一个合成人物登录看看。")
        )
    )
