"""Writes of notifications: tell, read, give and take back an address, wish, send."""

from huimin.platform.notifications.operations.asking import (
    AddressTaken,
    CodeWrong,
    NotSent,
    TooManyCodes,
    ask_for_contact,
    confirm_contact,
    remove_contact,
)
from huimin.platform.notifications.operations.sending import send_due
from huimin.platform.notifications.operations.telling import Told, forget_old, tell, tell_of
from huimin.platform.notifications.operations.wishing import (
    BadLink,
    mark_all_read,
    mark_read,
    stop_topic,
    wish,
    written_link,
)

__all__ = [
    "AddressTaken",
    "BadLink",
    "CodeWrong",
    "NotSent",
    "Told",
    "TooManyCodes",
    "ask_for_contact",
    "confirm_contact",
    "forget_old",
    "mark_all_read",
    "mark_read",
    "remove_contact",
    "send_due",
    "stop_topic",
    "tell",
    "tell_of",
    "wish",
    "written_link",
]
