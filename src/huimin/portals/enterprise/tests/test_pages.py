"""A firm's pages: only for who acts for it, only as far as his power reaches, at a fixed cost."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from huimin.platform.cases import operations, queries
from huimin.platform.cases.models import Case
from huimin.platform.catalogue.operations import publish_services
from huimin.platform.catalogue.queries.items import get_service
from huimin.platform.identity.models import Account, Delegation
from huimin.platform.identity.queries import DELEGATION_IN_SESSION
from huimin.platform.journal import queries as journal
from huimin.platform.journal.rules import Actor
from huimin.platform.licences.operations import Grant, grant_licence
from huimin.platform.licences.tests.factories import issuer
from huimin.platform.registries.models import Organisation
from huimin.platform.registries.tests.factories import SYSTEM, USCC, account_of, citizen, golden, json, person

pytestmark = pytest.mark.django_db
FIRM, NAME = "organisation:E000000001", "芜湖合成餐饮有限公司"


def power(actor, *, acts, services=(), name=NAME, principal=FIRM, basis="tests"):
    return Delegation.objects.create(
        principal=principal,
        principal_name=name,
        agent=account_of(actor),
        relation="firm",
        acts=list(acts),
        services=list(services),
        state="active",
        basis=basis,
        offered_at=timezone.now() - timedelta(days=1),
        until=timezone.now() + timedelta(days=30),
    )


def acting(delegation) -> Client:
    client = Client()
    client.force_login(delegation.agent)
    session = client.session
    session[DELEGATION_IN_SESSION] = delegation.public_id
    session.save()
    return client


def main_of(answer) -> str:
    return re.search(r"<main.*</main>", answer.content.decode(), re.S)[0]


@pytest.fixture
def firm(db):
    values = {
        "uscc": golden(USCC, "market.entities"),
        "name": golden(NAME, "market.entities"),
        "status": golden("存续", "market.entities"),
        "legal_representative": golden("王小明", "market.entities", disputes={"tax.payers": "王大明"}),
    }
    return Organisation.objects.create(
        key="E000000001",
        number=USCC,
        name_key=NAME,
        division="340202",
        values=json.dumps(values, ensure_ascii=False),
    )


@pytest.fixture
def published(db):
    """The services as cases keep them."""
    publish_services(actor=SYSTEM, at=timezone.now())


@pytest.fixture
def boss(firm):
    person()
    return power(citizen(), acts=[act.value for act in Delegation.Act])


@pytest.fixture
def agent(firm):
    person("P000000002", number="340204195001011236", name="合成代办")
    return power(citizen("P000000002", "合成代办"), acts=["view", "apply"], services=["restaurant_opening"])


def begins(delegation, service):
    actor = replace(
        citizen_actor(delegation),
        on_behalf_of=delegation.principal,
    )
    return operations.start_draft(service, actor=actor, at=timezone.now())


def citizen_actor(delegation):
    return Actor(kind="account", ref=delegation.agent.public_id)


@pytest.mark.covers("C02")
def test_the_home_page_of_who_acts_for_a_firm_is_the_firm_s(boss) -> None:
    client = acting(boss)
    assert client.get("/").headers["Location"] == reverse("enterprise:home")
    answer = client.get(reverse("enterprise:home"))
    page = answer.content.decode()
    assert f"<h1>{NAME}</h1>" in page
    assert "您是这家企业的法定代表人（经营者）" in page
    assert "portal-enterprise" in client.get(reverse("cases:mine")).content.decode()
    assert "portal-citizen" in client_without_acting(boss).get(reverse("cases:mine")).content.decode()


def client_without_acting(delegation) -> Client:
    client = Client()
    client.force_login(delegation.agent)
    return client


def test_who_acts_for_no_firm_finds_nothing_here(boss) -> None:
    client = client_without_acting(boss)
    for name in ("home", "agents", "give", "seal"):
        assert client.get(reverse(f"enterprise:{name}")).status_code == 404
    assert "enterprise/" not in main_of(client.get("/"))
    mother = power(citizen("P000000003", "合成女儿"), acts=["view"], name="合成母亲", principal="person:P000000001")
    assert acting(mother).get(reverse("enterprise:home")).status_code == 404


@pytest.mark.covers("C02", "P19")
def test_a_power_for_one_service_reaches_that_service(agent, published) -> None:
    assert begins(agent, "restaurant_opening").applicant == FIRM
    with pytest.raises(queries.drafts.NotProvenToApply):
        begins(agent, "hr_agency_licence")
    page = main_of(acting(agent).get(reverse("enterprise:home")))
    assert "您可以替它：查看信息、申办事项" in page
    assert "开办餐饮店一件事" in page, "the draft waits"


@pytest.mark.covers("P19")
def test_agents_read_of_themselves_and_the_representative_of_all(boss, agent) -> None:
    page = main_of(acting(agent).get(reverse("enterprise:agents")))
    assert "合成代办" in page
    assert "王小明" not in page
    assert "授权给代办人" not in page
    assert acting(agent).get(reverse("enterprise:agent", args=[boss.public_id])).status_code == 404
    page = main_of(acting(boss).get(reverse("enterprise:agents")))
    assert re.search(r"开办餐饮店一件事.*收回授权", page, re.S)
    refused = acting(agent).post(reverse("enterprise:end", args=[boss.public_id]))
    assert refused.status_code == 403
    boss.refresh_from_db()
    assert boss.state == "active"


@pytest.mark.covers("C02", "P19")
def test_the_representative_gives_and_takes_away(boss, agent) -> None:
    client, third = acting(boss), account_of(citizen("P000000009", "合成会计"))
    until = (timezone.localdate() + timedelta(days=10)).isoformat()
    wrong = client.post(reverse("enterprise:give"), {"agent": "nobody-here", "acts": ["view"], "until": until})
    assert wrong.status_code == 400
    assert "须先完成实名认证" in main_of(wrong)
    empty = client.post(reverse("enterprise:give"), {})
    assert empty.status_code == 400
    asked = {"agent": third.username, "acts": ["view", "sign"], "services": ["hr_agency_licence"], "until": until}
    assert client.post(reverse("enterprise:give"), asked).status_code == 302
    given = Delegation.objects.get(agent=third)
    assert (given.state, given.acts, given.services) == ("offered", ["view", "sign"], ["hr_agency_licence"])
    offered = client_of(third).get("/")
    assert f"{NAME} 请您代办" in main_of(offered)
    assert client.post(reverse("enterprise:end", args=[agent.public_id])).status_code == 302
    assert acting(agent).get(reverse("enterprise:home")).status_code == 404


def client_of(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


@pytest.mark.covers("C02")
def test_a_firm_s_data_are_shown_with_their_sources_and_changed_at_their_register(boss, agent) -> None:
    page = main_of(acting(agent).get(reverse("registries:my_data")))
    assert "<h1>企业信息</h1>" in page
    assert "市市场监督管理局" in page
    assert "有异议" in page
    assert "更正</a>" not in page
    look = journal.entries_about([FIRM])[0]
    assert look.actor.on_behalf_of == FIRM
    looks = main_of(acting(boss).get(reverse("registries:my_looks")))
    assert "法定代表人" in looks
    assert acting(boss).get(reverse("registries:correct", args=["legal_representative"])).status_code == 409
    assert acting(boss).get(reverse("registries:my_value", args=["name"])).status_code == 200
    assert acting(boss).get(reverse("registries:download", args=["json"])).json()["reference"] == FIRM


@pytest.fixture
def licence(boss):
    at = timezone.now()
    grant = Grant(
        type="food_business_licence",
        holder=FIRM,
        holder_name=NAME,
        holder_number=USCC,
        department=issuer().code,
        fields={
            "name": NAME,
            "legal_representative": "王小明",
            "premises": "芜湖市镜湖区中山路1号",
            "kind": "小餐饮",
            "items": "热食类",
        },
        valid_from=timezone.localdate(at) - timedelta(days=1800),
        valid_until=timezone.localdate(at) + timedelta(days=20),
    )
    return grant_licence(grant, actor=SYSTEM, at=at)


@pytest.mark.covers("C02", "P18")
def test_a_licence_that_ends_is_renewed_with_a_tap(boss, licence, published) -> None:
    client = acting(boss)
    page = main_of(client.get(reverse("enterprise:home")))
    begin = reverse("cases:begin", args=["food_licence_renewal"])
    assert re.search(rf'{licence.public_id}.*action="{begin}"', page, re.S)
    assert client.post(begin).status_code == 302
    assert "续办" in main_of(client.get(reverse("enterprise:home"))), "until it is lodged"


def test_the_home_page_costs_the_same_for_one_case_and_for_many(boss, licence, published) -> None:
    client = acting(boss)

    def cost() -> int:
        client.get(reverse("enterprise:home"))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("enterprise:home")).status_code == 200
        return len(asked)

    def case(number: int) -> None:
        service = get_service("restaurant_opening")
        Case.objects.create(
            number=f"HM{number}", service=service.code, version=service.version, revision=service.revision,
            applicant=FIRM, applicant_name=NAME, channel="online", department="scjgj", lodged_at=timezone.now(),
        )  # fmt: skip

    case(1)
    one = cost()
    for number in range(2, 7):
        case(number)
    assert cost() == one <= 40


@pytest.mark.parametrize("name", ["home", "agents", "give", "seal"])
def test_every_page_is_english_when_asked(boss, name) -> None:
    answer = acting(boss).get(reverse(f"enterprise:{name}"), headers={"accept-language": "en"})
    text = re.sub(r"<[^>]+>", "", re.sub(r"演示\S*", "", main_of(answer))).replace(NAME, "").replace("王小明", "")
    assert re.findall(r"[一-鿿]+", text) == []
