"""A citizen's and an official's pages, from the guide to the receipt."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from huimin.platform.cases import operations
from huimin.platform.cases.models import Case, Draft
from huimin.platform.cases.tests.factories import PDF, official
from huimin.platform.cases.tests.test_walks import CARD, draft_of
from huimin.platform.identity.models import Account
from huimin.platform.identity.queries import DEMO_IN_SESSION
from huimin.platform.process import operations as process
from huimin.platform.process.models import WorkItem
from huimin.platform.registries.tests.factories import citizen, golden, person

pytestmark = pytest.mark.django_db


def signed_in(actor) -> Client:
    client = Client()
    client.force_login(
        Account.objects.get(public_id=actor.ref), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    session = client.session
    session[DEMO_IN_SESSION] = True
    session.save()
    return client


@pytest.fixture
def resident(city, settings):
    settings.DEMO = True
    person(hukou_address=golden("芜湖市镜湖区", disputes={"hrss.insured": "合肥市"}))
    return citizen()


@pytest.mark.covers("P04", "P16", "C03")
def test_from_the_guide_to_the_receipt(resident) -> None:
    client = signed_in(resident)
    guide = client.get("/services/identity_card_replacement/").content.decode()
    assert 'action="/apply/identity_card_replacement/"' in guide
    first = client.post("/apply/identity_card_replacement/")["Location"]
    assert client.post("/apply/identity_card_replacement/")["Location"] == first, "one open draft, not two"
    page = client.post(first, {"reason": "expired"}).content.decode()
    assert "请填写“正在领取最低生活保障金”" in page
    assert "13800001234" in page, "what is known is shown and not asked"
    assert "更正" in page, "what is known can be corrected"
    assert 'name="phone"' not in page, "what is known is not asked"
    second = client.post(first, {"reason": "expired", "on_allowance": "false"})["Location"]
    page = client.get(second).content.decode()
    assert "纸质结果怎样给您" in page
    materials = client.post(second, {"delivery": "pickup"})["Location"]
    assert materials.endswith("/materials/")
    page = client.get(materials).content.decode()
    assert "原居民身份证" in page
    check = materials.replace("materials", "check")
    page = client.get(check).content.decode()
    assert "到期或快到期" in page
    assert "¥20.00" in page
    pay = client.post(check)["Location"]
    assert pay.endswith("/pay/"), "what it costs is shown before anything is paid"
    case_url = client.post(pay, {"amount": "2000"})["Location"]
    case = Case.objects.get()
    assert case.number in case_url
    page = client.get(case_url).content.decode()
    assert "就近收件" in page
    assert "原件带到任意一个窗口" in page
    assert client.get(f"{case_url}receipt/").content.startswith(b"%PDF")
    assert case.number in client.get("/my/cases/").content.decode()
    assert "send_to" not in case.answers, "an answer to a question that is not put is none"


@pytest.mark.covers("P05", "P09")
def test_the_official_sees_facts_with_their_standing_and_seeing_is_recorded(resident, city) -> None:
    at = city[1]
    draft = draft_of("identity_card_replacement", resident, at, reason="expired", on_allowance="no", delivery="pickup")
    case = operations.lodge_case(draft.public_id, actor=resident, at=at)
    clerk = official("xzfw.window", at)
    item = WorkItem.objects.get(process__subject=case.reference)
    process.claim(number=item.number, actor=clerk, at=at)
    desk = signed_in(clerk)
    page = desk.get(f"/desk/inbox/{item.number}/").content.decode()
    assert "有异议" in page
    assert "合肥市" in page
    assert "收件，转办理部门" in page
    desk.post(f"/desk/cases/{case.number}/originals/old_card/")
    assert case.evidence.get(material="old_card").trust == "B"
    trail = signed_in(resident).get(f"/my/cases/{case.number}/").content.decode()
    assert "查看办件" in trail
    assert "核验原件" in trail
    stranger = signed_in(official("jyj.review", at))
    assert stranger.get(f"/desk/inbox/{item.number}/").status_code == 404
    assert stranger.post(f"/desk/cases/{case.number}/originals/old_card/").status_code == 404


ALONE = {
    "group": "low_income",
    "with_spouse": "false",
    "disabled_member": "false",
    "members": "1",
    "monthly_income": "1200",
    "own_home": "false",
}


@pytest.mark.covers("P05")
def test_a_file_is_given_and_only_who_takes_part_reads_it(resident, city) -> None:
    at = city[1]
    client = signed_in(resident)
    draft = draft_of("public_rental_housing", resident, at, **ALONE)
    url = f"/my/drafts/{draft.public_id}/materials/income_statement/"
    refused = client.post(url, {"income_statement-file": SimpleUploadedFile("x.txt", b"plain words")})
    assert refused.status_code == 400
    assert "请上传 PDF、JPG 或 PNG 文件" in refused.content.decode()
    assert not draft.uploads.exists()
    given = client.post(url, {"income_statement-file": SimpleUploadedFile("证明.pdf", PDF)})
    assert given.status_code == 302
    upload = draft.uploads.get()
    clerk, stranger = official("qu_jinghu.window", at), official("zjj.review", at)
    address = f"/desk/files/{upload.public_id}/"
    assert signed_in(clerk).get(address).status_code == 404, "a draft is the applicant's own paper"
    case = operations.lodge_case(draft.public_id, actor=resident, at=timezone.now())
    item = WorkItem.objects.get(process__subject=case.reference)
    process.claim(number=item.number, actor=clerk, at=timezone.now())
    answer = signed_in(clerk).get(address)
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"] == "attachment"
    assert signed_in(stranger).get(address).status_code == 404


def test_a_draft_is_thrown_away_and_nobody_else_reaches_it(resident, city) -> None:
    draft = operations.start_draft("identity_card_replacement", actor=resident, at=city[1])
    person("P000000002", number="340204195001011236", name="李四")
    other = signed_in(citizen("P000000002", "李四"))
    assert other.get(f"/my/drafts/{draft.public_id}/check/").status_code == 404
    assert other.post(f"/my/drafts/{draft.public_id}/throw-away/").status_code == 404
    signed_in(resident).post(f"/my/drafts/{draft.public_id}/throw-away/")
    assert not Draft.objects.exists()


def test_my_cases_cost_the_same_for_two_and_for_many(resident, city, django_assert_max_num_queries) -> None:
    at = city[1]
    lost_on = (at - timedelta(days=3)).date().isoformat()
    for _ in range(6):
        draft = draft_of("identity_card_replacement", resident, at, **{**CARD, "lost_on": lost_on, "send_to": "芜湖"})
        operations.lodge_case(draft.public_id, another=True, actor=resident, at=at)
    client = signed_in(resident)
    client.get("/my/cases/")
    with django_assert_max_num_queries(24):
        page = client.get("/my/cases/").content.decode()
    assert len(re.findall(r"3402-\d\d-", page)) >= 6
