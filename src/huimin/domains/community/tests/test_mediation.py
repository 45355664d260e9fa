"""A dispute from its registration to a kept agreement, and every way beside that; who may see it; its pages."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from huimin.domains.community import operations, queries
from huimin.domains.community.models import Mediation, MediationStands
from huimin.domains.community.operations import NewParty
from huimin.platform.incidents.tests import factories as make
from huimin.platform.journal.queries import entries_about
from huimin.platform.process.operations import fire_due_timers

pytestmark = [pytest.mark.django_db, pytest.mark.covers("G01", "G15")]
NOW = make.NOW
BOTH = (NewParty(side="asks", name="合成甲", telephone="13900000000"), NewParty(side="answers", name="合成乙"))


def opened(actor, **otherwise) -> Mediation:
    given = {"kind": "neighbours", "summary": "楼上漏水", "division": "340202", "parties": BOTH, **otherwise}
    return operations.open_mediation(**given, actor=actor, at=otherwise.pop("at", NOW))


def test_a_dispute_is_taken_up_agreed_on_and_kept(people):
    mediation = opened(people.mediator)
    operations.take_mediation(mediation.number, accept=True, actor=people.mediator, at=NOW)
    agreed = operations.settle_mediation(
        mediation.number, agreement="楼上修好水管，赔 800 元", agreed_on=NOW.date(), actor=people.mediator, at=NOW
    )
    assert (agreed.state, {one.signed_on for one in agreed.parties.all()}) == ("agreed", {NOW.date()})
    with pytest.raises(operations.NothingToDo):
        operations.follow_up_mediation(mediation.number, kept=True, said="好", actor=people.mediator, at=NOW)
    later = NOW + timedelta(days=15)
    fire_due_timers(at=later)
    kept = operations.follow_up_mediation(
        mediation.number, kept=True, said="水管已修，款已付", actor=people.mediator, at=later
    )
    assert (kept.state, kept.ended_at) == ("kept", later)


def test_an_agreement_that_is_not_kept_is_mediated_again(people):
    mediation = opened(people.mediator)
    operations.take_mediation(mediation.number, accept=True, actor=people.mediator, at=NOW)
    operations.settle_mediation(
        mediation.number, agreement="下周付清", agreed_on=NOW.date(), actor=people.mediator, at=NOW
    )
    later = NOW + timedelta(days=15)
    fire_due_timers(at=later)
    again = operations.follow_up_mediation(mediation.number, kept=False, said="没有付", actor=people.mediator, at=later)
    assert again.state == "mediating"
    ended = operations.end_without_agreement(
        mediation.number, withdrawn=False, said="一方不愿再谈", actor=people.mediator, at=later
    )
    assert (ended.state, ended.ended_at) == ("failed", later)


def test_what_is_not_for_mediation_is_refused_with_a_reason(people):
    mediation = opened(people.mediator)
    with pytest.raises(operations.SayWhat):
        operations.take_mediation(mediation.number, accept=False, actor=people.mediator, at=NOW)
    refused = operations.take_mediation(mediation.number, accept=False, said="已经起诉", actor=people.mediator, at=NOW)
    assert refused.state == "refused"
    with pytest.raises(operations.NothingToDo):
        operations.take_mediation(mediation.number, accept=True, actor=people.mediator, at=NOW)


def test_a_dispute_has_two_sides_words_and_a_district_of_ones_own(people):
    for wrong, refusal in (
        ({"parties": BOTH[:1]}, operations.PartiesWanted),
        ({"parties": BOTH * 7}, operations.PartiesWanted),
        ({"summary": " "}, operations.SayWhat),
        ({"division": "340209"}, operations.NotYoursToMediate),
    ):
        with pytest.raises(refusal):
            opened(people.mediator, **wrong)
    with pytest.raises(operations.NotYoursToMediate):
        opened(people.worker)
    assert not Mediation.objects.exists()


def test_nobody_of_another_district_sees_it_and_no_fact_names_anybody(people):
    mediation = opened(people.mediator)
    with pytest.raises(queries.NoSuchMediation):
        queries.access_mediation(mediation.number, people.elsewhere, at=NOW)
    said = " ".join(entry.body for entry in entries_about([mediation.reference]))
    assert "MediationOpened" in " ".join(entry.kind for entry in entries_about([mediation.reference]))
    assert not any(word in said for word in ("合成甲", "13900000000", "漏水"))


def test_moves_that_are_not_in_the_table_are_refused():
    with pytest.raises(MediationStands):
        Mediation(state="open").move(Mediation.State.KEPT, at=NOW)


def test_the_pages_lead_through_it_and_every_look_is_journalled(people):
    client = Client()
    client.force_login(people.accounts["mediator"], backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(reverse("community:mediations")).status_code == 200
    given = {
        "kind": "neighbours",
        "division": "340202",
        "summary": "晒被子起争执",
        "asks": "合成丙",
        "answers": "合成丁",
    }
    assert client.post(reverse("community:new_mediation"), {**given, "answers": ""}).status_code == 400
    page = client.post(reverse("community:new_mediation"), given).url
    mediation = Mediation.objects.get()
    assert "合成丙" in client.get(page).content.decode()
    assert sum(entry.kind == "community.MediationLookedAt" for entry in entries_about([mediation.reference])) == 1
    assert client.post(page, {"act": "take", "accept": "no"}).status_code in {400, 422}
    assert client.post(page, {"act": "take", "accept": "yes"}).status_code == 302
    today = timezone.localdate()
    assert client.post(page, {"act": "settle", "agreement": "各退一步", "agreed_on": today}).status_code == 302
    mediation.refresh_from_db()
    assert mediation.state == "agreed"
    assert "合成丙" not in client.get(reverse("community:mediations"), {"view": "all"}).content.decode()
