"""An incident goes to a neighbour's Open311 endpoint, which is our own server here; what went wrong is tried again."""

from datetime import timedelta

import pytest

from huimin.platform.incidents.http import open311 as pages
from huimin.platform.incidents.models import Forwarding, Incident
from huimin.platform.incidents.operations.open311 import (
    MOST_TRIES,
    ForwardedAlready,
    NoSuchNeighbour,
    forward_incident,
    register_open311_client,
    send_and_ask,
)
from huimin.platform.incidents.tests import factories as make
from huimin.platform.incidents.tests.browsers import signed_in

pytestmark = [pytest.mark.covers("G01")]
NEIGHBOUR = "xuancheng"
STEP = timedelta(hours=7)


@pytest.fixture(autouse=True)
def _calm():
    pages._reads.forget()


@pytest.fixture
def next_door(live_server, city, monkeypatch):
    """A neighbour that is this very server."""
    _, key = register_open311_client(name="邻市", actor=make.SYSTEM, at=make.NOW)
    monkeypatch.setenv("HUIMIN_NEIGHBOUR_XUANCHENG_URL", f"{live_server.url}/open311/v2")
    monkeypatch.setenv("HUIMIN_NEIGHBOUR_XUANCHENG_KEY", key)
    return key


def standing():
    row = Forwarding.objects.get()
    return row.standing, row.problem


@pytest.mark.django_db(transaction=True)
def test_it_is_sent_after_the_commit_and_asked_after_until_it_is_closed(next_door, people):
    mine = make.reported(actor=people.worker, description="坑，电话13912345678")
    forward_incident(mine.number, neighbour=NEIGHBOUR, actor=people.command, at=make.NOW)
    assert standing() == ("waiting", "")
    assert send_and_ask(at=make.NOW) == 1
    row = Forwarding.objects.get()
    theirs = Incident.objects.get(number=row.remote_id)
    assert (row.standing, theirs.channel, theirs.class_code) == ("sent", "open311", make.CLASS)
    assert "13912345678" not in theirs.description
    assert send_and_ask(at=make.NOW) == 0, "not before its time"
    Incident.objects.filter(pk=theirs.pk).update(state="not_filed", ended_at=make.NOW)
    assert send_and_ask(at=make.NOW + STEP) == 1
    row.refresh_from_db()
    assert (row.standing, row.remote_notes, row.next_at) == ("closed", "未予受理", None)
    with pytest.raises(ForwardedAlready):
        forward_incident(mine.number, neighbour=NEIGHBOUR, actor=people.command, at=make.NOW)


@pytest.mark.django_db(transaction=True)
def test_sent_again_after_an_answer_was_lost_it_is_one_there(next_door, people):
    mine = make.reported(actor=people.worker)
    row = forward_incident(mine.number, neighbour=NEIGHBOUR, actor=people.command, at=make.NOW)
    send_and_ask(at=make.NOW)
    first = Forwarding.objects.get().remote_id
    Forwarding.objects.filter(pk=row.pk).update(standing="waiting", remote_id="", next_at=make.NOW)
    send_and_ask(at=make.NOW)
    assert Forwarding.objects.get().remote_id == first
    assert Incident.objects.filter(channel="open311").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_key_that_is_refused_is_a_persons_to_settle(next_door, people, monkeypatch):
    monkeypatch.setenv("HUIMIN_NEIGHBOUR_XUANCHENG_KEY", "wrong")
    mine = make.reported(actor=people.worker)
    forward_incident(mine.number, neighbour=NEIGHBOUR, actor=people.command, at=make.NOW)
    send_and_ask(at=make.NOW)
    assert standing() == ("failed", "http_403")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("url", "problem"),
    [("http://127.0.0.1:9/open311/v2", "no_answer"), ("file:///etc/passwd", "bad_address")],
)
def test_what_does_not_answer_is_tried_again_and_then_left_to_people(people, monkeypatch, url, problem):
    monkeypatch.setenv("HUIMIN_NEIGHBOUR_XUANCHENG_URL", url)
    mine = make.reported(actor=people.worker)
    forward_incident(mine.number, neighbour=NEIGHBOUR, actor=people.command, at=make.NOW)
    at = make.NOW
    for tries in range(1, MOST_TRIES + 1):
        assert standing()[0] == "waiting"
        assert send_and_ask(at=at) == 1
        assert Forwarding.objects.get().tries == tries
        at += STEP
    assert standing() == ("failed", problem)
    assert send_and_ask(at=at) == 0
    forward_incident(mine.number, neighbour=NEIGHBOUR, actor=people.command, at=at)
    assert standing() == ("waiting", "")


@pytest.mark.django_db
def test_what_is_not_connected_yet_waits(people):
    mine = make.reported(actor=people.worker)
    forward_incident(mine.number, neighbour=NEIGHBOUR, actor=people.command, at=make.NOW)
    for tries in range(2 * MOST_TRIES):
        assert send_and_ask(at=make.NOW + tries * STEP) == 1
    assert standing() == ("waiting", "not_connected")


@pytest.mark.django_db
def test_only_what_a_neighbour_takes_is_handed_to_it(people):
    mine = make.reported(actor=people.worker, class_code="05001")
    for neighbour in (NEIGHBOUR, "nowhere"):
        with pytest.raises(NoSuchNeighbour):
            forward_incident(mine.number, neighbour=neighbour, actor=people.command, at=make.NOW)


@pytest.mark.django_db
def test_the_command_centre_hands_over_and_sees_how_it_stands(people):
    mine = make.reported(actor=people.worker)
    desk = signed_in(people.command)
    assert "还没有接通" in desk.get("/desk/neighbours/").content.decode()
    assert desk.post("/desk/neighbours/", {"number": mine.number, "neighbour": NEIGHBOUR}).status_code == 302
    assert mine.number in desk.get("/desk/neighbours/").content.decode()
    assert desk.post("/desk/neighbours/", {"number": "WG-NONE", "neighbour": NEIGHBOUR}).status_code == 400
    other = signed_in(people.elsewhere)
    assert mine.number not in other.get("/desk/neighbours/").content.decode()
    assert other.post("/desk/neighbours/", {"number": mine.number, "neighbour": NEIGHBOUR}).status_code == 400
    assert signed_in(people.worker).get("/desk/neighbours/").status_code == 403
