"""窗口收件: any window takes in any service of the city for somebody who stands there."""

import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huimin.kernel.identifiers.check_digits import citizen_check
from huimin.platform.cases import operations, queries
from huimin.platform.cases.models import Case, Draft
from huimin.platform.cases.queries.drafts import ForSomebodyElse
from huimin.platform.cases.rules import State
from huimin.platform.cases.tests.factories import PDF, do, official
from huimin.platform.cases.tests.test_pages import signed_in
from huimin.platform.catalogue.library import department_of, services
from huimin.platform.journal.queries import entries_about
from huimin.platform.licences import operations as licences
from huimin.platform.process import operations as process
from huimin.platform.process.models import WorkItem
from huimin.platform.registries.tests.factories import ADDRESS, NUMBER, USCC, citizen, organisation, person

pytestmark = pytest.mark.django_db
CARD = "identity_card_replacement"
WHOLE = {"reason": "damaged", "on_allowance": "false", "delivery": "pickup", "original": ["old_card"]}
RENTAL = {
    "group": "low_income",
    "with_spouse": "false",
    "disabled_member": "false",
    "members": "1",
    "monthly_income": "2000",
    "own_home": "false",
    "original": [],
}


@pytest.fixture
def clerk(city, settings):
    """A clerk of the service centre, with a person of another district in front of him."""
    settings.DEMO = True
    person(division="340207")
    return official("xzfw.window", city[1])


def begun(clerk, at, code=CARD) -> Draft:
    return operations.start_intake(code, citizen_id=NUMBER, name="王小明", actor=clerk, at=at)


def address(draft) -> str:
    return f"/desk/window/drafts/{draft.public_id}/"


def kinds(*references, at) -> list[str]:
    return [entry.kind.rpartition(".")[2] for entry in entries_about(list(references), at=at)]


@pytest.mark.covers("P01")
def test_from_the_search_to_the_receipt_that_the_citizen_sees(clerk, city) -> None:
    desk = signed_in(clerk)
    found = desk.get("/desk/window/?q=身份证丢了").content.decode()
    assert f"/desk/window/new/{CARD}/" in found
    form = {"citizen_id": NUMBER, "name": "王小明", "seen": "on"}
    unseen = desk.post(f"/desk/window/new/{CARD}/", {**form, "seen": ""})
    assert unseen.status_code == 400, "the document must have been compared"
    page_url = desk.post(f"/desk/window/new/{CARD}/", form)["Location"]
    assert NUMBER not in page_url
    page = desk.get(page_url).content.decode()
    assert "13800001234" in page, "what the service asks and the city knows is shown with its source"
    taken = desk.post(page_url, WHOLE)["Location"]
    case = Case.objects.get()
    assert taken == f"/desk/window/cases/{case.number}/"
    assert (case.channel, case.first_contact) == ("window", "xzfw.window")
    assert case.account is None, "the case is the applicant's, not the clerk's"
    seen = case.evidence.get(material="old_card")
    assert (seen.how, seen.trust) == ("original", "B")
    assert {"CaseLodged", "OriginalChecked", "ReceiptPrinted"} <= set(kinds(case.reference, at=city[1] + timedelta(1)))
    lodged = next(
        entry for entry in entries_about([case.reference], at=city[1] + timedelta(1)) if "CaseLodged" in entry.kind
    )
    assert json.loads(lodged.body)["channel"] == "window"
    assert desk.get(f"{taken}receipt/").content.startswith(b"%PDF")
    own = signed_in(citizen())
    assert case.number in own.get("/my/cases/").content.decode()
    assert own.get(f"/my/cases/{case.number}/").status_code == 200


def test_the_clerk_sees_what_the_service_goes_by_and_nothing_else(clerk, city) -> None:
    draft = begun(clerk, city[1])
    page = signed_in(clerk).get(address(draft)).content.decode()
    assert "13800001234" in page
    assert "王小明" in page
    secrets = (NUMBER, "已婚", "未婚", "1980", "丽都新村")
    assert [one for one in secrets if one in page] == [], "marriage, birth and number are not this service's"
    look = entries_about(["person:P000000001"], at=city[1] + timedelta(1))[0]
    said = json.loads(look.body)
    assert look.kind.endswith("LookedUp")
    assert set(said["fields"]) == {"name", "phone", "hukou_address"}
    assert (said["purpose"], said["case_ref"]) == ("window_intake", draft.public_id)
    told = signed_in(citizen()).get("/my/looks/").content.decode()
    assert "在窗口为本人收件" in told
    assert draft.public_id in told


def test_who_does_not_match_is_refused_and_the_query_recorded(clerk, city) -> None:
    with pytest.raises(operations.NobodyMatches):
        operations.start_intake(CARD, citizen_id=NUMBER, name="李四", actor=clerk, at=city[1])
    assert not Draft.objects.exists()
    assert kinds("registry:people", at=city[1] + timedelta(1)) == ["LookedForNobody"]


@pytest.mark.covers("P09")
def test_another_department_opens_it_only_when_it_was_handed_over(clerk, city) -> None:
    at = city[1]
    draft = begun(clerk, at)
    police, colleague = official("gaj.window", at), official("xzfw.window", at)
    assert signed_in(police).get(address(draft)).status_code == 404
    assert signed_in(police).post(address(draft), WHOLE).status_code == 404
    assert signed_in(citizen()).get(f"/my/drafts/{draft.public_id}/check/").status_code == 404, "it is the window's yet"
    assert signed_in(colleague).get(address(draft)).status_code == 200
    with pytest.raises(operations.NotAWindow):
        operations.hand_over_intake(draft.public_id, to_post="gaj.review", actor=clerk, at=at)
    operations.hand_over_intake(draft.public_id, to_post="gaj.window", actor=clerk, at=at)
    assert signed_in(clerk).get(address(draft)).status_code == 404
    assert draft.public_id in signed_in(police).get("/desk/window/").content.decode()
    signed_in(police).post(address(draft), WHOLE)
    assert Case.objects.get().first_contact == "xzfw.window", "whom the person met first answers for it"
    assert "IntakeHandedOver" in kinds(f"draft:{draft.public_id}", at=at + timedelta(1))


def test_who_is_no_window_clerk_takes_in_nothing(clerk, city) -> None:
    draft = begun(clerk, city[1])
    reviewer = signed_in(official("xzfw.review", city[1]))
    assert {reviewer.get(url).status_code for url in ("/desk/window/", address(draft))} == {403}
    assert signed_in(citizen()).get("/desk/window/").status_code == 403


def test_the_same_form_sent_twice_lodges_once(clerk, city) -> None:
    draft = begun(clerk, city[1])
    desk = signed_in(clerk)
    first = desk.post(address(draft), WHOLE)["Location"]
    assert desk.post(address(draft), WHOLE)["Location"] == first
    again = operations.lodge_at_window(draft.public_id, actor=clerk, at=city[1])
    assert Case.objects.get() == again
    assert kinds(again.reference, at=city[1] + timedelta(1)).count("ReceiptPrinted") == 1


def test_beginning_twice_goes_on_with_the_half_taken(clerk, city) -> None:
    first = begun(clerk, city[1])
    assert begun(official("xzfw.window", city[1]), city[1]) == first
    desk = signed_in(clerk)
    desk.post(address(first), {"reason": "lost", "act": "save"})
    first.refresh_from_db()
    assert first.answers == {"reason": "lost"}
    assert 'value="lost"' in desk.get(address(first)).content.decode()


@pytest.mark.covers("P09")
def test_the_notice_says_everything_that_is_missing_at_once(clerk, city) -> None:
    draft = begun(clerk, city[1], "public_rental_housing")
    desk = signed_in(clerk)
    notice = desk.post(address(draft), {"group": "migrant", "monthly_income": "viel", "act": "notice"})["Location"]
    page = desk.get(notice).content.decode()
    assert draft.public_id in page
    assert desk.get(f"/desk/window/?q={draft.public_id.lower()}")["Location"] == address(draft), (
        "he comes again with it"
    )
    ready = queries.readiness(Draft.objects.get(), on=city[1].date())
    names = [question.names.zh for question in ready.missing]
    names += [met.need.material.names.zh for met in ready.open_materials]
    assert len(ready.missing) >= 3
    assert ready.open_materials
    assert [name for name in [*names, "家庭人均月收入"] if name not in page] == []
    refused = desk.post(address(draft), {"group": "migrant"})
    assert refused.status_code == 409
    assert not Case.objects.exists()
    assert "data-next" in refused.content.decode()


@pytest.mark.covers("P01", "P11")
def test_a_service_of_another_district_is_taken_in_and_goes_there(clerk, city) -> None:
    draft = begun(clerk, city[1], "public_rental_housing")
    proof = {"original": []}
    for met in queries.readiness(draft, on=city[1].date()).materials:
        ways = {way.how for way in met.need.material.met_by}
        if met.way is None and "upload" in ways:
            proof[f"{met.need.material.code}-file"] = SimpleUploadedFile("a.pdf", PDF)
    answer = signed_in(clerk).post(address(draft), {**RENTAL, **proof})
    assert answer.status_code == 302, re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())
    case = Case.objects.get()
    assert case.division == "340207"
    item = WorkItem.objects.get(process__subject=case.reference, closed_at=None)
    assert item.post.code != "xzfw.window"
    assert item.post.department.code == department_of("subdistrict", case.division)
    assert case.uploads.exists()


def test_a_firm_comes_by_its_agent(clerk, city) -> None:
    organisation()
    with pytest.raises(ForSomebodyElse):
        begun(clerk, city[1], "restaurant_opening")
    draft = operations.start_intake(
        "restaurant_opening", citizen_id=NUMBER, name="王小明", uscc=USCC, actor=clerk, at=city[1]
    )
    assert draft.parties == {"firm": "organisation:E000000001", "applicant": "person:P000000001"}
    with pytest.raises(operations.NoSuchFirm):
        operations.start_intake(
            "restaurant_opening", citizen_id=NUMBER, name="王小明", uscc=OTHER_FIRM,
            actor=clerk, at=city[1],
        )  # fmt: skip


OTHER_FIRM = "91110000802100433B"


def test_a_voided_receipt_says_so_and_a_new_one_holds(clerk, city) -> None:
    draft = begun(clerk, city[1])
    desk = signed_in(clerk)
    taken = desk.post(address(draft), WHOLE)["Location"]
    number = Case.objects.get().number
    anybody = Client()
    assert "有效" in anybody.get(f"/receipts/{number}/1/").content.decode()
    assert anybody.get(f"/receipts/{number}/2/").status_code == 404, "never printed"
    desk.post(f"{taken}receipt/void/")
    scanned = anybody.get(f"/receipts/{number}/1/").content.decode()
    assert "已作废" in scanned
    assert "王小明" not in scanned
    assert desk.get(f"{taken}receipt/").status_code == 409
    desk.post(f"{taken}receipt/reprint/")
    assert desk.get(f"{taken}receipt/").content.startswith(b"%PDF")
    assert "已作废" in anybody.get(f"/receipts/{number}/1/").content.decode()
    assert "有效" in anybody.get(f"/receipts/{number}/2/").content.decode()
    trail = kinds(f"case:{number}", at=city[1] + timedelta(1))
    assert trail.count("ReceiptPrinted") == 2
    assert trail.count("ReceiptVoided") == 1
    elsewhere = signed_in(official("gaj.window", city[1]))
    assert {elsewhere.post(f"{taken}receipt/void/").status_code, elsewhere.get(taken).status_code} == {404}


def test_the_day_s_intake_is_taken_back_until_somebody_goes_on(clerk, city) -> None:
    at = city[1]
    draft = begun(clerk, at)
    operations.see_originals(draft.public_id, ["old_card"], actor=clerk, at=at)
    answers = {code: value for code, value in WHOLE.items() if code != "original"}
    operations.answer_questions(draft.public_id, answers, actor=clerk, at=at)
    case = operations.lodge_at_window(draft.public_id, actor=clerk, at=at)
    with pytest.raises(operations.TooLateToTakeBack):
        operations.take_back_intake(case.number, actor=clerk, at=at + timedelta(days=1))
    item = WorkItem.objects.get(process__subject=case.reference)
    process.claim(number=item.number, actor=official("xzfw.window", at), at=at)
    with pytest.raises(operations.TooLateToTakeBack):
        operations.take_back_intake(case.number, actor=clerk, at=at)
    case.refresh_from_db()
    assert case.state == State.LODGED, "a refusal changes nothing"
    assert WorkItem.objects.filter(process__subject=case.reference, closed_at=None).exists()


def test_what_nobody_touched_is_taken_back_with_its_receipt(clerk, city) -> None:
    draft = begun(clerk, city[1])
    desk = signed_in(clerk)
    taken = desk.post(address(draft), WHOLE)["Location"]
    desk.post(f"{taken}take-back/")
    case = Case.objects.get()
    assert case.state == State.WITHDRAWN
    assert not WorkItem.objects.filter(process__subject=case.reference, closed_at=None).exists()
    assert "已作废" in Client().get(f"/receipts/{case.number}/1/").content.decode()
    assert desk.post(f"{taken}receipt/reprint/").status_code == 409
    assert "IntakeTakenBack" in kinds(case.reference, at=city[1] + timedelta(1))


def test_the_case_goes_its_way_after_the_window(clerk, city) -> None:
    draft = begun(clerk, city[1])
    signed_in(clerk).post(address(draft), WHOLE)
    case = Case.objects.get()
    do(case, "take_in", "forwarded", case.lodged_at)
    do(case, "verify", "agreed", case.lodged_at)
    assert WorkItem.objects.get(process__subject=case.reference, closed_at=None).node == "make"


def test_the_window_costs_the_same_for_two_and_for_many(clerk, city, django_assert_max_num_queries) -> None:
    for serial in range(12):
        person(f"P00000010{serial:02}", number=numbered(serial), name="甲")
        operations.start_intake(CARD, citizen_id=numbered(serial), name="甲", actor=clerk, at=city[1])
    desk = signed_in(clerk)
    desk.get("/desk/window/")
    with django_assert_max_num_queries(14):
        page = desk.get("/desk/window/").content.decode()
    assert page.count("/desk/window/drafts/") == 12


def numbered(serial: int) -> str:
    body = f"340202199001{serial + 1:02}{serial:02}1"
    return body + citizen_check(body)


def test_nobody_reads_the_street_from_a_service_that_does_not_ask_for_it(clerk, city) -> None:
    page = signed_in(clerk).get(address(begun(clerk, city[1]))).content.decode()
    assert ADDRESS not in page


def test_a_shown_licence_says_who_stands_there_while_it_is_in_force(clerk, city) -> None:
    at = city[1]
    holder = citizen()
    held = {"name": "王小明", "stage": "小学", "subject": "数学", "granted_on": at.date().isoformat()}
    licence = licences.grant_licence(
        licences.Grant(
            type="teacher_certificate",
            holder="person:P000000001",
            holder_name="王小明",
            holder_number=NUMBER,
            department="jyj",
            fields=held,
            valid_from=at.date(),
            case="case:1",
        ),
        actor=clerk,
        at=at,
    )
    _, code = licences.present_licence(licence.public_id, actor=holder, at=at)
    form = {"shown_code": f"http://testserver/check/shown/{code}/", "seen": "on"}
    answer = signed_in(clerk).post(f"/desk/window/new/{CARD}/", form)
    assert answer.status_code == 302
    assert Draft.objects.get().applicant == "person:P000000001"
    told = kinds(licence.reference, at=at + timedelta(1))
    assert "LicenceChecked" in told
    licences.revoke_licence(licence.public_id, actor=clerk, at=at)
    with pytest.raises(licences.NotInForce):
        operations.start_intake(CARD, citizen_id="", name="", shown_code=code, actor=clerk, at=at)
    guessed = signed_in(clerk).post(f"/desk/window/new/{CARD}/", {"shown_code": "NOSUCHCODE", "seen": "on"})
    assert guessed.status_code == 410


def test_every_service_of_the_city_opens_at_a_window(clerk, city) -> None:
    organisation()
    desk = signed_in(clerk)
    opened = 0
    for code, service in services().items():
        form = {"citizen_id": NUMBER, "name": "王小明", "uscc": USCC, "seen": "on"}
        page = desk.post(f"/desk/window/new/{code}/", form)
        if service.item.status != "published":
            continue
        assert page.status_code == 302, code
        assert desk.get(page["Location"]).status_code == 200, code
        assert desk.post(page["Location"], {}).status_code in (302, 409), code
        assert desk.get(f"{page['Location']}notice/").status_code in (200, 404), code
        opened += 1
    assert opened >= 12


def test_the_number_of_a_case_is_found_and_a_mistyped_one_is_said_to_be_so(clerk, city) -> None:
    desk = signed_in(clerk)
    assert "有一位写错了" in desk.get("/desk/window/", {"q": "3402-26-00000010"}).content.decode()
    assert "没有找到这样的事项" in desk.get("/desk/window/", {"q": "3402-26-0000001E"}).content.decode()
    draft = begun(clerk, city[1])
    number = desk.post(address(draft), WHOLE)["Location"].split("/")[-2]
    assert desk.get("/desk/window/", {"q": number.lower()})["Location"] == f"/desk/window/cases/{number}/"
