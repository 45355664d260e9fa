"""What Open311 shows: public classes, and of an incident only what anybody may know."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from huimin.platform.incidents.declarations import ClassOf, standard
from huimin.platform.incidents.declarations.channels import open311
from huimin.platform.incidents.models import Incident, Open311Client, Open311Request, Report
from huimin.platform.incidents.rules import Channel, State

SPAN: Final = timedelta(days=90)
"""How far one question may reach, and how far it does where it does not say."""
MOST: Final = 1000
NEWEST_FIRST: Final = ("-reported_at", "-id")
ENDED: Final = (State.CLOSED, State.NOT_FILED, State.JOINED)
"""States that Open311 calls closed; what is void is not shown at all."""
_SALT: Final = "incidents.open311.key"
_LONG_NUMBER: Final = re.compile(r"\d(?:[\s-]?\d){6,}[Xx]?")
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def without_numbers(text: str) -> str:
    """The text without what may be somebody's: runs of seven digits and more, a letter at the end included, and e-mail addresses."""
    return _MAIL.sub("***", _LONG_NUMBER.sub("***", text))


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which requests are asked for; `status` is open, closed or empty for both."""

    codes: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    status: str = ""


def key_digests(key: str) -> list[str]:
    """What is kept of a key: keyed digests, under the installation's key first and then those that went before it."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [salted_hmac(_SALT, key, secret=secret, algorithm="sha256").hexdigest() for secret in secrets]


def find_open311_client(key: str) -> Open311Client | None:
    """The open client whose key this is."""
    if not key or len(key) > 200:
        return None
    return Open311Client.objects.filter(key_digest__in=key_digests(key), closed_at=None).first()


def sent_by(client: Open311Client, *, since: datetime, at_most: int) -> int:
    """How many requests the client has sent since then, counted to `at_most`."""
    return len(client.requests.filter(sent_at__gt=since).values_list("pk")[:at_most])


def public_classes() -> list[ClassOf]:
    """The classes of events that may be reported and seen by anybody, in the order of their codes."""
    withheld = set(open311().withheld)
    return [one for one in standard().events if one.code not in withheld]


def find_public_class(code: str) -> ClassOf | None:
    """The public class of this code."""
    return next((one for one in public_classes() if one.code == code), None)


def public_incidents() -> QuerySet[Incident]:
    """Incidents that anybody may know of."""
    shown = [one.code for one in public_classes()]
    found = Incident.objects.select_related("lead", "parent__lead")
    return found.filter(class_code__in=shown, kind="event").exclude(state=State.VOID)


def wanted_incidents(wanted: Wanted, *, at: datetime) -> QuerySet[Incident]:
    """The incidents asked for; page them by NEWEST_FIRST."""
    until = wanted.until or at
    since = wanted.since or until - SPAN
    found = public_incidents().filter(reported_at__gte=since, reported_at__lte=until)
    if wanted.codes:
        found = found.filter(class_code__in=wanted.codes)
    closed = Q(state__in=ENDED)
    return found.filter({"open": ~closed, "closed": closed}.get(wanted.status, Q()))


def numbered_incidents(numbers: Sequence[str]) -> QuerySet[Incident]:
    """The public incidents of these numbers; page them by NEWEST_FIRST."""
    return public_incidents().filter(number__in=numbers)


def said_by_programs(incidents: Sequence[Incident]) -> dict[int, Open311Request]:
    """What a program said that sent the first report of each of these incidents, by incident, in one read.

    Only who reports through Open311 knows that his words will be public; what others wrote stays in the house.
    """
    mine = [one.pk for one in incidents if one.channel == Channel.OPEN311]
    if not mine:
        return {}
    found = Open311Request.objects.select_related("report").filter(report__incident__in=mine, report__is_first=True)
    return {one.report.incident_id: one for one in found}


def find_request_by_token(token: str) -> Incident | None:
    """The incident of a request that was answered by a token."""
    found = Report.objects.select_related("incident").filter(token=token, open311__isnull=False).first()
    return found.incident if found else None
