"""Short messages after an act (role=status), with a way back where the act can be undone."""

from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

UNDO: Final = "undo:"


@dataclass(frozen=True)
class Toast:
    """A message as shown: its mark (`good`, `due`, `late`, `info`), and the address that undoes the act, by POST."""

    text: str
    mark: str
    undo_url: str


MARKS: Final = {"success": "good", "warning": "due", "error": "late"}


def say(request: HttpRequest, text: str, *, undo_url: str = "") -> None:
    """Tell the reader, on the next page shown, that something was done; `undo_url` is posted to by its undo button."""
    messages.success(request, text, extra_tags=f"{UNDO}{undo_url}" if undo_url else "")


def warn(request: HttpRequest, text: str) -> None:
    """Tell the reader, on the next page shown, that something needs attention."""
    messages.warning(request, text)


def toasts_for(request: HttpRequest) -> list[Toast]:
    """The waiting messages, taken out of storage."""
    return [_toast(message) for message in messages.get_messages(request)]


def _toast(message: Message) -> Toast:
    tags = (message.extra_tags or "").split()
    undo = next((tag.removeprefix(UNDO) for tag in tags if tag.startswith(UNDO)), "")
    return Toast(str(message.message), MARKS.get(message.level_tag, "info"), undo)
