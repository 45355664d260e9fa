"""The menu entries of cases, and their button on every guide."""

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from huimin.platform.cases.permissions import APPLY, INTAKE, OVERSEE, READ_RATINGS, STUCK
from huimin.platform.cases.queries import open_requests, waiting_cases
from huimin.platform.catalogue.ports import GuideAct, guide_acts
from huimin.platform.identity.permissions import PUBLIC
from huimin.platform.identity.queries import actor_of
from huimin.platform.ui.menu import MenuEntry, register


def _waiting(request: HttpRequest) -> int:
    """How many of the reader's cases wait for himself, and how many of others' for his signature."""
    actor, at = actor_of(request), timezone.now()
    return len(waiting_cases(actor, at=at)) + len(open_requests(actor, at=at))


register(
    MenuEntry("citizen", 25, _("我的办件"), "cases:mine", APPLY, _waiting, _("草稿、正在办的和办完的事，看办到哪了。"))
)
register(
    MenuEntry("citizen", 65, _("公示"), "cases:notices", PUBLIC, None, _("看正在公示的申请，在公示期内提出异议。"))
)
register(MenuEntry("desk", 25, _("窗口收件"), "cases:window", INTAKE, None, _("任何窗口都能收全市任何事项的件。")))
guide_acts.register("cases.apply", GuideAct(label=_("我要办"), url_name="cases:begin", posts=True))
register(
    MenuEntry(
        "citizen", 62, _("办不成事"), "cases:stuck", APPLY, None, _("该办的没办成，在这里说，由政务服务部门协调。")
    )
)
register(MenuEntry("desk", 82, _("好差评"), "cases:ratings_desk", READ_RATINGS, None, _("好评率和差评整改情况。")))
register(MenuEntry("desk", 83, _("办不成事"), "cases:stuck_desk", STUCK, None, _("群众反映办不成的事，办到哪了。")))
guide_acts.register(
    "cases.stuck", GuideAct(label=_("办不成？告诉我们"), url_name="cases:say_stuck_service", posts=False)
)
register(
    MenuEntry(
        "desk", 79, _("监察办件"), "cases:overseen", OVERSEE, None, _("在办、将到期、超期的办件，一件事的全过程。")
    )
)
