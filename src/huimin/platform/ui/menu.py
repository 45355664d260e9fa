"""The one menu: every page that can be reached from a frame is registered here, by the app it belongs to.

A portal renders `entries_for(request, its name)` and imports nobody. Register in an app's room
`menu.py`, which is imported when the program starts:

    register(MenuEntry("citizen", 20, gettext_lazy("我的信息"), "registries:my_data", "registries.my_data"))
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.http import HttpRequest
from django.urls import reverse

from huimin.kernel.registry import Registry
from huimin.platform.identity.permissions import PUBLIC, may, who_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

CITIZEN: Final = "citizen"
ENTERPRISE: Final = "enterprise"


@dataclass(frozen=True)
class MenuEntry:
    """One line of a portal's menu.

    `portal` citizen, window, desk, city … · `order` ascending; the first four of `citizen` are the phone's bottom bar ·
    `label` lazily translated · `url_name` reversible without arguments · `permission` as the view declares it, or `public` ·
    `count` what is due for this reader (asked once a page, so it must be one cheap, capped query) · `hint` one sentence that
    says what can be done there, shown on the home page and searched there · `bell` at the top of every portal's pages too.
    """

    portal: str
    order: int
    label: "str | _StrPromise"
    url_name: str
    permission: str
    count: Callable[[HttpRequest], int] | None = None
    hint: "str | _StrPromise" = ""
    bell: bool = False

    @property
    def url(self) -> str:
        """The address of the page. Raises `NoReverseMatch` where the URL is not mounted (a start-up check reports it)."""
        return reverse(self.url_name)


@dataclass(frozen=True)
class ShownEntry:
    """A menu entry as one reader sees it: `current` is `page` on the page itself, `true` below it, else empty."""

    label: str
    url: str
    count: int | None
    current: str
    hint: str
    open_to_all: bool


_entries: Final[Registry[MenuEntry]] = Registry("menu entries")


def register(entry: MenuEntry) -> None:
    """Add an entry. Raises `RegisteredTwice` when its portal already has one for the same page."""
    _entries.register(f"{entry.portal} {entry.url_name}", entry)


def entries(portal: str | None = None) -> list[MenuEntry]:
    """All entries, or those of one portal, in order; who may see them is not asked here."""
    chosen = (entry for entry in _entries if portal in (None, entry.portal))
    return sorted(chosen, key=lambda entry: (entry.portal, entry.order, entry.url_name))


def may_open(request: HttpRequest, entry: MenuEntry) -> bool:
    """Whether this reader holds the permission of the entry's page: the same question that the view itself asks."""
    return may(request, entry.permission)


def entries_for(request: HttpRequest, portal: str) -> list[ShownEntry]:
    """The entries of a portal that this reader may open, in order, with counts and with the current one marked."""
    return [_shown(request, entry) for entry in entries(portal) if may_open(request, entry)]


def find_bell(request: HttpRequest, shown: list[ShownEntry]) -> ShownEntry | None:
    """The entry that stands at the top of every page, for a reader who may open it; the one among `shown` is not counted again."""
    entry = next((one for one in _entries if one.bell and may_open(request, one)), None)
    if entry is None:
        return None
    return next((one for one in shown if one.url == entry.url), None) or _shown(request, entry)


def portal_of(request: HttpRequest) -> str:
    """The portal whose menu a page shows: that of the entry whose address is the longest beginning of the page's own.

    A page below no entry belongs to the citizens; who acts for a firm sees the citizens' pages in the firm's own portal.
    """
    held = [entry for entry in entries() if may_open(request, entry) and request.path.startswith(entry.url)]
    portal = max(held, key=lambda entry: len(entry.url)).portal if held else CITIZEN
    acting = who_of(request).acting
    return ENTERPRISE if portal == CITIZEN and acting is not None and acting.is_for_a_firm else portal


def _shown(request: HttpRequest, entry: MenuEntry) -> ShownEntry:
    url = entry.url
    here = {True: "page", False: "true" if url != "/" and request.path.startswith(url) else ""}[request.path == url]
    return ShownEntry(
        label=str(entry.label),
        url=url,
        count=entry.count(request) if entry.count else None,
        current=here,
        hint=str(entry.hint),
        open_to_all=entry.permission == PUBLIC,
    )
