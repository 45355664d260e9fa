"""A decision goes back as the department's own record and changes the registry; one that cannot be written holds up no other."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from huimin.platform.cases import operations
from huimin.platform.cases.models import Case, OutcomeRecord
from huimin.platform.cases.queries.outcomes import outcomes_held_up, outgoing_of
from huimin.platform.cases.rules import State
from huimin.platform.cases.tests.factories import do, official
from huimin.platform.cases.tests.test_offering import reconciled, row
from huimin.platform.cases.tests.test_pages import signed_in
from huimin.platform.cases.tests.test_walks import settle
from huimin.platform.exchange.models import Delivery, QuarantinedRow
from huimin.platform.exchange.operations import resubmit_quarantined_row
from huimin.platform.journal.queries import entries_about
from huimin.platform.journal.rules import Actor
from huimin.platform.registries.models import Person
from huimin.platform.registries.operations import refresh_awaited

pytestmark = pytest.mark.django_db
OUTCOMES = Actor(kind="system", ref="outcomes")
GROOM, BRIDE = row(101, "1996-08-12", 婚姻状况="未婚"), row(102, "1998-01-05", 婚姻状况="未婚")


def married(key: str) -> tuple[str, str]:
    said = json.loads(Person.objects.get(key=key).values)["marital_status"]
    return said["v"], said["s"]


@pytest.mark.covers("P01", "D05")
def test_a_marriage_at_the_window_changes_the_registry_of_both(city, settings) -> None:
    settings.DEMO = True
    at = city[1]
    reconciled(at, GROOM, BRIDE)
    keys = [Person.objects.get(number=one["公民身份号码"]).key for one in (GROOM, BRIDE)]
    assert [married(key) for key in keys] == [("10", "police.population")] * 2
    clerk = official("xzfw.window", at)
    desk = signed_in(clerk)
    draft = operations.start_intake(
        "marriage_registration", citizen_id=GROOM["公民身份号码"], name=GROOM["姓名"], actor=clerk, at=at
    )
    url = f"/desk/window/drafts/{draft.public_id}/"
    page = desk.get(url).content.decode()
    assert "party-spouse-citizen_id" in page
    form = {
        "married_before": "never",
        "not_relatives": "true",
        "phone": "13900000001",
        "party-spouse-citizen_id": BRIDE["公民身份号码"],
        "party-spouse-name": "错名",
        "original": ["statement", "photographs"],
    }
    assert "与登记不一致" in desk.post(url, form).content.decode()
    named = desk.post(url, {**form, "party-spouse-name": BRIDE["姓名"]}).content.decode()
    assert "另一方的签署" in named
    assert "本人在场，证件已核对，已当面签字" in named
    assert 'name="spouse_phone"' not in named, "what only she can say is asked when she has signed"
    asked = desk.post(url, {**form, "signature": "spouse"}).content.decode()
    assert 'name="spouse_phone"' in asked
    done = desk.post(url, {**form, "signature": "spouse", "spouse_phone": "13900000002"})
    assert done.status_code == 302, done.content.decode()
    case = Case.objects.get()
    assert case.signatures.get().answered_by == "post:xzfw.window"
    assert case.parties == {"applicant": f"person:{keys[0]}", "spouse": f"person:{keys[1]}"}
    at = timezone.now()
    do(case, "decide", "granted", at)
    settle(at)
    case.refresh_from_db()
    assert case.state == State.GRANTED
    assert operations.land_outcomes(actor=OUTCOMES, at=at) == 2
    assert operations.land_outcomes(actor=OUTCOMES, at=at) == 0, "once is once"
    settle(timezone.now())
    refresh_awaited(actor=OUTCOMES, at=at)
    assert [married(key) for key in keys] == [("20", "civil.marriage")] * 2
    assert [one.is_in for one in outgoing_of(case, language="zh")] == [True, True]
    looked = [entry for entry in entries_about([f"person:{keys[1]}"], at=at) if entry.kind.endswith("LookedUp")]
    assert looked, "that the clerk saw her data when she had signed is told to her"


def remembered(at, resource: str, **items: str) -> OutcomeRecord:
    """A record of a decision, as the step leaves it."""
    serial = Case.objects.count() + 1
    case = Case.objects.create(
        number=f"3402-26-{serial:07}X", service="marriage_registration", version=1, revision=0, applicant="person:P1",
        applicant_name="王", channel="online", department="qu_jinghu", lodged_at=at, decided_at=at,
    )  # fmt: skip
    return OutcomeRecord.objects.create(case=case, resource=resource, items=items, decided_on=timezone.localdate(at))


MARRIAGE = {"certificate": "1", "name": GROOM["姓名"], "citizen_id": GROOM["公民身份号码"], "marital_status": "20"}


def test_one_that_cannot_be_written_holds_up_no_other_and_is_tried_ever_more_rarely(city) -> None:
    at = city[1]
    unwritable = remembered(at, "civil.marriage", **{**MARRIAGE, "marital_status": "10"})
    broken = remembered(at, "civil.unknown", name="王")
    good = remembered(at, "civil.marriage", **MARRIAGE)
    assert operations.land_outcomes(actor=OUTCOMES, at=at) == 1
    good.refresh_from_db()
    assert Delivery.objects.get(number=good.delivery).landed == 1
    unwritable.refresh_from_db()
    broken.refresh_from_db()
    assert "婚姻状况" in unwritable.problem["zh"]
    assert "KeyError" in broken.problem["en"]
    assert operations.land_outcomes(actor=OUTCOMES, at=at + timedelta(seconds=59)) == 0
    assert OutcomeRecord.objects.get(pk=broken.pk).tries == 1, "not before its time"
    for minutes, tries in ((1, 2), (2, 2), (3, 3)):
        operations.land_outcomes(actor=OUTCOMES, at=at + timedelta(minutes=minutes))
        assert OutcomeRecord.objects.get(pk=broken.pk).tries == tries
    assert [record.pk for record in outcomes_held_up()] == [unwritable.pk, broken.pk]
    # Mended: it comes in by itself.
    OutcomeRecord.objects.filter(pk=unwritable.pk).update(items=MARRIAGE)
    assert operations.land_outcomes(actor=OUTCOMES, at=at + timedelta(days=1)) == 1
    assert [record.pk for record in outcomes_held_up()] == [broken.pk]


def test_a_record_that_the_department_s_rules_send_back_says_so(city) -> None:
    at = city[1]
    record = remembered(at, "civil.marriage", **{**MARRIAGE, "name": "王" * 101})
    operations.land_outcomes(actor=OUTCOMES, at=at)
    record.refresh_from_db()
    assert record.delivery is not None
    (shown,) = outgoing_of(record.case, language="en")
    assert not shown.is_in
    assert "sent this record back" in shown.problem


@pytest.mark.covers("D05")
def test_the_problem_of_a_record_that_was_sent_back_is_over_when_the_department_corrects_it(city) -> None:
    at = city[1]
    record = remembered(at, "civil.marriage", **{**MARRIAGE, "name": "王" * 101})
    operations.land_outcomes(actor=OUTCOMES, at=at)
    record.refresh_from_db()
    sent_back = Delivery.objects.get(number=record.delivery)
    for name, is_over in (("李" * 101, False), (GROOM["姓名"], True)):
        returned = QuarantinedRow.objects.get(delivery__number=record.delivery)
        column = next(column for column, value in returned.columns.items() if value in ("王" * 101, "李" * 101))
        columns = {**returned.columns, column: name}
        resubmit_quarantined_row(row=returned.pk, columns=columns, actor=OUTCOMES, at=timezone.now())
        settle(timezone.now())
        record.refresh_from_db()
        assert (record.problem == {}) == is_over
    assert record.delivery > sent_back.number
    assert [one.is_in for one in outgoing_of(record.case, language="zh")] == [True]
