"""Parties beside the applicant: named without learning anything of them, asked, signing or declining; a changed answer voids it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from huimin.platform.cases import operations, queries
from huimin.platform.cases.models import Case, Draft, Signature
from huimin.platform.cases.operations.lodging import NotWhole
from huimin.platform.cases.operations.naming import SEARCHES_A_DAY
from huimin.platform.cases.tests.factories import PDF
from huimin.platform.cases.tests.test_pages import signed_in
from huimin.platform.identity.models import Account, Delegation
from huimin.platform.journal.queries import entries_about
from huimin.platform.registries.tests.factories import NUMBER, OTHER_NUMBER, citizen, golden, organisation, person

pytestmark = [pytest.mark.django_db, pytest.mark.covers("P01", "P04")]
HOUSING = {
    "group": "low_income",
    "with_spouse": "true",
    "disabled_member": "false",
    "members": "2",
    "monthly_income": "1200",
    "own_home": "false",
}
SPOUSE = {"citizen_id": OTHER_NUMBER, "name": "李四"}


@pytest.fixture
def couple(city, settings):
    """An applicant with a draft that needs his spouse's signature, and the spouse."""
    settings.DEMO = True
    person()
    person("P000000002", number=OTHER_NUMBER, name="李四", phone=golden("13977770000"))
    applicant, spouse = citizen(), citizen("P000000002", "李四")
    draft = operations.start_draft("public_rental_housing", actor=applicant, at=city[1])
    assert operations.answer_questions(draft.public_id, HOUSING, actor=applicant, at=city[1]) == {}
    return applicant, spouse, draft


def name(draft, actor, at, **said):
    return operations.name_party(draft.public_id, "spouse", **{**SPOUSE, **said}, actor=actor, at=at)


def bring(draft, actor, at) -> None:
    """Everything that is asked for beside the signature."""
    for met in ready_of(draft, at).open_materials:
        code = met.need.material.code
        operations.give_file(draft.public_id, code, name="x.pdf", content=PDF, actor=actor, at=at)


def ready_of(draft, at):
    return queries.readiness(Draft.objects.get(pk=draft.pk), on=at.date())


def sign(signature, actor, at, **answers):
    signature.refresh_from_db()
    return operations.sign(signature.public_id, seen=signature.digest, answers=answers, actor=actor, at=at)


def test_lodging_waits_for_who_takes_part_and_for_his_signature(couple, city) -> None:
    (applicant, spouse, draft), at = couple, city[1]
    bring(draft, applicant, at)
    with pytest.raises(NotWhole) as refused:
        operations.lodge_case(draft.public_id, actor=applicant, at=at)
    assert "配偶是谁" in refused.value.sentence("zh")
    assert "who the Spouse is" in refused.value.sentence("en"), "an English reader is told in English"
    name(draft, applicant, at)
    with pytest.raises(NotWhole) as refused:
        operations.lodge_case(draft.public_id, actor=applicant, at=at)
    assert "配偶的签署" in refused.value.sentence("zh")
    (asked,) = operations.ask_signatures(draft.public_id, actor=applicant, at=at)
    (request,) = queries.open_requests(spouse, at=at)
    assert request.signature == asked
    assert queries.open_requests(applicant, at=at) == []
    sign(asked, spouse, at)
    case = operations.lodge_case(draft.public_id, actor=applicant, at=at)
    assert case.parties == {"applicant": "person:P000000001", "spouse": "person:P000000002"}
    assert Signature.objects.get().case == case
    kinds = [entry.kind.partition(".")[2] for entry in entries_about([f"draft:{draft.public_id}"], at=at)]
    assert {"PartyNamed", "SignatureAsked", "PartySigned"} <= set(kinds)
    told = "".join(entry.body for entry in entries_about([f"draft:{draft.public_id}"], at=at))
    assert not [secret for secret in ("李四", OTHER_NUMBER, "120000") if secret in told]


def test_what_was_signed_is_void_when_it_reads_otherwise(couple, city) -> None:
    (applicant, spouse, draft), at = couple, city[1]
    bring(draft, applicant, at)
    name(draft, applicant, at)
    (asked,) = operations.ask_signatures(draft.public_id, actor=applicant, at=at)
    sign(asked, spouse, at)
    assert ready_of(draft, at).is_whole
    operations.answer_questions(draft.public_id, {"members": "3"}, actor=applicant, at=at)
    assert [other.party.code for other in ready_of(draft, at).unsigned] == ["spouse"]
    with pytest.raises(NotWhole):
        operations.lodge_case(draft.public_id, actor=applicant, at=at)
    # The same words again are what was signed; that is what a signature covers.
    operations.answer_questions(draft.public_id, {"members": "2"}, actor=applicant, at=at)
    assert ready_of(draft, at).is_whole


def test_who_reads_an_older_text_does_not_sign_the_newer_one(couple, city) -> None:
    (applicant, spouse, draft), at = couple, city[1]
    bring(draft, applicant, at)
    name(draft, applicant, at)
    (asked,) = operations.ask_signatures(draft.public_id, actor=applicant, at=at)
    read = asked.digest
    operations.answer_questions(draft.public_id, {"monthly_income": "100"}, actor=applicant, at=at)
    with pytest.raises(operations.ChangedMeanwhile):
        operations.sign(asked.public_id, seen=read, answers={}, actor=spouse, at=at)
    assert ready_of(draft, at).unsigned


def test_nobody_signs_for_another_person_and_who_declines_is_heard(couple, city) -> None:
    (applicant, spouse, draft), at = couple, city[1]
    bring(draft, applicant, at)
    name(draft, applicant, at)
    (asked,) = operations.ask_signatures(draft.public_id, actor=applicant, at=at)
    for stranger in (applicant, citizen("", "无名"), replace(applicant, on_behalf_of="person:P000000002")):
        with pytest.raises(queries.NoSuchRequest):
            operations.sign(asked.public_id, seen=asked.digest, answers={}, actor=stranger, at=at)
    operations.decline(asked.public_id, actor=spouse, at=at)
    assert not ready_of(draft, at).is_whole
    assert queries.open_requests(spouse, at=at) == []
    page = signed_in(applicant).get(f"/my/drafts/{draft.public_id}/check/").content.decode()
    assert "对方不同意签署" in page
    (again,) = operations.ask_signatures(draft.public_id, actor=applicant, at=at)
    sign(again, spouse, at)
    assert ready_of(draft, at).is_whole


def test_a_wrong_pair_tells_nothing_and_a_day_has_few_searches(couple, city) -> None:
    (applicant, _spouse, draft), at = couple, city[1]
    said = set()
    for wrong in ({"name": "李五"}, {"citizen_id": "110101199003070118", "name": "李四"}, {"citizen_id": NUMBER}):
        with pytest.raises(operations.DoesNotAgree) as refused:
            name(draft, applicant, at, **wrong)
        said.add(refused.value.sentence("zh"))
    assert len(said) == 1
    name(draft, applicant, at)
    for _ in range(SEARCHES_A_DAY - 4):
        name(draft, applicant, at)
    with pytest.raises(operations.TooManySearches):
        name(draft, applicant, at)
    name(draft, applicant, at + timedelta(days=1, minutes=1))
    looked = [entry for entry in entries_about(["registry:people"], at=at) if entry.kind.endswith("LookedForNobody")]
    assert len(looked) == 3
    with pytest.raises(operations.SameParty):
        name(draft, applicant, at + timedelta(days=1, minutes=2), citizen_id=NUMBER, name="王小明")


def test_the_dead_are_found_where_the_party_is_the_dead_person_and_nowhere_else(couple, city) -> None:
    (applicant, _spouse, draft), at = couple, city[1]
    dead = "340202193001010514"
    person("P000000003", number=dead, name="王老", deceased=golden("true", "health.deaths"))
    with pytest.raises(operations.DoesNotAgree):
        name(draft, applicant, at, citizen_id=dead, name="王老")
    after = operations.start_draft("after_death", actor=applicant, at=at)
    operations.name_party(after.public_id, "deceased", citizen_id=dead, name="王老", actor=applicant, at=at)
    after.refresh_from_db()
    assert after.parties["deceased"] == "person:P000000003"
    materials = {met.need.material.code: met.way for met in ready_of(after, at).materials}
    assert materials["death_certificate"].how == "fact", (
        "what the service needs is used, though nobody can sign for him"
    )


def test_of_who_has_not_signed_nothing_is_shown_and_he_answers_for_himself(city, settings) -> None:
    """The seller's certificate says what is sold: to the buyer only when the seller has signed."""
    settings.DEMO = True
    at = city[1]
    person()
    person("P000000002", number=OTHER_NUMBER, name="李四", phone=None)
    groom, bride = citizen(), citizen("P000000002", "李四")
    draft = operations.start_draft("marriage_registration", actor=groom, at=at)
    answers = {"married_before": "never", "not_relatives": "true"}
    operations.answer_questions(draft.public_id, answers, actor=groom, at=at)
    operations.name_party(draft.public_id, "spouse", **SPOUSE, actor=groom, at=at)
    before = ready_of(draft, at)
    assert "spouse_phone" in before.withheld
    assert before.missing == []
    assert before.parties["spouse"].golden == {}
    client = signed_in(groom)
    assert 'name="spouse_phone"' not in client.get(f"/my/drafts/{draft.public_id}/couple/").content.decode()
    (asked,) = operations.ask_signatures(draft.public_id, actor=groom, at=at)
    with pytest.raises(operations.AnswerLeft) as refused:
        sign(asked, bride, at)
    assert "另一方联系电话" in refused.value.sentence("zh")
    page = signed_in(bride).get(f"/my/signatures/{asked.public_id}/").content.decode()
    assert 'name="spouse_phone"' in page
    assert "王小明 请您签署" in page
    assert "都是初婚" in page
    seen = page.split('name="seen" value="')[1].split('"')[0]
    done = signed_in(bride).post(f"/my/signatures/{asked.public_id}/", {"seen": seen, "spouse_phone": "13911112222"})
    assert done.status_code == 302
    after = ready_of(draft, at)
    assert after.is_whole, (after.missing, after.open_materials, after.unsigned)
    assert after.everything["spouse_phone"] == "13911112222"
    assert after.parties["spouse"].name == "李四"


def test_an_agent_with_the_right_signs_for_a_firm(city) -> None:
    at = city[1]
    person()
    organisation()
    person("P000000002", number=OTHER_NUMBER, name="李四")
    agent = citizen("P000000002", "李四")
    power = Delegation.objects.create(
        principal="organisation:E000000001",
        principal_name="芜湖皖源机械厂",
        agent=Account.objects.get(public_id=agent.ref),
        relation="firm",
        acts=["view", "apply"],
        state="active",
        basis="own account",
        offered_at=at - timedelta(days=1),
    )
    worker, for_firm = citizen(), replace(agent, on_behalf_of="organisation:E000000001")
    draft = operations.start_draft("retirement", actor=worker, at=at)
    operations.name_party(draft.public_id, "employer", uscc="91340281212552018X", actor=worker, at=at)
    draft.refresh_from_db()
    Signature.objects.create(draft=draft, party="employer", reference=draft.parties["employer"], digest="", asked_at=at)
    assert queries.open_requests(for_firm, at=at) == [], (
        "who may apply for a firm may not sign for it unless it says so"
    )
    power.acts = ["view", "apply", "sign"]
    power.save()
    (request,) = queries.open_requests(for_firm, at=at)
    from huimin.platform.journal.rules import digest

    operations.sign(request.signature.public_id, seen=digest(request.text), answers={}, actor=for_firm, at=at)
    assert Signature.objects.get().answered_by == agent.ref


def test_the_pages_name_ask_sign_and_lodge(couple, city, django_assert_max_num_queries) -> None:
    (applicant, spouse, draft), at = couple, city[1]
    bring(draft, applicant, at)
    client, hers = signed_in(applicant), signed_in(spouse)
    base = f"/my/drafts/{draft.public_id}"
    page = client.get(f"{base}/parties/").content.decode()
    assert "还有谁参加" in page
    form = {"party-spouse-citizen_id": OTHER_NUMBER, "party-spouse-name": "李五"}
    wrong = client.post(f"{base}/parties/spouse/", form)
    assert wrong.status_code == 400
    assert "与登记不一致" in wrong.content.decode()
    assert client.post(f"{base}/parties/spouse/", {**form, "party-spouse-name": "李四"}).status_code == 302
    page = client.get(f"{base}/parties/").content.decode()
    assert "已核对：李四" in page
    assert "13977770000" not in page
    assert client.post(f"{base}/parties/nobody/", form).status_code == 400
    assert client.post(f"{base}/ask-signatures/").status_code == 302
    assert "等对方签署" in client.get(f"{base}/check/").content.decode()
    waiting = hers.get("/my/cases/").content.decode()
    assert "等您签署的" in waiting
    asked = Signature.objects.get()
    assert asked.public_id in waiting
    with django_assert_max_num_queries(30):
        page = hers.get(f"/my/signatures/{asked.public_id}/").content.decode()
    assert client.get(f"/my/signatures/{asked.public_id}/").status_code == 404
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert hers.post(f"/my/signatures/{asked.public_id}/", {"seen": seen}).status_code == 302
    lodged = client.post(f"{base}/check/")
    assert lodged.status_code == 302, lodged.content.decode()
    page = hers.get(f"/my/signatures/{asked.public_id}/").content.decode()
    assert Case.objects.get().number in page
    assert "已签署" in page
