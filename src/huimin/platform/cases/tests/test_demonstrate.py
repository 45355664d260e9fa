"""A demonstration's cases come about by the real operations and stand in every state."""

import pytest
from django.utils import timezone

from huimin.cli.standing import establish
from huimin.kernel.identifiers.check_digits import citizen_check
from huimin.platform.cases.demonstrate import PATHS, take_in_some
from huimin.platform.cases.models import Case, Rating
from huimin.platform.cases.tests.test_walks import settle
from huimin.platform.registries.models import Person
from huimin.platform.registries.tests.factories import person

pytestmark = pytest.mark.django_db
BODIES = [f"340202198001011{order:02}" for order in range(30, 30 + len(PATHS))]


def test_cases_stand_in_every_state(settings, tmp_path) -> None:
    settings.HOME, settings.DEMO = tmp_path, True
    establish()
    at = timezone.now()
    for place, body in enumerate(BODIES):
        number = body + citizen_check(body)
        person(f"P10000000{place}", number=number, name=f"合成{'甲乙丙丁戊己庚辛'[place]}")
    residents = [f"person:{key}" for key in Person.objects.order_by("key").values_list("key", flat=True)]
    assert take_in_some(residents, at=at) == len(PATHS)
    settle(at)
    states = set(Case.objects.values_list("state", flat=True))
    assert set(Rating.objects.values_list("step", flat=True)) >= {"open"}, "there is a bad rating to verify"
    assert states == {"lodged", "accepted", "granted", "refused", "not_accepted"}
