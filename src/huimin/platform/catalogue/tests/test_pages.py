"""The public guide: found in everyday words, pruned to a situation, printed, in both languages."""

import pytest
from django.test import Client
from django.urls import reverse

from huimin.platform.catalogue import library

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def client() -> Client:
    return Client()


def text_of(client: Client, name: str, *args, headers=None, **asked) -> str:
    answer = client.get(reverse(f"catalogue:{name}", args=args), asked, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.covers("P13", "C03")
def test_everyday_words_lead_to_the_guide(client):
    page = text_of(client, "services", q="生孩子")
    assert reverse("catalogue:guide", args=["birth"]) in page
    assert reverse("catalogue:guide", args=["hazardous_chemicals_licence"]) not in page


def test_a_question_without_an_answer_says_what_to_try(client):
    assert "没有找到这样的事项" in text_of(client, "services", q="quxzzv")


@pytest.mark.parametrize(
    ("asked", "shown", "hidden"),
    [
        ({"event": "yes"}, "after_death", "teacher_qualification"),
        ({"serves": "person", "theme": "060"}, "marriage_registration", "birth"),
        ({"serves": "organisation", "theme": "010"}, "restaurant_opening", "retirement"),
        ({"body": "housing_fund"}, "fund_rent_withdrawal", "marriage_registration"),
    ],
)
def test_browsing_by_theme_department_and_life_event(client, asked, shown, hidden):
    page = text_of(client, "services", **asked)
    assert reverse("catalogue:guide", args=[shown]) in page
    assert reverse("catalogue:guide", args=[hidden]) not in page


@pytest.mark.parametrize("headers", [None, ENGLISH], ids=["zh", "en"])
@pytest.mark.parametrize("code", sorted(library.services()))
def test_every_guide_and_notice_opens(client, code, headers):
    item = library.services()[code].item
    name = item.names.en if headers else item.names.zh
    assert name in text_of(client, "guide", code, headers=headers).replace("&#x27;", "'")
    assert name in text_of(client, "notice", code, headers=headers).replace("&#x27;", "'")


@pytest.mark.covers("P09")
def test_answers_prune_materials_fee_and_place(client):
    whole = text_of(client, "guide", "real_estate_transfer")
    assert "抵押权人同意" in whole
    assert "看情形，可能收" in whole
    asked = {
        "use": "business",
        "units": "2",
        "mortgaged": "no",
        "co_owned": "no",
        "small_enterprise": "no",
        "sharing": "alone",
    }
    mine = text_of(client, "guide", "real_estate_transfer", **asked)
    assert "抵押权人同意" not in mine
    assert "共有人同意" not in mine
    assert "¥1,100.00" in mine
    relief = text_of(client, "notice", "real_estate_transfer", **{**asked, "small_enterprise": "yes"})
    assert "小微企业免收登记费" in relief
    assert "¥0.00" in relief
    workers = text_of(client, "guide", "public_rental_housing", group="new_worker")
    assert "高新区企业服务窗口" in workers
    assert "街道便民服务中心" not in workers


def test_answers_that_cannot_be_read_are_not_taken(client):
    page = text_of(
        client, "guide", "real_estate_transfer", use="castle", units="many", mortgaged="<script>alert(1)</script>"
    )
    assert "<script>alert(1)" not in page
    assert "看情形，可能收" in page


def test_what_is_not_offered_is_not_found(client):
    assert client.get(reverse("catalogue:guide", args=["no_such_service"])).status_code == 404


@pytest.mark.covers("P09")
def test_the_notice_comes_as_a_pdf(client):
    answer = client.get(reverse("catalogue:notice_paper", args=["identity_card_replacement"]), {"reason": "lost"})
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def test_the_guide_asks_the_store_for_nothing_about_services(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        text_of(client, "services", q="开饭店")


class TestApi:
    def test_services_are_listed_and_searched(self, client):
        every = client.get("/api/services").json()
        assert {one["code"] for one in every} == set(library.services())
        assert client.get("/api/services", {"q": "gjj"}).json()[0]["code"] == "fund_rent_withdrawal"
        assert {one["code"] for one in client.get("/api/services", {"event": "true"}).json()} > {"birth", "retirement"}

    def test_one_service_is_given_whole(self, client):
        found = client.get("/api/services/birth").json()
        assert found["life_event"] == "birth"
        assert found["item"]["contacts"]["places"]
        assert found["digest"] == library.services()["birth"].digest

    def test_an_unknown_one_is_not_found(self, client):
        answer = client.get("/api/services/none")
        assert (answer.status_code, answer.json()["code"]) == (404, "NoSuchService")
