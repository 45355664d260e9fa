"""Whom notices of an incident are for, and what they say of it: its class and number. Nothing else of it leaves the house."""

from typing import Final

from huimin.kernel.refusals import CHINESE, ENGLISH
from huimin.platform.incidents.models import Incident
from huimin.platform.incidents.queries.suggesting import class_name
from huimin.platform.notifications.operations import Told
from huimin.platform.notifications.queries import Reader

MOST: Final = 200
MINE: Final = "/report/mine/"
_UNNAMED: Final = {CHINESE: "您反映的问题", ENGLISH: "what you reported"}


def told_of_incident(incident: Incident) -> Told:
    """Everybody who reported it with an account, and the placeholders `matter` and `number` in both languages.

    The page is the list of one's own reports: a link to one of them is its key, and does not travel in messages.
    """
    reports = incident.reports.select_related("account").filter(account__isnull=False).order_by("id")[:MOST]
    accounts = {one.account.pk: one.account for one in reports if one.account is not None}
    names = {
        language: class_name(incident.class_code, language, incident.standard_ref) or _UNNAMED[language]
        for language in (CHINESE, ENGLISH)
    }
    return Told(
        to=[Reader(account) for account in accounts.values()],
        about=incident.reference,
        page=MINE,
        values={language: {"matter": names[language], "number": incident.number} for language in names},
    )
