"""The API as departments' systems use it."""

import json

import pytest
from django.test import Client
from django.utils import timezone

from huimin.platform.exchange import catalogue
from huimin.platform.exchange.models import Delivery
from huimin.platform.exchange.operations import land_rows, withdraw_delivery
from huimin.platform.exchange.operations.catalogue import register_catalogue
from huimin.platform.exchange.operations.pushing import MOST_RECORDS, as_text
from huimin.platform.exchange.queries import current_row
from huimin.platform.exchange.tests.factories import ACTOR, AT, insured
from huimin.platform.exchange.tests.readers import at_desk, data_office, token

pytestmark = [pytest.mark.django_db, pytest.mark.covers("D01")]
RECORDS = "/api/exchange/medins.insured/records"


def push(bearer: str, body, *, address: str = RECORDS, key: str = "", raw: str | None = None):
    headers = {"Authorization": f"Bearer {bearer}"} | ({"Idempotency-Key": key} if key else {})
    content = json.dumps(body) if raw is None else raw
    return Client().post(address, content, content_type="application/json", headers=headers)


@pytest.fixture
def bearer() -> str:
    return token("ybj")


class TestPushing:
    def test_one_record_lands(self, bearer):
        answer = push(bearer, insured("1"))
        assert answer.status_code == 200
        body = answer.json()
        assert (body["delivered"], body["landed"], body["state"]) == (1, 1, "standing")
        assert body["records"] == [{"place": 1, "status": "landed", "rule": "", "message": None, "doubted": []}]
        assert current_row("medins.insured", "1")["姓名"] == "张丽"

    def test_each_record_of_a_batch_has_its_outcome(self, bearer):
        rows = [
            insured("1"),
            insured(""),
            insured("1"),
            insured("4", 出生日期="不详"),
            insured("5", 证件号码="3.4E+17"),
        ]
        answer = push(bearer, rows)
        assert answer.status_code == 207
        body = answer.json()
        assert [one["status"] for one in body["records"]] == ["landed", "returned", "duplicate", "landed", "returned"]
        assert [one["rule"] for one in body["records"]] == ["", "no_record_id", "", "", "scientific_number"]
        assert "记录号" in body["records"][1]["message"]["zh"]
        assert "record number" in body["records"][1]["message"]["en"]
        assert body["records"][3]["doubted"] == ["birth_date"]
        assert body["delivered"] == body["landed"] + body["returned"] + body["duplicates"] == 5

    def test_another_departments_resource_is_refused(self, bearer):
        answer = push(bearer, {"row_guid": "1"}, address="/api/exchange/hrss.insured/records")
        assert (answer.status_code, answer.json()["code"]) == (403, "NotYourResource")
        assert push(bearer, {"x": "1"}, address="/api/exchange/no.such/records").status_code == 404
        assert not Delivery.objects.exists()

    def test_who_has_no_token_or_the_wrong_duty(self):
        assert push("worthless", insured("1")).status_code == 401
        assert push(token("ybj", "data_reader"), insured("1")).status_code == 403
        body = json.dumps(insured("1"))
        assert Client().post(RECORDS, body, content_type="application/json").status_code == 401
        assert at_desk("ybj").post(RECORDS, body, content_type="application/json").status_code == 403

    def test_a_session_needs_its_csrf_token(self):
        client = data_office()
        client.handler.enforce_csrf_checks = True
        answer = client.post(RECORDS, json.dumps(insured("1")), content_type="application/json")
        assert answer.status_code in (401, 403)
        assert not Delivery.objects.exists()

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            ([], 400, "NothingPushed"),
            ({"nobody's": "column"}, 422, "UnknownColumns"),
            ([{"参保编号": "1"}, {"x": "1"}], 422, "UnknownColumns"),
            ([{"参保编号": "1"}] * (MOST_RECORDS + 1), 413, "TooManyRecords"),
        ],
    )
    def test_what_cannot_be_taken_is_named(self, bearer, body, status, code):
        answer = push(bearer, body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert not Delivery.objects.exists()

    @pytest.mark.parametrize("raw", ["", "{", "1", '"text"', "[1]", '[["a"]]', "null"])
    def test_what_is_no_record_is_told_and_not_repeated(self, bearer, raw):
        answer = push(bearer, None, raw=raw)
        assert answer.status_code in (400, 422)
        assert not Delivery.objects.exists()

    @pytest.mark.once
    def test_json_values_are_texts_as_in_a_file(self):
        record = {"a": 1, "b": True, "c": None, "d": {"e": "x", "f": {"g": 2.5}}, "h": [1, 2]}
        assert as_text(record) == {"a": "1", "b": "true", "c": None, "d.e": "x", "d.f.g": "2.5", "h": "[1, 2]"}

    def test_a_damaged_text_lands_or_is_returned_but_breaks_nothing(self, bearer):
        answer = push(bearer, None, raw='[{"参保编号": "1", "姓名": "\\ud800"}, {"参保编号": "2", "姓名": "\\u0000"}]')
        assert answer.status_code < 500
        assert answer.json()["records"][1]["rule"] == "control_character"


class TestIdempotency:
    def test_the_same_key_gives_the_same_answer(self, bearer):
        rows = [insured("1"), insured("")]
        first, second = push(bearer, rows, key="k-1"), push(bearer, rows, key="k-1")
        assert first.json() == second.json()
        assert first.status_code == second.status_code == 207
        assert Delivery.objects.count() == 1

    def test_with_other_records_it_is_refused(self, bearer):
        push(bearer, insured("1"), key="k-1")
        answer = push(bearer, insured("2"), key="k-1")
        assert (answer.status_code, answer.json()["code"]) == (422, "KeyReused")
        assert Delivery.objects.count() == 1

    def test_two_systems_may_use_one_key(self, bearer):
        push(bearer, insured("1"), key="k-1")
        assert push(token("ybj"), insured("2"), key="k-1").status_code == 200

    def test_a_repeated_push_does_not_bring_back_what_was_withdrawn(self, bearer):
        number = push(bearer, insured("1"), key="k-1").json()["delivery"]
        withdraw_delivery(number=number, reason="错了", actor=ACTOR, at=AT)
        assert push(bearer, insured("1"), key="k-1").json()["state"] == "withdrawn"
        assert current_row("medins.insured", "1") is None

    def test_without_a_key_each_push_is_its_own(self, bearer):
        numbers = {push(bearer, insured("1")).json()["delivery"] for _ in range(2)}
        assert len(numbers) == 2

    def test_a_key_is_short_and_visible(self, bearer):
        assert push(bearer, insured("1"), key="k" * 65).status_code == 422
        assert push(bearer, insured("1"), key="k k").status_code == 422

    def test_what_died_between_landing_and_saying_so_lands_once(self, bearer, monkeypatch):
        from huimin.platform.exchange.models import PushKey

        push(bearer, insured("1"), key="k-1")
        PushKey.objects.update(delivery=None)
        assert push(bearer, insured("1"), key="k-1").status_code == 200
        assert Delivery.objects.count() == 1


class TestCatalogue:
    def test_listed_searched_and_narrowed(self):
        client = data_office()
        assert len(client.get("/api/catalogue/resources").json()) == len(catalogue.entries())
        found = client.get("/api/catalogue/resources", {"q": "shbx"}).json()
        assert [one["code"] for one in found] == ["hrss.insured"]
        assert {one["department"] for one in client.get("/api/catalogue/resources", {"department": "mzj"}).json()} == {
            "mzj"
        }

    def test_one_with_its_items(self):
        register_catalogue(actor=ACTOR, at=timezone.now())
        land_rows("medins.insured", [insured("1")], actor=ACTOR, at=AT)
        body = data_office().get("/api/catalogue/resources/medins.insured").json()
        assert body["version"] == 1
        assert body["reference_on"] == "2026-06-30"
        item = next(one for one in body["items"] if one["code"] == "citizen_id")
        assert (item["type"], item["share"]) == ("citizen_id", "conditional")
        assert data_office().get("/api/catalogue/resources/no.such").status_code == 404

    def test_a_departments_system_reads_it(self):
        headers = {"Authorization": f"Bearer {token('ybj')}"}
        assert Client().get("/api/catalogue/resources", headers=headers).status_code == 200

    def test_a_guest_is_asked_to_sign_in(self):
        assert Client().get("/api/catalogue/resources").status_code == 401

    def test_the_description_names_every_operation(self):
        described = Client().get("/api/openapi.json").json()
        own = {"/api/catalogue/resources", "/api/catalogue/resources/{code}", "/api/exchange/{resource}/records"}
        assert own <= described["paths"].keys()
