"""What stands around every page: the city, who I am and for whom I act, the menu, and how I like to read."""

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from huimin.platform.identity.permissions import Who, who_of
from huimin.platform.ui import menu
from huimin.platform.ui.brand import Brand, brand, seal_url, tokens_url

ELDER_COOKIE: Final = "huimin_elder"
ON: Final = "1"
BAR: Final = 4
LINE: Final = 7


@dataclass(frozen=True)
class Frame:
    """The frame of one page for one reader."""

    brand: Brand
    seal_url: str
    tokens_url: str
    portal: str
    entries: list[menu.ShownEntry]
    bell: menu.ShownEntry | None
    who: str
    acting: str
    elder: bool
    demo: bool
    language: str
    account_url: str
    sign_in_url: str
    sign_out_url: str

    @property
    def bar(self) -> list[menu.ShownEntry]:
        """The first entries: the phone's bottom bar."""
        return self.entries[:BAR]

    @property
    def rest(self) -> list[menu.ShownEntry]:
        """The entries behind the bottom bar."""
        return self.entries[BAR:]

    @property
    def below(self) -> list[menu.ShownEntry]:
        """What the line below the top leads to: everything but the account and the messages, which stand at the top."""
        above = {self.account_url, *([self.bell.url] if self.bell else [])}
        return [entry for entry in self.entries if entry.url not in above]

    @property
    def line(self) -> list[menu.ShownEntry]:
        """The entries that stand on the line below the top: all where they are few, else the first of them."""
        return self.below if len(self.below) <= LINE + 1 else self.below[:LINE]

    @property
    def more(self) -> list[menu.ShownEntry]:
        """The entries that fold out at the end of the line."""
        return self.below[len(self.line) :]

    @property
    def is_desk(self) -> bool:
        """Desk portals carry a rail on the left, citizens' portals a line on top and a bar below."""
        return self.portal not in CITIZENS_PORTALS


CITIZENS_PORTALS: Final = frozenset({"citizen", "enterprise", "kiosk", "city"})


def frame_of(request: HttpRequest, portal: str = "") -> Frame:
    """The frame for this request; `portal` where the page itself says which, else by its address (`menu.portal_of`)."""
    shown_in = portal or menu.portal_of(request)
    who = who_of(request)
    entries = menu.entries_for(request, shown_in)
    return Frame(
        brand=brand(),
        seal_url=seal_url(),
        tokens_url=tokens_url(),
        portal=shown_in,
        entries=entries,
        bell=menu.find_bell(request, entries),
        who=name_words(who),
        acting=acting_words(who),
        elder=reads_as_elder(request),
        demo=settings.DEMO,
        language=get_language() or settings.LANGUAGE_CODE,
        account_url=_url_or_nothing("identity:account"),
        sign_in_url=_url_or_nothing("account_login"),
        sign_out_url=_url_or_nothing("account_logout"),
    )


def name_words(who: Who) -> str:
    """Who I am: the account's name, with department and title for an official; nothing for a guest."""
    english = (get_language() or "").startswith("en")
    post = [(f"{who.post.department.name_en}, {who.post.title_en}" if english else str(who.post))] if who.post else []
    return " · ".join([*([who.account.name] if who.account else []), *post])


def acting_words(who: Who) -> str:
    """For whom I act: `代 王某某（母亲）办理`; nothing when for myself."""
    acting = who.acting
    if acting is None:
        return ""
    details = {"name": acting.principal_name, "relation": acting.get_relation_display()}
    return _("代 %(name)s（%(relation)s）办理") % details


def reads_as_elder(request: HttpRequest) -> bool:
    """Whether the reader wants elder mode: what the account says when signed in, else the cookie of this device."""
    account = who_of(request).account
    return account.elder_mode if account else request.COOKIES.get(ELDER_COOKIE) == ON


def _url_or_nothing(name: str) -> str:
    """An address, or nothing where no such page is mounted: a link to nowhere is not shown."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
