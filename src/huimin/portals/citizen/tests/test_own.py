"""The home page of somebody who has things under way: what waits, how it goes, what ends; at a fixed cost."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from huimin.platform.bookings.models import Booking
from huimin.platform.cases.models import Case
from huimin.platform.catalogue.library import licence_types
from huimin.platform.catalogue.operations import publish_services
from huimin.platform.catalogue.queries.items import get_service
from huimin.platform.identity.models import Delegation
from huimin.platform.licences.models import Licence
from huimin.platform.licences.operations import Grant, grant_licence
from huimin.platform.licences.tests.factories import issuer
from huimin.platform.registries.tests.factories import NUMBER, SYSTEM, account_of, citizen, person

pytestmark = pytest.mark.django_db
ME = "person:P000000001"


@pytest.fixture
def account(db):
    person()
    publish_services(actor=SYSTEM, at=timezone.now())
    return account_of(citizen())


@pytest.fixture
def client(account):
    client = Client()
    client.force_login(account)
    return client


def case(number: int, *, applicant: str = ME, **fields):
    service = get_service("identity_card_replacement")
    made = {
        "number": f"HM{number}", "service": service.code, "version": service.version, "revision": service.revision,
        "applicant": applicant, "applicant_name": "王小明", "channel": "online", "department": "gaj",
        "lodged_at": timezone.now() - timedelta(days=3),
    }  # fmt: skip
    return Case.objects.create(**(made | fields))


def main_of(answer) -> str:
    return re.search(r"<main.*</main>", answer.content.decode(), re.S)[0]


def todo_of(page: str) -> str:
    return page[page.index("待办</h2>") : page.index("<search>")]


@pytest.mark.covers("C03")
def test_what_waits_and_what_is_under_way_stand_first(client, account) -> None:
    at = timezone.now()
    case(1)
    case(2, state="granted", decided_at=at - timedelta(days=1))
    case(3, state="granted", decided_at=at - timedelta(days=40), lodged_at=at - timedelta(days=60))
    case(4, applicant="person:P000000009")
    Booking.objects.create(office="jinghu", account=account, day=timezone.localdate(at), made_at=at)
    Delegation.objects.create(
        principal="person:P000000005", principal_name="合成母亲", agent=account, relation="mother", acts=["view"],
        state="offered", basis="tests", offered_at=at,
    )  # fmt: skip
    page = main_of(client.get("/"))
    todo = todo_of(page)
    assert "合成母亲 请您代办" in todo
    assert "预约码" in todo
    assert re.search("评价：居民身份证换领、补领", todo)
    assert "HM3" not in page, "nobody is asked about it for ever"
    assert "HM4" not in page
    assert re.search(r"我的办件</h2>.*HM1", page, re.S)


@pytest.mark.covers("C03", "P18")
def test_a_licence_that_ends_soon_is_a_thing_to_do(client) -> None:
    on = timezone.localdate()
    for end in (on + timedelta(days=30), on + timedelta(days=300)):
        grant = Grant(
            type="teacher_certificate", holder=ME, holder_name="王小明", holder_number=NUMBER,
            department=issuer().code, fields=teacher(), valid_from=on - timedelta(days=900), valid_until=end,
        )  # fmt: skip
        grant_licence(grant, actor=SYSTEM, at=timezone.now())
    ends, lasts = Licence.objects.order_by("valid_until")
    todo = todo_of(main_of(client.get("/")))
    assert ends.public_id in todo
    assert lasts.public_id not in todo


def teacher() -> dict[str, str]:
    return dict.fromkeys(licence_types()["teacher_certificate"].fields, "合成")


def test_nothing_to_do_says_so_and_a_search_shows_only_what_was_found(client) -> None:
    assert "现在没有等您办的事" in main_of(client.get("/"))
    case(1)
    found = main_of(client.get("/", {"q": "gjj"}))
    assert "HM1" not in found
    assert "租房提取住房公积金" in found


def test_the_page_costs_the_same_for_one_case_and_for_many(client) -> None:
    def cost() -> int:
        client.get("/")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/").status_code == 200
        return len(asked)

    case(1)
    case(2, state="granted", decided_at=timezone.now())
    one = cost()
    for number in range(3, 8):
        case(number)
    assert cost() == one <= 45
