"""The desk's entry for mediation."""

from django.utils.translation import gettext_lazy as _

from huimin.domains.community.permissions import MEDIATE
from huimin.platform.ui.menu import MenuEntry, register

register(
    MenuEntry(
        "desk", 40, _("纠纷调解"), "community:mediations", MEDIATE, None, _("登记、受理、调解纠纷，协议履行回访。")
    )
)
