"""What may I get: many services in one pass say what each says alone; for guests, for oneself, for whom one acts."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from huimin.platform.catalogue.queries.chances import chances, profile, told
from huimin.platform.catalogue.queries.eligibility import applying_party, decide_services, decide_values
from huimin.platform.catalogue.queries.items import current
from huimin.platform.identity.models import Account, Delegation
from huimin.platform.journal import queries as journal
from huimin.platform.registries.tests.factories import account_of, citizen, golden, organisation, person

ON = date(2026, 7, 1)
REGISTRY = {"person": "people", "organisation": "organisations"}


def answer_to(form, questions):
    return {one.code: one.choices[0].code if one.choices else "30" for one in questions} | form


@pytest.mark.unit
@settings(deadline=None)
@given(
    st.sampled_from(["people", "organisations"]),
    st.fixed_dictionaries(
        {},
        optional={
            "birth_date": st.sampled_from(["1930-01-01", "1968-05-05", "2015-01-01", None]),
            "sex": st.sampled_from(["1", "2", None]),
            "deceased": st.sampled_from(["true", "false", None]),
            "marital_status": st.sampled_from(["10", "20", None]),
            "division": st.sampled_from(["340202", "", None]),
            "status": st.sampled_from(["存续", "注销", None]),
        },
    ),
)
def test_one_pass_says_what_each_service_says_alone(registry, values) -> None:
    services = list(current().values())
    together = decide_services(services, registry, values, on=ON)
    for service in services:
        party = applying_party(service)
        parties = {party.code: values} if party.registry == registry else {}
        alone = decide_values(service, parties, on=ON)
        # Of a party that is nobody, a condition can still say something where a register's silence is an answer.
        own = [one for one in alone.verdicts if one.condition.of == party.code and party.registry == registry]
        said = together[service.code].verdicts if service.code in together else ()
        assert [one for one in said if one.condition.of == party.code and party.registry == registry] == own
        assert {one.holds for one in said if one not in own} <= {None}


@pytest.mark.unit
@pytest.mark.parametrize("kind", ["person", "organisation"])
def test_the_questions_tell_every_field_that_conditions_ask_about(kind) -> None:
    asked = {
        column
        for service in current().values()
        if applying_party(service).registry == REGISTRY[kind] and service.eligibility
        for condition in service.eligibility.about(applying_party(service).code)
        for column in condition.columns
    }
    assert asked <= getattr(profile(), kind).fields


@pytest.mark.unit
def test_benefits_come_first_with_their_amount_and_ages_are_completed_years() -> None:
    values = told("person", {"age": "90", "home": "here", "sex": "2"}, on=date(2028, 2, 29))
    assert values["birth_date"] == "1938-02-28"
    first, *_others = chances("people", values, on=date(2028, 2, 29))
    assert (first.service.code, first.found.answer, str(first.amount)) == ("old_age_allowance", "yes", "¥100.00")
    young = {
        one.service.code: one.found.answer for one in chances("people", told("person", {"age": "20"}, on=ON), on=ON)
    }
    assert young["old_age_allowance"] == "no"
    assert young["public_rental_housing"] == "maybe", "where somebody lives was not told"


def main_of(answer) -> str:
    return re.search(r"<main.*</main>", answer.content.decode(), re.S)[0]


@pytest.mark.django_db
@pytest.mark.covers("C03", "P13")
class TestAsked:
    def test_a_guest_is_asked_and_told_and_nothing_is_kept(self) -> None:
        client = Client()
        address = reverse("catalogue:for_me_ask", args=["person"])
        assert client.get(reverse("catalogue:for_me")).headers["Location"] == address
        with CaptureQueriesContext(connection) as asked:
            answer = client.post(address, {"age": "83", "home": "here", "work": "none"})
        page = main_of(answer)
        assert page.index("高龄津贴") < page.index("可能符合") < page.index("还不符合条件的")
        assert "¥50.00" in page
        assert answer.headers["Cache-Control"] == "no-store"
        assert "sessionid" not in answer.cookies
        assert [query["sql"] for query in asked if not query["sql"].startswith("SELECT")] == []

    def test_a_wrong_age_is_said_and_an_unknown_kind_is_not_there(self) -> None:
        answer = Client().post(reverse("catalogue:for_me_ask", args=["person"]), {"age": "200"})
        assert answer.status_code == 400
        assert "符合条件" not in main_of(answer).replace("资格条件", "")
        assert Client().get("/for-me/questions/ghost/").status_code == 404

    def test_a_firm_is_asked_as_a_firm(self) -> None:
        answer = Client().post(reverse("catalogue:for_me_ask", args=["organisation"]), {"status": "active"})
        page = main_of(answer)
        assert "开办餐饮店一件事" in page
        assert "高龄津贴" not in page


@pytest.fixture
def reader(db):
    person(birth_date=golden("1940-01-01"))
    actor = citizen()
    client = Client()
    client.force_login(account_of(actor))
    return client, actor


@pytest.fixture
def mother(reader):
    """She is 80, her agent may look; and a firm that he may only apply for."""
    _client, actor = reader
    person("P000000002", number="340204195001011236", name="合成母亲", birth_date=golden("1942-03-01"))
    organisation()
    at, agent = timezone.now(), account_of(actor)
    for principal, name, relation, acts in (
        ("person:P000000002", "合成母亲", "mother", ["view", "apply"]),
        ("organisation:E000000001", "芜湖皖源机械厂", "firm", ["apply"]),
    ):
        Delegation.objects.create(
            principal=principal,
            principal_name=name,
            agent=agent,
            relation=relation,
            acts=acts,
            state="active",
            basis="tests",
            offered_at=at,
            until=at + timedelta(days=30),
        )
    return Delegation.objects.get(principal="person:P000000002")


@pytest.mark.covers("C03", "P13")
def test_one_s_own_chances_come_from_the_register_with_their_sources(reader) -> None:
    client, _actor = reader
    page = main_of(client.get(reverse("catalogue:for_me")))
    assert "高龄津贴" in page
    assert "¥50.00" in page
    assert re.search(r"出生日期.*1940-01-01.*公安局", page, re.S)
    assert reverse("cases:begin", args=["old_age_allowance"]) in page
    assert journal.entries_about(["person:P000000001"]).count() == 0, "one's own look leaves no trace"


@pytest.mark.covers("C03", "P19")
def test_for_whom_one_acts_the_look_is_known_to_him(reader, mother) -> None:
    client, actor = reader
    page = main_of(client.get(reverse("catalogue:for_me"), {"for": mother.public_id}))
    assert "合成母亲 能享受什么" in page
    assert reverse("cases:begin", args=["old_age_allowance"]) not in page, "first one acts for her"
    assert reverse("identity:act_for", args=[mother.public_id]) in page
    look = journal.entries_about(["person:P000000002"])[0]
    assert (look.kind, look.actor.ref) == ("registries.LookedUp", actor.ref)


def test_a_power_that_does_not_let_one_look_shows_nothing(reader, mother) -> None:
    client, _actor = reader
    firm = Delegation.objects.get(principal__startswith="organisation:")
    assert client.get(reverse("catalogue:for_me"), {"for": firm.public_id}).status_code == 404
    assert client.get(reverse("catalogue:for_me"), {"for": "nosuchpower1"}).status_code == 404
    assert "芜湖皖源机械厂" not in main_of(client.get(reverse("catalogue:for_me")))


def test_an_account_that_is_nobody_s_is_asked(db) -> None:
    client = Client()
    client.force_login(Account.objects.get(public_id=citizen("").ref))
    assert client.get(reverse("catalogue:for_me")).status_code == 302


def test_the_page_costs_the_same_however_many_services_there_are(reader, monkeypatch) -> None:
    client, _actor = reader
    client.get(reverse("catalogue:for_me"))
    with CaptureQueriesContext(connection) as all_of_them:
        client.get(reverse("catalogue:for_me"))
    few = dict(list(current().items())[:2])
    monkeypatch.setattr("huimin.platform.catalogue.queries.chances.current", lambda: few)
    with CaptureQueriesContext(connection) as two:
        client.get(reverse("catalogue:for_me"))
    assert len(all_of_them) == len(two) <= 20
