"""What the home page shows: what waits for the reader, his cases, and the menu, so that no link leads nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from huimin.platform.bookings.queries import own_bookings
from huimin.platform.cases.queries import Glance, glances_of, own_cases, unrated_cases, waiting_cases
from huimin.platform.cases.queries.signing import Request, open_requests
from huimin.platform.catalogue.queries.search import search
from huimin.platform.identity.permissions import who_of
from huimin.platform.identity.queries import actor_of, delegations_to, get_account, offers_to
from huimin.platform.journal.rules import Actor
from huimin.platform.licences.queries import licence_name, own_licences
from huimin.platform.ui import menu
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.search import holds, sounded

if TYPE_CHECKING:
    from huimin.platform.bookings.models import Booking
    from huimin.platform.identity.models import Delegation
    from huimin.platform.licences.models import Licence

CITIZEN: Final = "citizen"
HOME: Final = "citizen:home"
MOST_GUIDES: Final = 12
CASES: Final = 3
FAMILY: Final = 8
ENDS_WITHIN: Final = timedelta(days=90)
"""A licence that ends within so many days is a thing to do."""


@dataclass(frozen=True, kw_only=True)
class OwnHome:
    """What is the reader's own, or of whom he acts for: what waits for him, ends soon or asks for his word; how his cases go.

    `others` are those for whom he may act: his family, his firms.
    """

    waiting: Sequence[Glance]
    requests: Sequence[Request]
    offers: "Sequence[Delegation]"
    ending: "Sequence[tuple[Licence, str]]"
    booked: "Sequence[Booking]"
    unrated: Sequence[Glance]
    cases: Sequence[Glance]
    others: "Sequence[Delegation]"

    @property
    def is_quiet(self) -> bool:
        """Whether nothing waits for him."""
        return not (self.waiting or self.requests or self.offers or self.ending or self.booked or self.unrated)


def own_home(actor: Actor, *, at: datetime) -> OwnHome:
    """What is the reader's own, in a fixed number of reads."""
    language, on = reader_language(), timezone.localdate(at)
    waiting = waiting_cases(actor, at=at)
    waits = {case.pk for case in waiting}
    newest = own_cases(actor, at=at).open().order_by("-lodged_at", "-id")[: CASES + len(waiting)]
    others = [case for case in newest if case.pk not in waits][:CASES]
    unrated = unrated_cases(actor, at=at)
    glances = glances_of([*waiting, *others, *unrated], language=language, on=on)
    ending = own_licences(actor, at=at).in_force(on).filter(valid_until__lte=on + ENDS_WITHIN)
    return OwnHome(
        waiting=glances[: len(waiting)],
        requests=open_requests(actor, at=at),
        offers=list(offers_to(actor.ref, at)[:CASES]),
        ending=[(licence, licence_name(licence.type, language)) for licence in ending.order_by("valid_until")[:CASES]],
        booked=list(own_bookings(actor, on=on)[:CASES]),
        unrated=glances[len(waiting) + len(others) :],
        cases=glances[len(waiting) : len(waiting) + len(others)],
        others=list(delegations_to(get_account(actor.ref), at)[:FAMILY]),
    )


@dataclass(frozen=True)
class Home:
    """The home page for one reader.

    `due` what waits for this reader, `services` what a citizen can do here, the guides that answer to the words first
    (`after_sign_in` tells which need it), `open_pages` what other portals show to all,
    `workplaces` the portals in which this reader works; `words` as searched, `found` whether anything matched; `own` what is his own,
    None for a guest, an official or whoever searches.
    """

    words: str
    own: OwnHome | None
    due: list[menu.ShownEntry]
    services: list[menu.ShownEntry]
    after_sign_in: list[menu.MenuEntry]
    open_pages: list[menu.ShownEntry]
    workplaces: list[menu.ShownEntry]

    @property
    def found(self) -> bool:
        """Whether there is anything to show."""
        return any((self.services, self.after_sign_in, self.open_pages, self.workplaces))


def home_of(request: HttpRequest, *, words: str = "", at: datetime) -> Home:
    """The home page for this reader, narrowed to the entries whose label or hint holds all the words, also by pinyin and initials."""
    own = [one for one in menu.entries_for(request, CITIZEN) if one.url != request.path]
    shown = {one.url for one in own}
    locked = [one for one in menu.entries(CITIZEN) if one.url_name != HOME and one.url not in shown]
    signed_in = request.user.is_authenticated
    others = [
        one
        for portal in sorted({e.portal for e in menu.entries()} - {CITIZEN, menu.ENTERPRISE})
        for one in menu.entries_for(request, portal)
    ]
    account = who_of(request).account
    is_own = not words.strip() and account is not None and account.kind == "citizen"
    return Home(
        words=words.strip(),
        own=own_home(actor_of(request), at=at) if is_own else None,
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
