"""随手拍: report, the same matter close by, the link to follow it, and what one finds again."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from huimin.platform.incidents import operations
from huimin.platform.incidents.declarations.channels import reporting
from huimin.platform.incidents.http import reporting as pages
from huimin.platform.incidents.models import Incident, Report
from huimin.platform.incidents.rules import Channel
from huimin.platform.incidents.tests import factories as make
from huimin.platform.incidents.tests.browsers import signed_in
from huimin.platform.journal.operations import deliver_due
from huimin.platform.notifications.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C08")]
WHERE = {"longitude": str(make.HERE[0]), "latitude": str(make.HERE[1])}
POTHOLE = {"words": "路面有个大坑", **WHERE}


@pytest.fixture(autouse=True)
def _calm():
    pages._from_an_address.forget()


def declared(monkeypatch, **changed):
    own = reporting().model_copy(update=changed)
    for place in ("http.reporting", "operations.citizens"):
        monkeypatch.setattr(f"huimin.platform.incidents.{place}.reporting", lambda: own)


def begun(client=None, **said):
    client = client or Client()
    response = client.post("/report/", {**POTHOLE, **said})
    assert response["Location"] == "/report/check/", response.content.decode()
    return client


def sent(client, **said):
    return client.post("/report/check/", {"class_code": make.CLASS, "anonymous": "on", **said})


def token_of(response):
    found = re.fullmatch(r"/report/follow/(\w+)/\?sent=1", response["Location"])
    assert found, response.content.decode()
    return found[1]


def upload(name="a.jpg"):
    return SimpleUploadedFile(name, make.photo().content, "image/jpeg")


class TestReporting:
    def test_in_two_pages_a_report_is_made_and_followed(self, city):
        client = begun()
        page = client.get("/report/check/").content.decode()
        assert "道路破损" in page
        assert "按关键词给的建议" in page
        token = token_of(sent(client, photos=[upload()]))
        incident = Incident.objects.get()
        assert (incident.channel, incident.class_code, incident.state) == ("citizen", make.CLASS, "verifying")
        page = Client().get(f"/report/follow/{token}/").content.decode()
        assert "网格员正在现场核实" in page
        assert incident.number in page
        photo = incident.photos.get()
        assert Client().get(f"/report/follow/{token}/photos/{photo.public_id}/small/").status_code == 200

    def test_words_alone_serve_for_the_place(self, city):
        sent(begun(longitude="", latitude="", address="中山路1号门口"))
        assert Incident.objects.get().address == "中山路1号门口"

    @pytest.mark.parametrize(
        "said", [{"words": ""}, {"longitude": "", "latitude": ""}, {"longitude": "100"}, {"latitude": "nan"}]
    )
    def test_what_is_missing_or_outside_is_said_at_once(self, city, said):
        response = Client().post("/report/", {**POTHOLE, **said})
        assert response.status_code == 400
        assert "data-error-summary" in response.content.decode()

    def test_what_no_person_sees_is_filled_in_by_none(self, city):
        assert Client().post("/report/", {**POTHOLE, "website": "http://spam"}).status_code == 400

    def test_sent_twice_it_is_one(self, city):
        client = begun()
        twin = Client()
        twin.cookies = client.cookies.copy()
        first = token_of(sent(client))
        assert Report.objects.get().token == first
        assert sent(twin)["Location"] == "/report/"
        assert Incident.objects.count() == 1

    def test_a_file_that_is_no_photo_is_refused_and_all_else_is_kept(self, city):
        client = begun()
        bad = SimpleUploadedFile("a.jpg", b"nothing", "image/jpeg")
        response = sent(client, photos=[bad])
        assert response.status_code == 400
        assert "照片无法读取" in response.content.decode()
        token_of(sent(client))

    def test_more_photos_than_declared_are_too_many(self, city):
        assert sent(begun(), photos=[upload() for _ in range(5)]).status_code == 400


class TestTheSameMatter:
    def test_what_is_known_is_offered_and_joined(self, people):
        other = make.reported(actor=people.worker, at=timezone.now() - timedelta(hours=2))
        client = begun(longitude=str(make.HERE[0] + 0.0003))
        page = client.get("/report/check/").content.decode()
        assert "28 米外，2 小时前" in page
        token = token_of(sent(client, confirms=other.number))
        other.refresh_from_db()
        assert (Incident.objects.count(), other.voices) == (1, 2)
        assert other.number in Client().get(f"/report/follow/{token}/").content.decode()

    def test_what_is_far_or_over_is_not_offered(self, people):
        make.reported(actor=people.worker, longitude=make.HERE[0] + 0.003, at=timezone.now())
        ended = make.reported(actor=people.worker, at=timezone.now())
        operations.void_incident(ended.number, reason="重复", actor=people.command, at=timezone.now())
        assert "我也遇到" not in begun().get("/report/check/").content.decode()


class TestWhoMay:
    def test_where_the_city_wants_to_know_who_it_is_nobody_is_anonymous(self, city, monkeypatch):
        declared(monkeypatch, anonymous=False)
        client = begun()
        assert sent(client).status_code == 400
        token_of(sent(client, phone="13900000001"))
        assert Report.objects.get().contact_phone == "13900000001"

    def test_where_signing_in_is_declared_a_guest_is_led_there(self, city, monkeypatch):
        declared(monkeypatch, signed_in_only=True)
        assert Client().get("/report/")["Location"].startswith("/account/login/")
        assert signed_in(make.acting(make.resident(), post="none.none")).get("/report/").status_code == 200

    def test_a_browser_has_its_measure_for_a_day(self, city, monkeypatch):
        declared(monkeypatch, reports_a_day=2)
        client, answers = Client(), []
        for number in range(3):
            answers.append(sent(begun(client, words=f"第{number}个坑")).status_code)
        assert answers == [302, 302, 429]

    def test_an_address_has_its_measure_for_an_hour(self, city, monkeypatch):
        declared(monkeypatch, reports_an_hour_from_an_address=2)
        assert [sent(begun()).status_code for _ in range(3)] == [302, 302, 429]


def closed(people, incident):
    number, at = incident.number, timezone.now()
    operations.verify_incident(number, found=True, actor=people.worker, at=at)
    operations.file_incident(number, actor=people.command, at=at)
    operations.dispatch_incident(number, actor=people.command, at=at)
    operations.dispose_incident(number, said="已修补", photos=[make.photo("green")], actor=people.housing, at=at)
    operations.check_incident(number, passed=True, actor=people.worker, at=at)
    operations.close_incident(number, actor=people.command, at=at)
    while deliver_due(limit=100, at=at):
        pass


class TestFollowing:
    def test_after_the_close_the_photo_of_afterwards_is_seen_and_rated(self, people):
        token = token_of(sent(begun(), photos=[upload()]))
        closed(people, Incident.objects.get())
        page = Client().get(f"/report/follow/{token}/").content.decode()
        assert "处置后的照片 1" in page
        assert not any(account.name in page for account in people.accounts.values())
        Client().post(f"/report/follow/{token}/not-content/")
        assert Report.objects.get().rating == 4
        assert "您的评价：不满意" in Client().get(f"/report/follow/{token}/").content.decode()
        Client().post(f"/report/follow/{token}/reopen/", {"reason": "坑还在"})
        assert Incident.objects.get().state == "filed"

    def test_a_reason_is_wanted_for_opening_it_again(self, people):
        token = token_of(sent(begun()))
        closed(people, Incident.objects.get())
        assert Client().post(f"/report/follow/{token}/reopen/", {"reason": ""}).status_code == 400

    def test_it_can_be_hurried_once_a_day(self, city):
        token = token_of(sent(begun()))
        answers = [Client().post(f"/report/follow/{token}/hurry/").status_code for _ in range(2)]
        assert answers == [302, 409]
        assert Incident.objects.get().urged == 1

    def test_a_link_that_is_none_opens_nothing(self, city):
        assert Client().get("/report/follow/NOSUCHTOKEN/").status_code == 404

    def test_nobody_sees_the_photos_of_another_reporter(self, people):
        first, second = Client(), Client()
        begun(first)
        token_of(sent(first, photos=[upload()]))
        begun(second)
        token = token_of(sent(second, confirms=Incident.objects.get().number))
        photo = Incident.objects.get().photos.get()
        assert Client().get(f"/report/follow/{token}/photos/{photo.public_id}/whole/").status_code == 404


class TestFindingAgain:
    def test_a_browser_finds_its_own_and_no_other_does(self, city):
        client = begun()
        sent(client)
        assert "道路破损" in client.get("/report/mine/").content.decode()
        assert "还没有您的上报" in Client().get("/report/mine/").content.decode()
        forged = Client()
        forged.cookies["huimin_reporter"] = "guessed"
        assert "还没有您的上报" in forged.get("/report/mine/").content.decode()

    def test_an_account_finds_its_own_on_any_device_and_is_told(self, people):
        reporter = make.acting(make.resident(), post="none.none")
        sent(begun(signed_in(reporter)), phone="13900000001")
        assert "道路破损" in signed_in(reporter).get("/report/mine/").content.decode()
        closed(people, Incident.objects.get(channel=Channel.CITIZEN))
        told = Notice.objects.filter(account__public_id=reporter.ref).values_list("code", flat=True)
        assert set(told) >= {"incident_filed", "incident_closed"}

    def test_many_cost_no_more_reads_than_few(self, city, django_assert_max_num_queries):
        client = Client()
        for number in range(6):
            sent(begun(client, words=f"第{number}个坑"))
        with django_assert_max_num_queries(8):
            client.get("/report/mine/")
