"""What a reporter finds again: his own reports, and the photos that he may see."""

from typing import TYPE_CHECKING, Final

from django.db.models import Q, QuerySet

from huimin.kernel.refusals import NotFound
from huimin.platform.incidents.models import Photo, Report
from huimin.platform.incidents.queries.following import find_report
from huimin.platform.incidents.rules import PhotoStage
from huimin.platform.journal.rules import digest

if TYPE_CHECKING:
    from huimin.platform.identity.models import Account

NEWEST_FIRST: Final = ("-received_at", "-id")


class NoSuchReport(NotFound):
    """No report is opened by this link."""

    zh = "没有找到这条上报，请核对链接。"
    en = "No report is found by this link; please check it."


def own_reports(*, account: "Account | None", browser: str) -> QuerySet[Report]:
    """What this account reported, or this browser where nobody is signed in; page it by NEWEST_FIRST."""
    reports = Report.objects.select_related("incident__lead", "incident__parent__lead")
    if account is not None:
        return reports.filter(account=account)
    return reports.filter(sender=str(digest(f"browser:{browser}"))) if browser else reports.none()


def access_report(token: str) -> Report:
    """The report that this link opens, with its incident. Raises NoSuchReport."""
    found = find_report(token)
    if found is None:
        raise NoSuchReport
    return found


def photos_for(report: Report) -> list[Photo]:
    """The photos that this reporter may see: his own, and those of afterwards; never another reporter's."""
    incident = report.incident.parent or report.incident
    seen = Q(incident=report.incident, report=report) | Q(incident=incident, stage=PhotoStage.AFTER)
    return list(Photo.objects.filter(seen).order_by("given_at", "id")[:18])


def access_photo(report: Report, public_id: str) -> Photo:
    """One of them. Raises NoSuchReport."""
    for photo in photos_for(report):
        if photo.public_id == public_id:
            return photo
    raise NoSuchReport
