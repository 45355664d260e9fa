"""Open311 GeoReport v2: what a program may ask and send, in both formats, and what never leaves."""

import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from lxml import etree

from huimin.platform.incidents import operations
from huimin.platform.incidents.declarations.channels import open311
from huimin.platform.incidents.http import open311 as pages
from huimin.platform.incidents.models import Incident, Open311Request, Report
from huimin.platform.incidents.operations.open311 import (
    ClientNameTaken,
    close_open311_client,
    register_open311_client,
)
from huimin.platform.incidents.rules import Channel, Contact
from huimin.platform.incidents.tests import factories as make
from huimin.platform.journal.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.covers("G01")]
ROOT = "/open311/v2"
HERE = {"lat": str(make.HERE[1]), "long": str(make.HERE[0])}


@pytest.fixture(autouse=True)
def _calm():
    pages._reads.forget()


@pytest.fixture
def key(city):
    return register_open311_client(name="地图软件", actor=make.SYSTEM, at=make.NOW)[1]


def sent(key, kind="json", **fields):
    said = {"service_code": make.CLASS, "description": "路上有坑", **HERE, "api_key": key, **fields}
    return Client().post(f"{ROOT}/requests.{kind}", {name: value for name, value in said.items() if value is not None})


def got(path, **query):
    return Client().get(f"{ROOT}/{path}", query)


def codes(response):
    return [one["code"] for one in response.json()]


class TestDiscovery:
    def test_it_says_where_the_endpoint_is(self, city):
        told = Client().get("/open311/discovery.json").json()
        (endpoint,) = told["endpoints"]
        assert urlsplit(endpoint["url"]).path == ROOT
        assert endpoint["formats"] == ["text/xml", "application/json"]
        top = etree.fromstring(Client().get("/open311/discovery.xml").content)
        assert top.tag == "discovery"
        assert top.findtext("endpoints/endpoint/specification") == pages.SPECIFICATION
        assert [one.text for one in top.findall("endpoints/endpoint/formats/format")] == [
            "text/xml",
            "application/json",
        ]

    def test_services_in_both_formats_are_the_same(self, city):
        listed = got("services.json").json()
        top = etree.fromstring(got("services.xml").content)
        assert [one["service_code"] for one in listed] == [one.text for one in top.findall("service/service_code")]
        (pothole,) = [one for one in listed if one["service_code"] == make.CLASS]
        assert (pothole["metadata"], pothole["type"]) == (True, "realtime")
        assert not {one["service_code"] for one in listed} & set(open311().withheld)

    def test_a_definition_asks_its_questions(self, city):
        told = got(f"services/{make.CLASS}.json").json()
        assert [one["code"] for one in told["attributes"]] == ["SIZE", "LANE"]
        top = etree.fromstring(got(f"services/{make.CLASS}.xml").content)
        assert top.tag == "service_definition"
        assert [one.text for one in top.findall("attributes/attribute/values/value/key")] == ["small", "large"]

    @pytest.mark.parametrize("code", ["99999", "04009", "C01001"])
    def test_a_class_that_is_not_public_is_unknown(self, city, code):
        response = got(f"services/{code}.json")
        assert (response.status_code, codes(response)) == (404, ["404"])

    def test_without_a_format_the_reader_is_asked(self, city):
        assert Client().get(f"{ROOT}/services", headers={"Accept": "text/xml"}).content.startswith(b"<?xml")
        assert Client().get(f"{ROOT}/services").json()

    def test_another_jurisdiction_is_unknown(self, city):
        assert got("services.json", jurisdiction_id="elsewhere").status_code == 404
        assert got("services.json", jurisdiction_id="huimin.wuhu").status_code == 200


class TestSending:
    def test_a_request_becomes_an_incident(self, key):
        (told,) = sent(key, email="a@example.com", first_name="三", last_name="张", phone="13900000001").json()
        incident = Incident.objects.get(number=told["service_request_id"])
        assert (incident.channel, incident.class_code, incident.cell) == ("open311", make.CLASS, make.CELL)
        report = incident.reports.get()
        assert (report.contact_name, report.contact_phone, report.anonymous) == ("张三", "13900000001", False)

    def test_xml_answers_xml(self, key):
        top = etree.fromstring(sent(key, kind="xml").content)
        assert top.tag == "service_requests"
        assert Incident.objects.filter(number=top.findtext("request/service_request_id")).exists()

    @pytest.mark.parametrize("given", [None, "", "wrong", "x" * 300])
    def test_without_a_right_key_nothing_is_taken(self, key, given):
        response = sent(given)
        assert (response.status_code, codes(response)) == (403, ["403"])
        assert not Incident.objects.exists()

    def test_a_closed_key_is_no_key(self, key):
        close_open311_client(name="地图软件", actor=make.SYSTEM, at=make.NOW)
        assert sent(key).status_code == 403

    def test_a_key_that_the_installation_has_made_under_an_older_secret_still_holds(self, key, settings):
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 8, [settings.SECRET_KEY]
        assert sent(key).status_code == 200

    def test_a_key_is_kept_as_a_digest_and_stands_in_no_fact(self, key):
        sent(key)
        assert not any(key in json.dumps(one.body, default=str) for one in Entry.objects.all())
        with pytest.raises(ClientNameTaken):
            register_open311_client(name="地图软件", actor=make.SYSTEM, at=make.NOW)

    @pytest.mark.parametrize(
        ("fields", "status"),
        [
            ({"service_code": None}, 400),
            ({"service_code": "99999"}, 404),
            ({"service_code": "04009"}, 404),
            ({"lat": None}, 400),
            ({"lat": "91"}, 400),
            ({"lat": "nan"}, 400),
            ({"lat": "10", "long": "10"}, 400),
            ({"media_url": "javascript:alert(1)"}, 400),
            ({"attribute[SIZE]": "huge"}, 400),
            ({"service_code": "04006"}, 400),
            ({"jurisdiction_id": "elsewhere"}, 404),
        ],
    )
    def test_what_does_not_fit_is_refused_in_the_words_of_the_specification(self, key, fields, status):
        response = sent(key, **fields)
        assert (response.status_code, codes(response)[0]) == (status, str(status))
        top = etree.fromstring(sent(key, kind="xml", **fields).content)
        assert (top.tag, top.findtext("error/code")) == ("errors", str(status))
        assert top.findtext("error/description")
        assert not Incident.objects.exists()

    def test_an_address_serves_where_there_is_no_point(self, key):
        (told,) = sent(key, lat=None, long=None, address_string="中山路1号").json()
        assert Incident.objects.get(number=told["service_request_id"]).address == "中山路1号"

    def test_answers_to_the_questions_are_read(self, key):
        sent(key, **{"attribute[SIZE]": "large", "attribute[LANE]": "最右侧"})
        said = Open311Request.objects.get()
        assert said.attributes == {"SIZE": ["large"], "LANE": ["最右侧"]}
        assert "30 厘米以上" in Report.objects.get().text

    def test_a_link_is_kept_and_not_followed(self, key, monkeypatch):
        monkeypatch.setattr("socket.socket.connect", lambda *args: pytest.fail("it was followed"))
        sent(key, media_url="https://example.com/a.jpg")
        assert Open311Request.objects.get().media_url == "https://example.com/a.jpg"
        assert got("requests.json").json()[0]["media_url"] == "https://example.com/a.jpg"

    def test_sent_twice_it_is_one(self, key):
        first, second = sent(key).json(), sent(key).json()
        assert first == second
        assert (Incident.objects.count(), Report.objects.count(), Open311Request.objects.count()) == (1, 1, 1)
        assert sent(key, description="另一个坑").json() != first

    def test_a_program_sends_no_more_than_the_city_takes(self, key, monkeypatch):
        few = open311().model_copy(update={"reports_an_hour": 2})
        monkeypatch.setattr("huimin.platform.incidents.operations.open311.open311", lambda: few)
        answers = [sent(key, description=f"第{n}个坑").status_code for n in range(3)]
        assert answers == [200, 200, 429]

    def test_a_token_leads_to_the_number(self, key):
        (told,) = sent(key, service_code="02001").json()
        assert "service_request_id" not in told
        (found,) = got(f"tokens/{told['token']}.json").json()
        assert Incident.objects.get().number == found["service_request_id"]
        assert got("tokens/NOSUCH.json").status_code == 404

    def test_no_form_of_another_site_is_needed(self, key):
        response = Client(enforce_csrf_checks=True).post(
            f"{ROOT}/requests.json", {"service_code": make.CLASS, "description": "坑", **HERE, "api_key": key}
        )
        assert response.status_code == 200


@pytest.fixture
def some(people, monkeypatch):
    """Incidents of an hour, a month and a year ago; one closed, one withheld, one void, one with no class."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: make.NOW)
    made = {
        "new": make.reported(sender="a", key="report-new", at=make.NOW - timedelta(hours=1)),
        "month": make.reported(sender="a", key="report-month", class_code="01002", at=make.NOW - timedelta(days=30)),
        "year": make.reported(sender="a", key="report-year", at=make.NOW - timedelta(days=300)),
        "withheld": make.reported(sender="a", key="report-withheld", class_code="04009"),
        "void": make.reported(sender="a", key="report-void"),
        "unclassified": make.reported(sender="a", key="report-plain", class_code=""),
    }
    operations.void_incident(made["void"].number, reason="重复", actor=people.command, at=make.NOW)
    return made


def numbers(response):
    return [one["service_request_id"] for one in response.json()]


class TestAsking:
    def test_the_latest_ninety_days_newest_first(self, some):
        assert numbers(got("requests.json")) == [some["new"].number, some["month"].number]

    def test_filters(self, some):
        assert numbers(got("requests.json", service_code="01002,05001")) == [some["month"].number]
        span = {"start_date": "2025-07-01T00:00:00Z", "end_date": "2025-09-01T00:00:00Z"}
        assert numbers(got("requests.json", **span)) == [some["year"].number]
        assert numbers(got("requests.json", status="closed")) == []
        assert len(numbers(got("requests.json", status="open,closed"))) == 2

    def test_numbers_override_everything_else(self, some):
        asked = f"{some['year'].number},{some['withheld'].number},{some['void'].number},nothing"
        assert numbers(got("requests.json", service_request_id=asked, service_code="01002")) == [some["year"].number]

    @pytest.mark.parametrize(
        "query",
        [
            {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-05-01T00:00:00Z"},
            {"start_date": "yesterday"},
            {"start_date": "2026-01-01"},
            {"status": "broken"},
            {"page_size": "5000"},
            {"page_size": "٣"},
            {"after": "made-up"},
        ],
    )
    def test_a_question_that_cannot_be_is_refused(self, some, query):
        assert got("requests.json", **query).status_code == 400

    def test_pages_follow_each_other(self, some):
        first = got("requests.json", page_size=1)
        link = first["Link"].partition(">")[0][1:]
        following = Client().get(link)
        assert numbers(first) + numbers(following) == [some["new"].number, some["month"].number]
        assert "Link" not in following

    @pytest.mark.parametrize("name", ["withheld", "void", "unclassified"])
    def test_what_is_not_public_cannot_be_asked_for(self, some, name):
        assert got(f"requests/{some[name].number}.json").status_code == 404

    def test_xml_says_the_same(self, some):
        listed = got("requests.json").json()
        top = etree.fromstring(got("requests.xml").content)
        assert top.tag == "service_requests"
        for told, request in zip(listed, top.findall("request"), strict=True):
            assert {one.tag: one.text or "" for one in request} == {
                name: "" if value is None else str(value) for name, value in told.items()
            }

    def test_signs_that_no_document_may_hold_are_left_out(self, key):
        sent(key, description="坑\x0b\x01<b>&")
        assert etree.fromstring(got("requests.xml").content).findtext("request/description") == "坑<b>&"

    def test_many_cost_no_more_reads_than_few(self, some, django_assert_max_num_queries):
        for number in range(12):
            make.reported(sender="many", key=f"report-many{number}", at=make.NOW - timedelta(minutes=number))
        with django_assert_max_num_queries(4):
            assert len(numbers(got("requests.json"))) == 14

    def test_haste_is_braked(self, city, monkeypatch):
        few = open311().model_copy(update={"reads_a_minute": 2})
        monkeypatch.setattr(pages, "open311", lambda: few)
        assert [got("services.json").status_code for _ in range(3)] == [200, 200, 429]


class TestWhatNeverLeaves:
    def test_neither_reporter_nor_official_nor_anybodys_words(self, people):
        reporter = make.resident()
        make.reported(
            channel=Channel.CITIZEN,
            actor=make.acting(reporter, post="none.none"),
            description="张三家门口有坑，电话13912345678",
            address="中山路1号张三家",
            contact=Contact(name="李四", phone="13800000000", email="li@example.com"),
            at=make.NOW,
        )
        text = got("requests.json", start_date="2026-06-01T00:00:00Z").content.decode()
        assert make.CLASS in text
        secrets = ("张三", "李四", "13912345678", "13800000000", "li@example.com", reporter.name, reporter.public_id)
        assert [one for one in secrets if one in text] == []

    def test_numbers_in_public_words_are_struck_out(self, key):
        sent(
            key, description="坑，联系 139 1234 5678 或 a.b@example.com，身份证 34020219900101123X", phone="13800000000"
        )
        (told,) = got("requests.json").json()
        assert told["description"] == "坑，联系 *** 或 ***，身份证 ***"
        assert "13800000000" not in json.dumps(told)

    def test_officials_stay_unnamed_while_they_work(self, people):
        incident = make.reported(actor=people.worker)
        operations.file_incident(incident.number, actor=people.command, at=make.NOW)
        operations.dispatch_incident(incident.number, actor=people.command, at=make.NOW)
        (told,) = got(f"requests/{incident.number}.json").json()
        assert told["status"] == "open"
        assert told["agency_responsible"] == "市住房和城乡建设局"
        assert not any(account.name in json.dumps(told, ensure_ascii=False) for account in people.accounts.values())
