"""Hot spots of a week: places and topics with more incidents than the weeks before let expect; and the themes made of them."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncWeek
from django.utils import timezone

from huimin.kernel.refusals import NotFound
from huimin.platform.incidents.declarations.command import command
from huimin.platform.incidents.models import Incident
from huimin.platform.incidents.models.command import Theme
from huimin.platform.incidents.queries.board import Commanded
from huimin.platform.incidents.queries.evaluation import NOT_COUNTED
from huimin.platform.incidents.rules.hotspots import HotSpot, Spot, hot_spots

WEEK: Final = timedelta(days=7)
LEVELS: Final = {"street": 9, "cell": 15}
"""How closely places are told apart: the columns of an incident, and the digits of their codes."""
NEWEST_FIRST: Final = ("-week_on", "-id")


class NoSuchTheme(NotFound):
    """There is no such theme."""

    zh = "没有这个专题。"
    en = "There is no such theme."


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def instant_of(day: date) -> datetime:
    """The instant at which a day begins in the city's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def spots_of_week(monday: date, level: str, whose: Commanded, *, weeks: int | None = None) -> list[HotSpot]:
    """The hot spots of the week from a Monday on, at a level of LEVELS, in one statement over the weeks looked at."""
    weeks = weeks or command().hot_spot_weeks
    first = monday - weeks * WEEK
    found = (
        whose.within(Incident.objects.exclude(state__in=NOT_COUNTED))
        .filter(reported_at__gte=instant_of(first), reported_at__lt=instant_of(monday + WEEK))
        .exclude(class_code="")
        .exclude(**{level: ""})
        .annotate(week=TruncWeek("reported_at"))
        .values_list(level, "class_code", "week")
        .annotate(number=Count("pk"))
        .order_by()
    )
    now: dict[Spot, int] = {}
    before: dict[Spot, list[int]] = defaultdict(lambda: [0] * weeks)
    for place, topic, week, number in found:
        at = (timezone.localdate(week) - first).days // 7
        spot = Spot(place, topic)
        if at == weeks:
            now[spot] = number
        else:
            before[spot][at] = number
    return hot_spots(now, before, weeks=weeks)


def number_in_week(monday: date, *, place: str, topic: str) -> int:
    """How many incidents of a topic a place (empty: the city) had in a week."""
    found = Incident.objects.exclude(state__in=NOT_COUNTED).filter(
        reported_at__gte=instant_of(monday), reported_at__lt=instant_of(monday + WEEK), class_code__startswith=topic
    )
    column = next((name for name, digits in LEVELS.items() if len(place) == digits), "division")
    return (found.filter(**{column: place}) if place else found).count()


def themes(whose: Commanded) -> "QuerySet[Theme]":
    """The themes that one may see: those of one's districts and of the whole city; page them by NEWEST_FIRST."""
    found = Theme.objects.select_related("chosen_by")
    if whose.is_city:
        return found
    own = found.filter(place="")
    for division in whose.divisions:
        own = own | found.filter(place__startswith=division)
    return own


def access_theme(number: str, whose: Commanded) -> Theme:
    """A theme that one may see. Raises NoSuchTheme."""
    if theme := themes(whose).filter(number=number).first():
        return theme
    raise NoSuchTheme
