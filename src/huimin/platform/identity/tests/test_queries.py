from datetime import timedelta

import pytest

from huimin.platform.identity import operations, queries
from huimin.platform.identity.models import Account, Delegation
from huimin.platform.identity.ports import ground_sources
from huimin.platform.identity.rules import Ground, Mask, Rows
from huimin.platform.identity.tests import factories
from huimin.platform.identity.tests.factories import AT, SYSTEM
from huimin.platform.journal.rules import Actor

pytestmark = pytest.mark.django_db
PEOPLE = "registries.people"


def actor(account: Account, post: str = "", on_behalf_of: str = "") -> Actor:
    return Actor(kind="account", ref=account.public_id, post=post, on_behalf_of=on_behalf_of)


@pytest.mark.covers("D16")
def test_a_grant_gives_its_fields_for_its_purpose_until_its_end() -> None:
    officer, post = factories.official()
    grant = factories.grant(post)
    asking = actor(officer, post.code)
    scope = queries.scope_of(asking, resource=PEOPLE, purpose="case_handling", at=AT)
    assert scope.rows.everything
    assert scope.visible({}, ["name", "citizen_id", "phone"], {}) == {"name": None, "citizen_id": Mask.NUMBER}
    assert scope.until == grant.until
    assert not queries.scope_of(asking, resource=PEOPLE, purpose="curiosity", at=AT)
    assert not queries.scope_of(asking, resource="registries.organisations", purpose="case_handling", at=AT)
    assert not queries.scope_of(asking, resource=PEOPLE, purpose="case_handling", at=grant.until)
    operations.end_grant(grant=grant, actor=SYSTEM, at=AT)
    assert not queries.scope_of(asking, resource=PEOPLE, purpose="case_handling", at=AT)


def test_a_post_gives_nothing_to_who_does_not_hold_it() -> None:
    officer, post = factories.official()
    factories.grant(post)
    stranger = factories.account("official")
    assert not queries.scope_of(actor(stranger, post.code), resource=PEOPLE, purpose="case_handling", at=AT)
    operations.leave_post(account=officer, post=post, actor=SYSTEM, at=AT + timedelta(hours=1))
    after = AT + timedelta(hours=2)
    assert not queries.scope_of(actor(officer, post.code), resource=PEOPLE, purpose="case_handling", at=after)


def test_a_district_post_reaches_its_district() -> None:
    officer, post = factories.official("grid_worker", ("340202",))
    factories.grant(post, rows="post_divisions")
    scope = queries.scope_of(actor(officer, post.code), resource=PEOPLE, purpose="case_handling", at=AT)
    assert scope.rows == Rows(divisions=frozenset({"340202"}))


def test_own_data_is_for_proven_accounts() -> None:
    anybody, proven = factories.account(), factories.account(person_key="P7")
    assert not queries.scope_of(actor(anybody), resource=PEOPLE, purpose="self", at=AT)
    assert queries.scope_of(actor(proven), resource=PEOPLE, purpose="self", at=AT).rows == Rows(
        persons=frozenset({"P7"})
    )
    assert not queries.scope_of(actor(proven), resource=PEOPLE, purpose="case_handling", at=AT)


def test_who_acts_for_somebody_sees_that_person_only_while_it_holds() -> None:
    agent, principal = factories.account(person_key="P1"), factories.account(person_key="P2")
    delegation = operations.offer_delegation(
        principal=principal,
        agent=agent,
        relation="mother",
        acts=["view"],
        until=AT + timedelta(days=1),
        actor=SYSTEM,
        at=AT,
    )
    acting = actor(agent, on_behalf_of="person:P2")
    assert not queries.scope_of(acting, resource=PEOPLE, purpose="self", at=AT)
    operations.accept_delegation(delegation=delegation, actor=SYSTEM, at=AT)
    assert queries.scope_of(acting, resource=PEOPLE, purpose="self", at=AT).rows == Rows(persons=frozenset({"P2"}))
    assert queries.may_act(acting, Delegation.Act.VIEW, AT)
    assert not queries.may_act(acting, Delegation.Act.APPLY, AT)
    assert not queries.scope_of(acting, resource=PEOPLE, purpose="self", at=AT + timedelta(days=1))
    operations.revoke_delegation(delegation=delegation, actor=SYSTEM, at=AT)
    assert not queries.scope_of(acting, resource=PEOPLE, purpose="self", at=AT)


def test_other_apps_add_grounds() -> None:
    officer, post = factories.official()
    extra = Ground("case:1", Rows(persons=frozenset({"P9"})), frozenset({"name"}), purposes=frozenset({"case"}))
    ground_sources.register("tests", lambda actor, *, resource, purpose, at: [extra])
    try:
        scope = queries.scope_of(actor(officer, post.code), resource=PEOPLE, purpose="case", at=AT)
    finally:
        ground_sources._things.pop("tests")
    assert scope.bases == ("case:1",)


def test_an_administrator_sees_no_business() -> None:
    administrator = factories.account("official")
    operations.appoint_administrator(account=administrator, role="system", actor=SYSTEM, at=AT)
    assert not queries.scope_of(actor(administrator), resource=PEOPLE, purpose="case_handling", at=AT)
