"""The sync protocol: who may speak, what is given to whom, and what becomes of each item."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from huimin.platform.cases.tests.test_pages import signed_in
from huimin.platform.grid.models import Handset, Patrol
from huimin.platform.grid.operations import handsets as operations
from huimin.platform.grid.tests.factories_handsets import sealed_for
from huimin.platform.incidents.models import Incident
from huimin.platform.incidents.rules import Channel
from huimin.platform.incidents.tests import factories as make
from huimin.platform.incidents.tests.conftest import city, people  # noqa: F401 - fixtures
from huimin.portals.grid.taking import packed

pytestmark = [pytest.mark.django_db, pytest.mark.covers("G02")]
JPEG = make.photo().content


@pytest.fixture
def device(people: Any) -> Any:  # noqa: F811 - the fixture
    """The worker's handset: its row, its token, his browser."""
    account = people.accounts["worker"]
    now = timezone.now()
    code = operations.offer_enrolment(worker=account, actor=people.command, at=now)
    handset, token = operations.enrol_handset(code=code, name="手机", account=account, actor=people.worker, at=now)
    return handset, token


def item(handset: Handset, key: str, kind: str, said: dict[str, Any], *photos: bytes) -> dict[str, str]:
    named = {**said, "photos": [{"size": len(one)} for one in photos]}
    content = sealed_for(handset, key, packed(named, photos))
    return {"key": key, "kind": kind, "sealed": base64.b64encode(content).decode()}


def report(handset: Handset, key: str = "report-0001", **fields: Any) -> dict[str, str]:
    said = {
        "observed_at": (timezone.now() - timedelta(hours=2)).isoformat(),
        "longitude": make.HERE[0],
        "latitude": make.HERE[1],
        "class_code": make.CLASS,
        **fields,
    }
    return item(handset, key, "report", said, JPEG)


def send(token: str, *items: dict[str, str], client: Client | None = None, **headers: str) -> Any:
    browser = client or Client(enforce_csrf_checks=True)
    return browser.post(
        "/grid/api/items/",
        json.dumps({"items": list(items)}),
        content_type="application/json",
        headers={"X-Handset": token, **headers},
    )


def answers(*sent: Any) -> list[tuple[str, bool]]:
    return [(one["status"], one["known"]) for answer in sent for one in answer.json()["answers"]]


def test_each_item_has_its_answer_and_the_same_one_again(device: Any) -> None:
    handset, token = device
    first, nowhere = report(handset), report(handset, "report-0002", longitude=100.0)
    damaged = {**report(handset, "report-0003"), "key": "report-0004"}
    once = send(token, first, nowhere, damaged)
    again = send(token, damaged, nowhere, first)
    assert answers(once) == [("taken", False), ("refused", False), ("refused", False)]
    assert answers(again) == [("refused", False), ("refused", True), ("taken", True)]
    said = [{**one, "known": None} for one in once.json()["answers"]]
    assert said == [{**one, "known": None} for one in reversed(again.json()["answers"])]
    assert "不在本市网格范围内" in said[1]["sentence"]
    incident = Incident.objects.get()
    assert incident.number == said[0]["number"]
    assert incident.photos.count() == 1
    assert incident.observed_at is not None
    assert incident.reported_at - incident.observed_at > timedelta(hours=1)
    english = send(token, first, **{"Accept-Language": "en"}).json()["answers"][0]
    assert english["sentence"].startswith("Taken")


def test_the_same_key_with_other_content_is_refused(device: Any) -> None:
    handset, token = device
    send(token, report(handset))
    assert answers(send(token, report(handset, description="另一处"))) == [("refused", False)]
    assert Incident.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("report", {"class_code": "01010"}),
        ("report", {"observed_at": "yesterday", "address": "x"}),
        ("step", {"item": "x"}),
        ("visit", {"house": "x", "seen_at": "2026-01-01T00:00:00Z", "found": [{"what": "gone"}]}),
        ("patrol", {"patrol": "!", "points": []}),
        ("order", {}),
    ],
)
def test_what_has_not_the_form_of_its_kind_is_refused(device: Any, kind: str, said: dict[str, Any]) -> None:
    handset, token = device
    assert answers(send(token, item(handset, "item-00001", kind, said))) == [("refused", False)]


def test_what_breaks_is_told_to_come_later_and_holds_up_no_other(device: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    handset, token = device
    broken = item(handset, "patrol-0001", "patrol", {"patrol": "walk-0001", "points": []})

    def breaks(*args: object, **named: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr("huimin.portals.grid.taking.record_patrol", breaks)
        assert answers(send(token, broken, report(handset))) == [("later", False), ("taken", False)]
    assert answers(send(token, broken)) == [("taken", False)]
    assert Patrol.objects.count() == 1


def test_who_may_speak(device: Any, people: Any) -> None:  # noqa: F811 - the fixture
    handset, token = device
    worker, other = signed_in(people.worker), signed_in(people.command)
    assert send("", report(handset)).status_code == 401
    assert send(f"{token}x", report(handset)).status_code == 401
    assert send(token, report(handset), client=other).status_code == 200, "the token says whose it is, not the session"
    gives_out = ("day/", "houses/", f"businesses/{make.CELL}/")
    for path in gives_out:
        url = f"/grid/api/{path}"
        assert Client().get(url, headers={"X-Handset": token}).status_code == 401, "a copied disk gets nothing"
        assert worker.get(url).status_code == 401, "nor does a session without the handset"
        assert other.get(url, headers={"X-Handset": token}).status_code == 403
        assert worker.get(url, headers={"X-Handset": token}).status_code == 200
    forged = Client(enforce_csrf_checks=True)
    forged.cookies = worker.cookies
    assert forged.post("/grid/api/open/", headers={"X-Handset": token}).status_code == 403
    assert worker.post("/grid/api/open/", "{}", "application/json", headers={"X-Handset": token}).status_code == 200


def test_a_worker_without_his_post_hands_in_nothing(device: Any, people: Any) -> None:  # noqa: F811 - the fixture
    handset, token = device
    people.accounts["worker"].holdings.update(until=timezone.now() - timedelta(minutes=1))
    assert send(token, report(handset)).status_code == 403


def test_a_revoked_handset_is_told_to_empty_itself_and_says_that_it_did(device: Any, people: Any) -> None:  # noqa: F811 - the fixture
    handset, token = device
    operations.revoke_handset(number=handset.number, reason="丢失", actor=people.command, at=timezone.now())
    answer = send(token, {"key": "report-0001", "kind": "report", "sealed": ""})
    assert (answer.status_code, answer.json()["wipe"]) == (410, True)
    for said in ("nobody's", token):
        assert Client(enforce_csrf_checks=True).post("/grid/api/wiped/", headers={"X-Handset": said}).json() == {}
    handset.refresh_from_db()
    assert handset.wiped_at is not None


def test_the_day_holds_what_the_worker_walks(device: Any, people: Any) -> None:  # noqa: F811 - the fixture
    _handset, token = device
    here = make.reported(
        channel=Channel.CITIZEN, actor=make.acting(make.resident(), post="none.none"), at=timezone.now()
    )
    make.reported(
        channel=Channel.CITIZEN,
        longitude=make.FAR[0],
        actor=make.acting(make.resident(), post="none.none"),
        at=timezone.now(),
    )
    day = signed_in(people.worker).get("/grid/api/day/", headers={"X-Handset": token}).json()
    assert [cell["code"] for cell in day["cells"]] == [make.CELL]
    assert [(task["number"], task["step"]) for task in day["tasks"]] == [(here.number, "verify")]
    assert [outcome["code"] for outcome in day["tasks"][0]["outcomes"]] == ["confirmed", "not_found"]
    assert make.CLASS in {one["code"] for group in day["classes"] for one in group["classes"]}


def test_the_shell_is_the_same_for_everybody_and_may_be_kept(device: Any, people: Any) -> None:  # noqa: F811 - the fixture
    guest, worker = (one.get("/grid/") for one in (Client(), signed_in(people.worker)))
    assert guest.content == worker.content
    assert "worker-src 'self'" in worker["Content-Security-Policy"]
    assert "unsafe" not in worker["Content-Security-Policy"]
    script = Client().get("/grid/worker.js")
    assert script["Service-Worker-Allowed"] == "/grid/"
    manifest = Client().get("/grid/manifest.json").json()
    assert (manifest["scope"], manifest["display"]) == ("/grid/", "standalone")
    assert all(Client().get(icon["src"]).status_code == 200 for icon in manifest["icons"])
