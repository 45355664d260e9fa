"""The pages of the command centre: who may open them, what they show, and what they do."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from huimin.platform.identity.models import Account
from huimin.platform.incidents.models import Alarm, CheckIn, DutyTurn, Theme
from huimin.platform.incidents.operations import commanding
from huimin.platform.incidents.operations.tallying import tally_month_of_incidents
from huimin.platform.incidents.queries.evaluation import month_of
from huimin.platform.incidents.tests import factories as make
from huimin.platform.incidents.tests.conftest import city, people

__all__ = ["city", "people"]
pytestmark = [pytest.mark.django_db, pytest.mark.covers("G01", "G03")]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend=BACKEND)
    return client


@pytest.fixture
def centre(people):
    return signed_in(people.accounts["command"])


@pytest.fixture
def incident(people):
    return make.reported(urgent=True, at=timezone.now(), address="北京路12号门口")


PAGES = ("board", "duty", "hot", "themes", "evaluation")


def test_every_page_opens_for_a_command_post_and_for_nobody_else(people, centre):
    for name in PAGES:
        assert centre.get(reverse(f"command:{name}")).status_code == 200, name
        for stranger in ("worker", "police", "agent"):
            assert signed_in(people.accounts[stranger]).get(reverse(f"command:{name}")).status_code == 403, name


def test_the_board_shows_what_is_open_and_whose_alarm_sounds(people, centre, incident):
    commanding.raise_alarm(incident.number, actor=make.SYSTEM, at=timezone.now())
    page = centre.get(reverse("command:board"))
    assert incident.number in page.content.decode()
    assert "北京路12号门口" in page.content.decode()
    assert reverse("command:take", args=[incident.number]) in page.content.decode()
    elsewhere = signed_in(people.accounts["elsewhere"]).get(reverse("command:board")).content.decode()
    assert incident.number not in elsewhere
    taken = centre.post(reverse("command:take", args=[incident.number]))
    assert taken.status_code == 302
    assert Alarm.objects.get().taken_by == people.accounts["command"]


def test_the_map_asks_for_points_of_what_one_commands(people, centre, incident):
    box = {"bbox": "118.3,31.3,118.4,31.4"}
    (point,) = centre.get(reverse("command:points"), box).json()["features"]
    assert point["geometry"]["coordinates"] == [make.HERE[0], make.HERE[1]]
    assert point["properties"]["id"] == incident.number
    others = signed_in(people.accounts["elsewhere"]).get(reverse("command:points"), box).json()
    assert others["features"] == []
    assert centre.get(reverse("command:figures")).json()["figures"] == {"340202": 1}
    assert centre.get(reverse("command:points"), {"bbox": "x"}).status_code == 400


def test_a_turn_of_duty_is_written_shown_and_taken_back(people, centre):
    at = timezone.localtime() + timedelta(hours=2)
    given = {
        "who": people.accounts["command"].public_id,
        "starts_at": f"{at:%Y-%m-%dT%H:%M}",
        "ends_at": f"{at + timedelta(hours=8):%Y-%m-%dT%H:%M}",
        "telephone": "0553-12345",
    }
    assert centre.post(reverse("command:duty"), given).status_code == 302
    turn = DutyTurn.objects.get()
    assert people.accounts["command"].name in centre.get(reverse("command:duty")).content.decode()
    assert centre.post(reverse("command:duty"), {**given, "who": ""}).status_code == 400
    assert centre.post(reverse("command:take_back", args=[turn.pk])).status_code == 302
    assert not DutyTurn.objects.exists()


def test_a_room_is_called_entered_spoken_in_and_scored(people, centre, incident):
    number = incident.number
    police = signed_in(people.accounts["police"])
    assert police.get(reverse("command:room", args=[number])).status_code == 404
    assert centre.post(reverse("command:call", args=[number]), {"departments": ["gaj"]}).status_code == 302
    assert police.get(reverse("command:room", args=[number])).status_code == 200
    assert police.post(reverse("command:come", args=[number])).status_code == 302
    assert police.post(reverse("command:say", args=[number]), {"words": "已到现场"}).status_code == 302
    assert "已到现场" in centre.get(reverse("command:room", args=[number])).content.decode()
    assert police.post(reverse("command:score", args=[number, "gaj"]), {"score": 5}).status_code == 403
    assert centre.post(reverse("command:score", args=[number, "gaj"]), {"score": 5}).status_code == 302
    assert CheckIn.objects.get().score == 5
    assert centre.post(reverse("command:call", args=[number]), {}).status_code == 400


def test_a_theme_is_chosen_from_a_hot_spot_and_closed_on_evidence(people, centre):
    asked = {"place": make.CELL[:9], "topic": "05001", "goal": "校门口不再占道", "department": "cgj"}
    assert centre.get(reverse("command:choose"), asked).status_code == 200
    chosen = centre.post(reverse("command:choose"), asked)
    theme = Theme.objects.get()
    assert chosen.url == reverse("command:theme", args=[theme.number])
    assert "校门口不再占道" in centre.get(chosen.url).content.decode()
    assert centre.post(chosen.url, {"evidence": ""}).status_code == 400
    assert centre.post(chosen.url, {"evidence": "复查三次"}).status_code == 302
    assert signed_in(people.accounts["elsewhere"]).get(chosen.url).status_code == 404


@pytest.mark.covers("G02")
def test_evaluation_opens_down_to_the_incident(people, centre, incident):
    at = timezone.now()
    month = month_of(timezone.localdate(at))
    tally_month_of_incidents(month, at=at)
    page = centre.get(reverse("command:evaluation"), {"by": "street"}).content.decode()
    assert "立案率" in page
    behind = {"measure": "filing", "month": f"{month:%Y-%m}", "division": "340202"}
    assert centre.get(reverse("command:behind"), behind).status_code == 200
    assert centre.get(reverse("command:behind"), {**behind, "division": "340209"}).status_code == 404
    assert centre.get(reverse("command:behind"), {**behind, "measure": "nonsense"}).status_code == 404


def test_the_public_page_shows_finished_months_only_and_withholds_what_is_few(people):
    last = month_of(timezone.localdate()) - timedelta(days=1)
    at = timezone.now() - (timezone.localdate() - last)
    few = [make.reported(at=at, sender=f"test:{n}") for n in range(6)]
    make.reported(at=at, longitude=make.FAR[0])
    make.reported(at=timezone.now())
    for month in (month_of(last), month_of(timezone.localdate())):
        tally_month_of_incidents(month, at=timezone.now())
    page = Client().get(reverse("city:incidents"))
    assert page.status_code == 200
    said = page.context["page"]
    assert said.month == month_of(last)
    districts = {row[0]: row[1] for row in said.tables[0].rows}
    assert len(few) == 6
    assert set(districts.values()) == {"不公布", "7"}
