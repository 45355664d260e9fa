"""A record that a department's system pushes is on its citizen's page as soon as the periodic jobs have had one turn: nobody reconciles.

How long that takes is measured by `benchmarks/push_to_visible.py`.
"""

import json

import pytest
from django.test import Client
from django.urls import reverse

from huimin.platform.exchange.tests.readers import token
from huimin.platform.journal import tasks as journal
from huimin.platform.registries import tasks as registries
from huimin.platform.registries.models import Build
from huimin.platform.registries.tests import factories as make
from huimin.platform.registries.tests.test_pages import signed_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
PUSHED = make.INSURED | {"手机号码": "13911112222", "变更日期": "2026-05-21", "cd_time": "2026-05-21 08:00:00"}


def turn() -> None:
    """One turn of the jobs that carry a delivery to the registries."""
    for jobs, name in ((journal.PERIODIC, "deliver"), (registries.PERIODIC, "refresh")):
        _, work = jobs[name]
        work()


@pytest.mark.covers("D01", "D20")
def test_a_pushed_record_is_visible_to_its_citizen_and_to_nobody_else_as_his(settings):
    settings.DEMO = True
    person = make.landed_city()
    mine, builds = signed_in(make.citizen(person.key)), Build.objects.count()

    def page() -> str:
        return mine.get(reverse("registries:my_data")).content.decode()

    assert "13800001234" in page()
    answer = Client().post(
        "/api/exchange/hrss.insured/records",
        json.dumps(PUSHED),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token('rsj')}", "Idempotency-Key": "k-1"},
    )
    assert (answer.status_code, answer.json()["landed"]) == (200, 1)
    turn()
    assert "13911112222" in page()
    assert "13800001234" not in page()
    assert Build.objects.count() == builds
    stranger = signed_in(make.citizen("P999999999", "李合成"))
    assert "13911112222" not in stranger.get(reverse("registries:my_data")).content.decode()
