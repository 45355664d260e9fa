"""Looks: journalled before they are shown, within the scope, at the price of one keyed read."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from huimin.platform.identity.queries import scope_of
from huimin.platform.journal.models import Entry
from huimin.platform.journal.queries import entries_about
from huimin.platform.registries import operations, queries
from huimin.platform.registries.events import LookedForNobody, LookedUp, QuestionAnswered
from huimin.platform.registries.operations import Reason
from huimin.platform.registries.tests import factories as make

pytestmark = pytest.mark.django_db
WHY = Reason(purpose="case_handling", case_ref="弋受2026-0007")


def look(actor, *, reason=WHY, wanted=None):
    return operations.look_up(
        wanted or queries.wanted_number(make.NUMBER), reason=reason, actor=actor, at=timezone.now()
    )


@pytest.mark.covers("D16")
def test_only_granted_fields_are_shown_masked_where_the_grant_says_so():
    make.person()
    officer = make.official()
    make.grant(officer)
    shown = {value.field: value.value for value in look(officer).values}
    assert shown == {
        "citizen_id": "340202********039X", "name": "王小明", "sex": "1", "birth_date": "1980-01-01", "phone": "138****1234",
        "residence_address": shown["residence_address"],
    }  # fmt: skip
    assert "1503" not in shown["residence_address"]


@pytest.mark.covers("D16")
def test_a_person_is_found_by_name_and_birth_and_a_firm_by_its_code():
    person, firm = make.person(), make.organisation()
    officer = make.official()
    make.grant(officer)
    make.grant(officer, resource="registries.organisations", plain=["uscc", "name"], masked={})
    by_name = look(officer, wanted=queries.wanted_name("王 小明", person.birth_date))
    assert by_name.reference == f"person:{person.key}"
    assert look(officer, wanted=queries.wanted_uscc(make.USCC)).reference == f"organisation:{firm.key}"


def test_several_of_one_name_and_birth_are_not_chosen_between():
    make.person(), make.person("P000000002")
    officer = make.official()
    make.grant(officer)
    with pytest.raises(queries.SeveralFound):
        look(officer)
    assert Entry.objects.filter(kind=LookedForNobody.kind).count() == 1


def test_the_look_is_in_the_journal_even_if_showing_it_fails(monkeypatch):
    person = make.person()
    officer = make.official()
    make.grant(officer)

    def breaks(*_args):
        raise RuntimeError("rendering")

    monkeypatch.setattr("huimin.platform.registries.operations.looking.card_of", breaks)
    with pytest.raises(RuntimeError, match="rendering"):
        look(officer)
    (entry,) = entries_about([f"person:{person.key}"])
    assert isinstance(entry.fact, LookedUp)
    assert (entry.fact.purpose, entry.fact.case_ref, entry.actor.post) == (
        "case_handling",
        "弋受2026-0007",
        officer.post,
    )
    assert set(entry.fact.fields) == {"citizen_id", "name", "sex", "birth_date", "phone", "residence_address"}


def test_nothing_is_shown_when_the_journal_cannot_be_written(monkeypatch):
    make.person()
    officer = make.official()
    make.grant(officer)

    def full(*_args, **_more):
        raise OSError("disk")

    monkeypatch.setattr("huimin.platform.registries.operations.looking.publish_alone", full)
    with pytest.raises(OSError, match="disk"):
        look(officer)


def test_nobody_found_is_journalled_with_a_keyed_digest_and_told_apart_from_nothing():
    make.person(division="340204")
    officer = make.official(divisions=("340202",))
    make.grant(officer, rows="post_divisions")
    for wanted in (queries.wanted_number(make.NUMBER), queries.wanted_number(make.OTHER_NUMBER)):
        with pytest.raises(queries.NobodyFound):
            look(officer, wanted=wanted)
    entries = Entry.objects.filter(kind=LookedForNobody.kind)
    assert entries.count() == 2
    assert all(make.NUMBER not in entry.body and make.OTHER_NUMBER not in entry.body for entry in entries)


@pytest.mark.parametrize(
    ("reason", "refusal"),
    [
        (Reason(purpose="tax_administration", case_ref="1"), operations.PurposeNotGranted),
        (Reason(purpose="self", case_ref="1"), operations.PurposeNotGranted),
        (Reason(purpose="case_handling", case_ref=" "), operations.CaseMissing),
        (Reason(purpose="case_handling", case_ref=f"关于{make.NUMBER}"), operations.CaseNotFit),
        (Reason(purpose="case_handling", case_ref="x" * 65), operations.CaseNotFit),
    ],
)
def test_a_look_needs_a_granted_purpose_and_a_case(reason, refusal):
    make.person()
    officer = make.official()
    make.grant(officer)
    with pytest.raises(refusal):
        look(officer, reason=reason)


def test_one_may_not_ask_by_a_field_that_is_not_granted():
    person = make.person()
    officer = make.official()
    make.grant(officer, plain=["name"], masked={})
    with pytest.raises(operations.PurposeNotGranted):
        look(officer)
    with pytest.raises(operations.PurposeNotGranted):
        look(officer, wanted=queries.wanted_name("王小明", person.birth_date))


def test_a_look_is_kept_from_its_subject_only_for_an_investigation_and_a_time():
    make.person()
    officer, owner = make.official(), make.citizen()
    make.grant(officer)
    today = timezone.localdate()
    for purpose, days in (("case_handling", 10), ("case_investigation", 181), ("case_investigation", 0)):
        with pytest.raises(operations.RestrictionNotAllowed):
            look(officer, reason=Reason(purpose=purpose, case_ref="1", restricted_until=today + timedelta(days=days)))
    until = today + timedelta(days=30)
    look(officer, reason=Reason(purpose="case_investigation", case_ref="1", restricted_until=until))
    own = queries.access_own(owner, at=timezone.now())
    assert list(queries.looks_at(own, at=timezone.now())) == []
    assert len(queries.looks_at(own, at=timezone.now() + timedelta(days=30))) == 1


@pytest.mark.covers("D16")
def test_a_yes_no_question_shows_no_value():
    person = make.person()
    officer = make.official(duty="quick_query")
    make.grant(officer)
    asked = operations.ask_yes_no(
        "is_adult", queries.wanted_number(make.NUMBER), reason=WHY, actor=officer, at=timezone.now()
    )
    assert asked is True
    disputed = operations.ask_yes_no(
        "is_married", queries.wanted_number(make.NUMBER), reason=WHY, actor=officer, at=timezone.now()
    )
    assert disputed is None
    facts = [entry.fact for entry in entries_about([f"person:{person.key}"])]
    assert [fact.question for fact in facts if isinstance(fact, QuestionAnswered)] == ["is_married", "is_adult"]
    with pytest.raises(operations.PurposeNotGranted):  # employer_uscc is not granted under any mask
        operations.ask_yes_no(
            "employed_in_city", queries.wanted_number(make.NUMBER), reason=WHY, actor=officer, at=timezone.now()
        )


def test_a_look_is_one_keyed_read_and_one_append_beside_the_grants():
    make.person()
    officer = make.official()
    make.grant(officer)
    look(officer)
    with CaptureQueriesContext(connection) as rights:
        scope_of(officer, resource="registries.people", purpose="case_handling", at=timezone.now())
    with CaptureQueriesContext(connection) as whole:
        look(officer)
    reads = [one["sql"] for one in whole if one["sql"].startswith("SELECT") and "registries_person" in one["sql"]]
    assert len(reads) == 1
    assert len(whole) - len(rights) <= 7, [one["sql"][:90] for one in whole]


def test_the_read_uses_an_index():
    make.person()
    for wanted in (
        queries.wanted_number(make.NUMBER),
        queries.wanted_name("王小明", make.person("P2", number=make.OTHER_NUMBER).birth_date),
    ):
        with CaptureQueriesContext(connection) as asked:
            queries.find_row(wanted)
        plan = asked[0]["sql"]
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {plan}")
                assert "SEARCH" in cursor.fetchall()[0][3]
