"""The desk's entries for identity's pages, which stand below the menu and cannot enter themselves."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from huimin.platform.identity import permissions
from huimin.platform.ui.menu import MenuEntry, register

# Order, label, page, permission, what can be done there.
PAGES: Final = (
    (50, _("窗口核验"), "identity:window", permissions.CHECK_DOCUMENTS, _("核对证件，帮居民开通或找回账号。")),
    (51, _("登记委托"), "identity:window_delegation", permissions.REGISTER_DELEGATIONS, _("登记监护和委托关系。")),
    (70, _("借用权限"), "identity:power", permissions.BORROW_POWER, _("说明理由，限时借用管理权限，全程留痕。")),
    (71, _("工作人员账号"), "identity:officials", permissions.MANAGE_ACCOUNTS, _("开通、停用工作人员账号。")),
    (72, _("岗位任职"), "identity:holdings", permissions.MANAGE_POSTS, _("谁在哪个岗位，从何时到何时。")),
    (
        73,
        _("授权"),
        "identity:grants",
        permissions.MANAGE_GRANTS,
        _("哪个岗位可看哪些信息项，依据是什么，到何时为止。"),
    ),
    (74, _("部门系统"), "identity:clients", permissions.MANAGE_CLIENTS, _("部门系统的接入凭据。")),
)

for order, label, page, permission, hint in PAGES:
    register(MenuEntry("desk", order, label, page, permission, None, hint))
