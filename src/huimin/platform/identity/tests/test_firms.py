"""Acting for a firm: the representative by the register, the powers that he gives and takes away, the firm's seal."""

from dataclasses import replace
from datetime import timedelta

import pytest

from huimin.platform.identity import operations, queries
from huimin.platform.identity.models import Account, Delegation
from huimin.platform.identity.operations.delegations import DelegatedAlready, NoAct
from huimin.platform.identity.ports import RegisteredFirm, firm_finder
from huimin.platform.identity.tests import factories
from huimin.platform.identity.tests.factories import AT
from huimin.platform.journal import queries as journal
from huimin.platform.journal.rules import Actor

pytestmark = pytest.mark.django_db
FIRM = "organisation:E1"
LATER = AT + timedelta(days=30)


@pytest.fixture
def register():
    """A register of firms in which P1 represents one firm; it can be changed."""
    known = {"P1": [RegisteredFirm("E1", "合成餐饮有限公司")]}
    kept = firm_finder.find()
    firm_finder.unplug()
    firm_finder.plug(lambda keys: {key: known[key] for key in keys if key in known})
    yield known
    firm_finder.unplug()
    if kept is not None:
        firm_finder.plug(kept)


def actor_of(account: Account, principal: str = "") -> Actor:
    return Actor(kind="account", ref=account.public_id, on_behalf_of=principal)


@pytest.fixture
def owner(register):
    return factories.account(person_key="P1")


@pytest.fixture
def representation(owner):
    (taken,) = operations.represent_firms(account=owner, actor=actor_of(owner), at=AT)
    return taken


@pytest.fixture
def agent():
    return factories.account(person_key="P2")


def give(representation, agent, **changed):
    given = {
        "acts": ["view", "apply"],
        "services": ["restaurant_opening"],
        "until": LATER,
        "actor": actor_of(representation.agent, FIRM),
        "at": AT,
    } | changed
    return operations.give_power(representation=representation, agent=agent, **given)


def accepted(representation, agent, **changed):
    power = give(representation, agent, **changed)
    operations.accept_delegation(delegation=power, actor=actor_of(agent), at=AT)
    return power


@pytest.mark.covers("C02", "P19")
def test_the_register_makes_the_representative_once(owner, representation) -> None:
    assert representation.principal_name == "合成餐饮有限公司"
    assert representation.manages
    assert operations.represent_firms(account=owner, actor=actor_of(owner), at=AT) == []
    facts = [entry.kind for entry in journal.entries_about([FIRM])]
    assert facts == ["identity.RepresentationConfirmed"]


def test_who_is_nobody_in_the_register_represents_nothing(register, agent) -> None:
    with pytest.raises(operations.RepresentsNoFirm):
        operations.represent_firms(account=agent, actor=actor_of(agent), at=AT)
    unproven = factories.account()
    with pytest.raises(operations.MayNotDelegate):
        operations.represent_firms(account=unproven, actor=actor_of(unproven), at=AT)


def test_a_power_given_before_is_taken_up_in_the_representation(register, representation, agent) -> None:
    accepted(representation, agent)
    register["P2"] = register["P1"]
    (taken,) = operations.represent_firms(account=agent, actor=actor_of(agent), at=AT)
    assert [one.manages for one in queries.delegations_to(agent, AT)] == [True]
    assert taken.manages


def test_a_representation_ends_with_the_register(register, owner, representation) -> None:
    register.clear()
    with pytest.raises(operations.NoLongerRepresents):
        operations.begin_acting(account=owner, delegation=representation, actor=actor_of(owner), at=AT)
    assert not queries.delegations_to(owner, AT).exists()
    assert journal.entries_about([FIRM])[0].kind == "identity.RepresentationEnded"


def test_stale_representations_end_by_themselves_and_agents_stay(register, representation, agent) -> None:
    accepted(representation, agent)
    assert operations.end_stale_representations(at=AT) == 0
    register.clear()
    assert operations.end_stale_representations(at=AT) == 1
    assert list(Delegation.objects.current(AT)) == list(queries.delegations_to(agent, AT))


@pytest.mark.covers("C02", "P19")
def test_a_power_reaches_its_acts_its_services_and_its_end(representation, agent) -> None:
    power = give(representation, agent)
    acting = actor_of(agent, FIRM)
    assert not queries.may_act(acting, "view", AT), "until the agent agrees"
    operations.accept_delegation(delegation=power, actor=actor_of(agent), at=AT)
    assert queries.may_act(acting, "apply", AT, service="restaurant_opening")
    assert not queries.may_act(acting, "apply", AT, service="hr_agency_licence")
    assert not queries.may_act(acting, "sign", AT, service="restaurant_opening")
    assert not queries.may_act(acting, "apply", LATER, service="restaurant_opening")
    assert queries.services_open_to(acting, AT) == {"restaurant_opening"}
    assert queries.services_open_to(actor_of(representation.agent, FIRM), AT) is None


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"until": None}, NoAct),
        ({"acts": []}, NoAct),
        ({"acts": ["manage"]}, NoAct),
        ({"until": AT}, NoAct),
    ],
)
def test_a_power_has_acts_and_an_end_and_never_the_power_to_give(representation, agent, changed, refusal) -> None:
    with pytest.raises(refusal):
        give(representation, agent, **changed)
    assert not Delegation.objects.filter(agent=agent).exists()


def test_only_the_representative_gives_and_takes_away(representation, agent) -> None:
    power = accepted(representation, agent)
    third = factories.account(person_key="P3")
    with pytest.raises(operations.MayNotManage):
        give(power, third, actor=actor_of(agent, FIRM))
    with pytest.raises(operations.MayNotManage):
        operations.take_power_away(representation=power, power=representation, actor=actor_of(agent, FIRM), at=AT)
    with pytest.raises(operations.MayNotDelegate):
        give(representation, representation.agent)
    with pytest.raises(DelegatedAlready):
        give(representation, agent)


def test_what_was_taken_away_ends_at_once(representation, agent) -> None:
    power = accepted(representation, agent)
    boss = actor_of(representation.agent, FIRM)
    operations.take_power_away(representation=representation, power=power, actor=boss, at=AT)
    assert not queries.may_act(actor_of(agent, FIRM), "view", AT)
    assert not queries.scope_of(actor_of(agent, FIRM), resource="registries.organisations", purpose="self", at=AT)


def test_a_representative_who_is_none_any_more_gives_nothing(register, representation, agent) -> None:
    register.clear()
    with pytest.raises(operations.NoLongerRepresents):
        give(representation, agent)
    assert not queries.delegations_to(representation.agent, AT).exists()


def test_the_seal_leaves_a_mark_and_says_that_it_is_simulated(representation, agent) -> None:
    acting = replace(actor_of(agent, FIRM))
    marks = {
        operations.use_seal(principal=FIRM, what=f"case:{number}", sealed=sealed, actor=acting, at=AT)
        for number, sealed in ((1, "k1:aa"), (2, "k1:bb"), (3, "k1:aa"))
    }
    assert len(marks) == 2, "the mark is that of the firm and of what was sealed"
    used = journal.entries_about([FIRM])[0]
    assert used.fact.simulated
    assert used.actor.ref == agent.public_id
