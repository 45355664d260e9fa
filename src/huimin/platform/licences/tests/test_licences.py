import json
from datetime import date, timedelta

import pytest

from huimin.kernel.identifiers import CertificateId
from huimin.platform.identity.models import Account, Delegation
from huimin.platform.journal.operations import deliver_due
from huimin.platform.journal.queries import entries_about
from huimin.platform.licences import operations, queries
from huimin.platform.licences.models import Licence, MayNotMove, Presentation
from huimin.platform.licences.operations.granting import FieldsDoNotFit, NoIssuerCode
from huimin.platform.licences.operations.showing import CopyEndsWrong
from huimin.platform.licences.rules import State
from huimin.platform.licences.tests.factories import HOLDER, issuer, permit
from huimin.platform.notifications.queries import notices_of_account
from huimin.platform.registries.tests.factories import AT, SYSTEM, citizen, person

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 1)


@pytest.mark.covers("P18")
def test_a_licence_carries_a_checked_identifier_and_a_signature_over_all_it_says(home) -> None:
    licence = permit()
    number = CertificateId(licence.number)
    assert (number.issuer, number.version) == (issuer().uscc, "001")
    assert licence.valid_until == date(2029, 7, 1)
    assert queries.field_of(licence, "premises") == "弋江区利民路18号"
    assert queries.is_untouched(licence)
    Licence.objects.filter(pk=licence.pk).update(content=licence.content.replace("弋江区", "镜湖区"))
    assert not queries.is_untouched(queries.get_licence(licence.public_id))


def test_two_licences_never_share_a_number(home) -> None:
    assert permit().number != permit().number


def test_fields_that_the_type_does_not_declare_are_refused(home) -> None:
    with pytest.raises(FieldsDoNotFit):
        permit(fields={"premises": "某处"})
    assert not Licence.objects.exists()


def test_a_department_without_credit_code_grants_nothing(home) -> None:
    issuer()
    from huimin.platform.identity.models import Department

    Department.objects.filter(code="scjg").update(uscc="")
    with pytest.raises(NoIssuerCode):
        permit()


def test_a_revoked_licence_says_so_and_stays_so(home) -> None:
    licence = permit()
    operations.suspend_licence(licence.public_id, actor=SYSTEM, at=AT)
    operations.restore_licence(licence.public_id, actor=SYSTEM, at=AT)
    operations.revoke_licence(licence.public_id, case="case:2", actor=SYSTEM, at=AT)
    assert queries.get_licence(licence.public_id).standing(TODAY) is State.REVOKED
    with pytest.raises(MayNotMove):
        operations.restore_licence(licence.public_id, actor=SYSTEM, at=AT)
    with pytest.raises(operations.NotInForce):
        operations.note_use(queries.get_licence(licence.public_id), case="case:3", actor=SYSTEM, at=AT)


def test_a_reissued_licence_takes_the_place_of_the_old_one(home) -> None:
    old = permit()
    grant = operations.Grant(
        type="test_permit",
        holder=HOLDER,
        holder_name="王小明",
        holder_number="34020219800101039X",
        department="scjg",
        fields={"premises": "镜湖区某路1号", "remarks": ""},
        valid_from=TODAY,
    )
    new = operations.reissue_licence(old.public_id, grant, actor=SYSTEM, at=AT)
    assert queries.get_licence(old.public_id).standing(TODAY) is State.CANCELLED
    assert CertificateId(new.number).version == "002"
    assert CertificateId(new.number).serial == CertificateId(old.number).serial
    assert queries.find_in_force(HOLDER, "test_permit", on=TODAY) == new


def test_nobody_sees_the_licences_of_another(holder) -> None:
    licence = permit()
    person("P000000002", number="340204195001011236", name="李四")
    other = citizen("P000000002", "李四")
    assert queries.access_own_licence(licence.public_id, holder, at=AT) == licence
    with pytest.raises(queries.NoSuchLicence):
        queries.access_own_licence(licence.public_id, other, at=AT)
    with pytest.raises(queries.NoSuchLicence):
        operations.present_licence(licence.public_id, actor=other, at=AT)
    assert not queries.own_licences(citizen("", "无名"), at=AT).exists()


def test_who_acts_for_somebody_sees_his_licences_while_the_delegation_lasts(holder) -> None:
    from dataclasses import replace

    licence = permit()
    person("P000000002", number="340204195001011236", name="李四")
    agent = citizen("P000000002", "李四")
    Delegation.objects.create(
        principal=HOLDER,
        principal_name="王小明",
        agent=Account.objects.get(public_id=agent.ref),
        relation="other",
        acts=["view"],
        state="active",
        basis="own account",
        offered_at=AT,
        until=AT + timedelta(days=1),
    )
    acting = replace(agent, on_behalf_of=HOLDER)
    assert queries.own_licences(acting, at=AT).get() == licence
    assert not queries.own_licences(acting, at=AT + timedelta(days=2)).exists()


def test_a_shown_code_ends_and_its_text_is_kept_nowhere(holder) -> None:
    licence = permit()
    made, code = operations.present_licence(licence.public_id, actor=holder, at=AT)
    assert code not in json.dumps(list(Presentation.objects.values("digest")))
    assert operations.check_presented(code, actor=SYSTEM, at=AT) == licence
    with pytest.raises(queries.CodeOver):
        operations.check_presented(code, actor=SYSTEM, at=made.ends_at)
    operations.forget_presentations(at=AT + timedelta(days=2))
    assert not Presentation.objects.exists()


def test_the_holder_sees_who_checked_and_used_it_and_no_fact_names_him(holder) -> None:
    licence = permit()
    _, code = operations.present_licence(licence.public_id, actor=holder, at=AT)
    operations.check_presented(code, actor=SYSTEM, at=AT)
    operations.check_printed(licence.public_id, actor=SYSTEM, at=AT)
    from django.db import transaction

    with transaction.atomic():
        operations.note_use(licence, case="case:9", actor=SYSTEM, at=AT)
    kinds = [entry.kind.partition(".")[2] for entry in queries.uses_of(licence, at=AT)]
    assert sorted(kinds) == ["LicenceChecked", "LicenceChecked", "LicenceGranted", "LicencePresented", "LicenceUsed"]
    assert "王小明" not in "".join(entry.body for entry in entries_about([licence.reference], at=AT))


def test_a_copy_says_what_it_is_for_and_ends(holder) -> None:
    licence = permit()
    copy = operations.annotate_copy(
        licence.public_id, purpose="仅用于租房登记", until=TODAY + timedelta(days=30), actor=holder, at=AT
    )
    assert queries.access_copy(copy.public_id, holder, at=AT) == copy
    for wrong in (TODAY, TODAY + timedelta(days=400)):
        with pytest.raises(CopyEndsWrong):
            operations.annotate_copy(licence.public_id, purpose="x", until=wrong, actor=holder, at=AT)


def test_the_end_of_a_licence_is_announced_once(home) -> None:
    licence = permit(valid_until=TODAY + timedelta(days=20))
    permit(valid_until=TODAY + timedelta(days=90))
    assert operations.announce_expiring(actor=SYSTEM, at=AT) == 1
    assert operations.announce_expiring(actor=SYSTEM, at=AT) == 0
    assert queries.get_licence(licence.public_id).noticed_at == AT


@pytest.mark.covers("P18")
def test_the_holder_is_told_of_its_end_and_of_a_changed_standing(holder) -> None:
    licence = permit(valid_until=TODAY + timedelta(days=20))
    operations.announce_expiring(actor=SYSTEM, at=AT)
    operations.suspend_licence(licence.public_id, actor=SYSTEM, at=AT)
    while deliver_due(at=AT + timedelta(minutes=1)):
        pass
    told = {one.code: one for one in notices_of_account(holder)}
    assert told.keys() == {"licence_expiring", "licence_changed"}
    assert told["licence_changed"].subject_zh == "测试许可证现在是“暂扣”"
    assert told["licence_changed"].page == f"/my/licences/{licence.public_id}/"
    assert "2026年7月21日" in told["licence_expiring"].text_zh
    assert "21 July 2026" in told["licence_expiring"].text_en
