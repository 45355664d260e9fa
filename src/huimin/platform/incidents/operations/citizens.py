"""What a citizen reports of his own accord, within what the city has declared of it."""

from datetime import datetime, timedelta
from typing import Final

from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.incidents.declarations.channels import reporting
from huimin.platform.incidents.models import Report
from huimin.platform.incidents.operations.reporting import Reported, report_incident
from huimin.platform.incidents.rules import NewReport
from huimin.platform.journal.rules import Actor, digest

_DAY: Final = timedelta(days=1)


class EnoughForToday(Refusal):
    """The account or browser has reported as often as the city takes in a day."""

    zh = "今天已经上报 {most} 次，请明天再报；紧急情况请拨打 110、119 或 120。"
    en = "You have reported {most} times today. Please go on tomorrow; in an emergency call 110, 119 or 120."
    status = 429


class NotAnonymously(BadInput):
    """The city wants to know who reports this."""

    zh = "这类问题需要留下姓名和电话，工作人员好与您核实。"
    en = "For this kind of problem we need your name and telephone number, so that we can ask you."


def report_as_citizen(*, report: NewReport, sender: str, actor: Actor, at: datetime) -> Reported:
    """Take in what a citizen reports. Raises EnoughForToday, NotAnonymously, and what `report_incident` raises."""
    declared = reporting()
    if report.anonymous and not declared.may_be_anonymous(report.class_code):
        raise NotAnonymously(field="phone")
    own = Report.objects.filter(sender=str(digest(sender)))
    most = declared.reports_a_day
    today = list(own.filter(received_at__gt=at - _DAY).values_list("key", flat=True)[:most])
    if len(today) >= most and report.key not in today:
        raise EnoughForToday(most=most)
    return report_incident(report=report, sender=sender, actor=actor, at=at)
