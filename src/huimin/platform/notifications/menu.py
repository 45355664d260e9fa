"""The menu entries of notifications: one line, which is also the bell at the top of every page."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from huimin.platform.identity.permissions import who_of
from huimin.platform.notifications import queries
from huimin.platform.notifications.permissions import READ
from huimin.platform.ui.menu import MenuEntry, register


def unread(request: HttpRequest) -> int:
    """How many notices the reader has not read."""
    account = who_of(request).account
    return queries.unread_count(account) if account else 0


register(
    MenuEntry(
        "citizen",
        30,
        _("消息"),
        "notifications:mine",
        READ,
        unread,
        _("办件、证照、预约和我的信息有变化时的通知。"),
        bell=True,
    )
)
