"""The menu entries of cases, and their button on every guide."""

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from huimin.platform.cases.permissions import APPLY, INTAKE
from huimin.platform.cases.queries import waiting_cases
from huimin.platform.catalogue.ports import GuideAct, guide_acts
from huimin.platform.identity.queries import actor_of
from huimin.platform.ui.menu import MenuEntry, register


def _waiting(request: HttpRequest) -> int:
    """How many of the reader's cases wait for himself."""
    return len(waiting_cases(actor_of(request), at=timezone.now()))


register(
    MenuEntry("citizen", 25, _("我的办件"), "cases:mine", APPLY, _waiting, _("草稿、正在办的和办完的事，看办到哪了。"))
)
register(MenuEntry("desk", 25, _("窗口收件"), "cases:window", INTAKE, None, _("任何窗口都能收全市任何事项的件。")))
guide_acts.register("cases.apply", GuideAct(label=_("我要办"), url_name="cases:begin", posts=True))
