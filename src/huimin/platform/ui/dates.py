"""Dates, instants and money in words: 7月9日（周四）, 6月3日 14:05, ¥1,234.50."""

from datetime import date, datetime
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from huimin.kernel.money import Fen

WEEKDAYS: Final[tuple[Promise, ...]] = (
    pgettext_lazy("weekday", "周一"),
    pgettext_lazy("weekday", "周二"),
    pgettext_lazy("weekday", "周三"),
    pgettext_lazy("weekday", "周四"),
    pgettext_lazy("weekday", "周五"),
    pgettext_lazy("weekday", "周六"),
    pgettext_lazy("weekday", "周日"),
)


def _local(when: date) -> date:
    """An instant in the city's time; a day as it is."""
    return timezone.localtime(when) if isinstance(when, datetime) and timezone.is_aware(when) else when


def day(when: date) -> str:
    """`7月9日`."""
    # Translators: Django date format
    return date_format(_local(when), _("n月j日"))


def weekday(when: date) -> str:
    """`7月9日（周四）`."""
    return _("%(day)s（%(weekday)s）") % {"day": day(when), "weekday": WEEKDAYS[_local(when).weekday()]}


def full_day(when: date) -> str:
    """`2026年7月9日`."""
    # Translators: Django date format
    return date_format(_local(when), _("Y年n月j日"))


def moment(when: datetime) -> str:
    """`6月3日 14:05`, in the city's time."""
    return f"{day(when)} {_local(when):%H:%M}"


def as_of(when: date) -> str:
    """`2026-05-25`, or `2026-05-25 14:05` for an instant: how sources are dated."""
    local = _local(when)
    return f"{local:%Y-%m-%d %H:%M}" if isinstance(local, datetime) else local.isoformat()


def money(amount: Fen) -> str:
    """`¥1,234.50`."""
    return str(amount)
