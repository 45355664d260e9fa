"""The firms' menu: the portal's own pages, and those of the citizens' pages that show a firm what is the firm's."""

from typing import Final

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from huimin.platform.cases.permissions import APPLY
from huimin.platform.cases.queries import waiting_cases
from huimin.platform.cases.queries.signing import open_requests
from huimin.platform.identity.permissions import ACT_FOR_OTHERS, PUBLIC
from huimin.platform.identity.queries import actor_of
from huimin.platform.licences.permissions import MY_LICENCES
from huimin.platform.registries.permissions import MY_DATA
from huimin.platform.ui.menu import ENTERPRISE, MenuEntry, register


def _waiting(request: HttpRequest) -> int:
    """How many of the firm's cases wait for it, and how many of others' for its signature."""
    actor, at = actor_of(request), timezone.now()
    return len(waiting_cases(actor, at=at)) + len(open_requests(actor, at=at))


# Order, label, page, permission, what is due, what can be done there. The first four are the phone's bottom bar.
PAGES: Final = (
    (0, _("企业首页"), "enterprise:home", ACT_FOR_OTHERS, None, ""),
    (10, _("办事"), "catalogue:services", PUBLIC, None, _("找到企业要办的事。")),
    (20, _("企业办件"), "cases:mine", APPLY, _waiting, _("草稿、正在办的和办完的事。")),
    (30, _("企业证照"), "licences:wallet", MY_LICENCES, None, _("出示、下载、做复印件，看谁用过。")),
    (40, _("企业信息"), "registries:my_data", MY_DATA, None, _("各部门登记了企业的什么信息，来自哪里。")),
    (45, _("谁看过企业信息"), "registries:my_looks", MY_DATA, None, _("谁在什么时候、为什么事查看过。")),
    (50, _("代办人"), "enterprise:agents", ACT_FOR_OTHERS, None, _("谁能替企业办事，办了什么；授权和收回。")),
    (60, _("电子印章"), "enterprise:seal", ACT_FOR_OTHERS, None, _("印章用在了哪里、由谁用的。")),
    (70, _("企业能享受什么"), "catalogue:for_me", PUBLIC, None, _("按登记的信息看企业符合哪些事项的条件。")),
    (90, _("换一家企业"), "identity:delegations", ACT_FOR_OTHERS, None, _("换一家企业，或者回到办自己的事。")),
)

for order, label, page, permission, count, hint in PAGES:
    register(MenuEntry(ENTERPRISE, order, label, page, permission, count, hint))
