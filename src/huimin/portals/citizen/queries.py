"""What the home page shows: everything comes from the menu, so that no link leads nowhere."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from huimin.platform.catalogue.queries.search import search
from huimin.platform.ui import menu
from huimin.platform.ui.search import holds, sounded

CITIZEN: Final = "citizen"
HOME: Final = "citizen:home"
MOST_GUIDES: Final = 12


@dataclass(frozen=True)
class Home:
    """The home page for one reader.

    `due` what waits for this reader, `services` what a citizen can do here, the guides that answer to the words first
    (`after_sign_in` tells which need it), `open_pages` what other portals show to all,
    `workplaces` the portals in which this reader works; `words` as searched, `found` whether anything matched.
    """

    words: str
    due: list[menu.ShownEntry]
    services: list[menu.ShownEntry]
    after_sign_in: list[menu.MenuEntry]
    open_pages: list[menu.ShownEntry]
    workplaces: list[menu.ShownEntry]

    @property
    def found(self) -> bool:
        """Whether there is anything to show."""
        return any((self.services, self.after_sign_in, self.open_pages, self.workplaces))


def home_of(request: HttpRequest, *, words: str = "") -> Home:
    """The home page for this reader, narrowed to the entries whose label or hint holds all the words, also by pinyin and initials."""
    own = [one for one in menu.entries_for(request, CITIZEN) if one.url != request.path]
    shown = {one.url for one in own}
    locked = [one for one in menu.entries(CITIZEN) if one.url_name != HOME and one.url not in shown]
    signed_in = request.user.is_authenticated
    others = [
        one
        for portal in sorted({e.portal for e in menu.entries()} - {CITIZEN})
        for one in menu.entries_for(request, portal)
    ]
    return Home(
        words=words.strip(),
        due=[one for one in own if one.count],
        services=[*_guides(words), *(one for one in own if _holds(one, words))],
        after_sign_in=[one for one in locked if _holds(one, words) and not signed_in],
        open_pages=[one for one in others if one.open_to_all and _holds(one, words)],
        workplaces=[one for one in others if not one.open_to_all and _holds(one, words)],
    )


def _guides(words: str) -> list[menu.ShownEntry]:
    """The services that answer to the words, best first, as entries that lead to their guides."""
    language = get_language() or ""
    return [
        menu.ShownEntry(
            label=found.service.item.names.text(language),
            url=reverse("catalogue:guide", args=[found.service.code]),
            count=None,
            current="",
            hint=found.service.item.abstract.text(language),
            open_to_all=True,
        )
        for found in search(words, most=MOST_GUIDES)
    ]


def _holds(entry: menu.ShownEntry | menu.MenuEntry, words: str) -> bool:
    return holds((sounded(2, str(entry.label)), sounded(1, str(entry.hint))), words)
