"""The department's register: whose licences it shows, changing one with a reason, and what the holder and the public read at once."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from huimin.kernel.identifiers import CertificateId
from huimin.platform.identity.models import Account
from huimin.platform.identity.queries import DEMO_IN_SESSION
from huimin.platform.journal.queries import entries_about
from huimin.platform.licences import operations, queries
from huimin.platform.licences.models import Licence
from huimin.platform.licences.operations.moving import NoBasis, NoReason
from huimin.platform.licences.rules import State
from huimin.platform.licences.tests.factories import HOLDER, issuer, permit
from huimin.platform.registries.models import Person
from huimin.platform.registries.tests.factories import AT, NUMBER, SYSTEM, official, person

pytestmark = pytest.mark.django_db
LAW = "食品安全法第一百三十四条"


def browser(actor) -> Client:
    client = Client()
    client.force_login(
        Account.objects.get(public_id=actor.ref), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    session = client.session
    session[DEMO_IN_SESSION] = True
    session.save()
    return client


@pytest.fixture
def examiner(holder, settings):
    settings.DEMO = True
    issuer()
    return official("scjg.review", duty="case_examiner")


@pytest.fixture
def head(examiner):
    return official("scjg.head", duty="head")


def kinds_about(reference: str) -> list[str]:
    return [entry.kind.partition(".")[2] for entry in entries_about([reference], at=timezone.now())]


@pytest.mark.covers("P18")
def test_a_department_finds_its_own_licences_and_no_others(examiner) -> None:
    mine, other = permit(case="case:3402-26-0000001E"), permit(department=issuer("wjw", 2).code)
    client = browser(examiner)
    page = client.get("/desk/licences/").content.decode()
    assert mine.public_id in page
    assert other.public_id not in page
    assert "王*明" in page, "a list is no look: the name is masked"
    assert "王小明" not in page
    for wanted in (mine.number, mine.public_id.lower(), "3402-26-0000001e", NUMBER):
        page = client.post("/desk/licences/", {"wanted": wanted}).content.decode()
        assert mine.public_id in page, wanted
        assert other.public_id not in page, wanted
    assert "本部门没有这样的证照" in client.post("/desk/licences/", {"wanted": other.number}).content.decode()
    assert kinds_about(HOLDER) == ["HolderSearched"], "who asks by somebody's number is written down"
    assert client.get(f"/desk/licences/{other.public_id}/").status_code == 404
    assert client.post(f"/desk/licences/{other.public_id}/suspend/", {"suspend-reason": "x"}).status_code == 404
    assert other.standing(timezone.localdate()) is queries.get_licence(other.public_id).standing(timezone.localdate())


def test_opening_one_is_a_look_that_its_holder_sees(examiner) -> None:
    licence = permit()
    page = browser(examiner).get(f"/desk/licences/{licence.public_id}/").content.decode()
    assert "王小明" in page
    assert kinds_about(licence.reference).count("LicenceLookedAt") == 1


@pytest.mark.covers("P18", "C03")
def test_a_suspension_holds_at_once_for_the_public_and_its_holder_reads_why(examiner, holder) -> None:
    licence = permit()
    client, mine, anybody = browser(examiner), browser(holder), Client()
    address = f"/desk/licences/{licence.public_id}/"
    refused = client.post(f"{address}suspend/", {"suspend-reason": ""})
    assert refused.status_code == 400
    assert queries.get_licence(licence.public_id).state == State.VALID
    assert client.post(f"{address}suspend/", {"suspend-reason": "抽检不合格，限期整改。"}).status_code == 302
    assert "不要采信" in anybody.get(f"/check/{licence.public_id}/").content.decode()
    page = mine.get(f"/my/licences/{licence.public_id}/").content.decode()
    for words in ("发证机关的通知", "暂扣", "抽检不合格，限期整改。", "行政复议"):
        assert words in page
    assert "抽检不合格" not in "".join(entry.body for entry in entries_about([licence.reference], at=timezone.now()))
    assert client.post(f"{address}restore/", {"restore-reason": "整改合格。"}).status_code == 302
    assert "不要采信" not in anybody.get(f"/check/{licence.public_id}/").content.decode()
    page = client.get(address).content.decode()
    assert "整改合格。" in page
    assert "撤销证照" not in page, "an examiner takes nothing away for good"


def test_taking_away_is_the_head_s_and_names_the_law(examiner, head) -> None:
    licence = permit()
    address = f"/desk/licences/{licence.public_id}/revoke/"
    given = {"revoke-reason": "以欺骗手段取得。", "revoke-basis": LAW}
    assert browser(examiner).post(address, given).status_code == 403
    chief = browser(head)
    assert chief.post(address, {**given, "revoke-basis": ""}).status_code == 400
    assert chief.post(address, given).status_code == 302
    assert queries.get_licence(licence.public_id).state == State.REVOKED
    page = chief.get(f"/desk/licences/{licence.public_id}/").content.decode()
    assert LAW in page
    assert "恢复有效" not in page, "nothing follows"
    assert chief.post(address, given).status_code == 409
    assert chief.get(f"/desk/licences/{licence.public_id}/paper/").status_code == 409
    with pytest.raises(NoBasis):
        operations.change_standing(permit().public_id, State.REVOKED, basis="", reason="x", actor=head, at=AT)
    with pytest.raises(NoReason):
        operations.change_standing(permit().public_id, State.SUSPENDED, basis="", reason=" ", actor=head, at=AT)


def test_a_change_puts_a_new_version_in_its_place(examiner) -> None:
    old = permit()
    client, address = browser(examiner), f"/desk/licences/{old.public_id}/reissue/"
    same = {"field_premises": "弋江区利民路18号", "field_remarks": "无", "why": "迁址"}
    refused = client.post(address, same)
    assert refused.status_code == 400
    assert "不用换发" in refused.content.decode()
    Person.objects.all().delete()
    person(name="王大明")
    made = client.post(address, {**same, "field_premises": "镜湖区中山路1号"})
    new = Licence.objects.get(replaces=old)
    assert made["Location"] == f"/desk/licences/{new.public_id}/"
    assert CertificateId(new.number).version == "002"
    assert (new.holder_name, new.valid_until) == ("王大明", old.valid_until)
    assert queries.field_of(new, "premises") == "镜湖区中山路1号"
    page = client.get(f"/desk/licences/{old.public_id}/").content.decode()
    assert "已换发为" in page
    assert "迁址" in page
    assert queries.is_untouched(new)


def test_the_register_costs_the_same_for_one_and_for_many(examiner, django_assert_max_num_queries) -> None:
    client = browser(examiner)
    for _ in range(35):
        permit()
    assert "再看一些" in client.get("/desk/licences/").content.decode()
    with django_assert_max_num_queries(16):
        client.get("/desk/licences/")


def test_a_citizen_and_another_department_have_no_register(holder, examiner) -> None:
    licence = permit()
    assert browser(holder).get("/desk/licences/").status_code == 403
    other = official("wjw.review", duty="case_examiner")
    with pytest.raises(queries.NoSuchLicence):
        operations.open_licence(licence.public_id, actor=other, at=AT + timedelta(days=1))
    with pytest.raises(queries.NoSuchLicence):
        operations.change_standing(licence.public_id, State.SUSPENDED, basis="", reason="x", actor=SYSTEM, at=AT)
