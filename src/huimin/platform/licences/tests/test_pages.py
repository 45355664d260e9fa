import re
import shutil
import subprocess
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from huimin.platform.identity.models import Account
from huimin.platform.licences import operations
from huimin.platform.licences.ports import seals
from huimin.platform.licences.tests.factories import permit
from huimin.platform.registries.tests.factories import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(holder) -> Client:
    client = Client()
    client.force_login(
        Account.objects.get(public_id=holder.ref), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


@pytest.mark.covers("P18")
def test_wallet_and_licence_show_what_it_says_and_who_used_it(signed_in) -> None:
    empty = signed_in.get("/my/licences/").content.decode()
    assert "还没有电子证照" in empty
    licence = permit()
    operations.check_printed(licence.public_id, actor=SYSTEM, at=timezone.now())
    assert "测试许可证" in signed_in.get("/my/licences/").content.decode()
    page = signed_in.get(f"/my/licences/{licence.public_id}/").content.decode()
    assert "弋江区利民路18号" in page
    assert licence.number in page
    assert "模拟" in page, "simulated seals say so"
    assert "核验了证照" in page


def test_anybody_checks_a_printed_code_and_learns_no_more_than_the_type_shows(signed_in) -> None:
    licence = permit()
    anybody = Client()
    page = anybody.get(f"/check/{licence.public_id}/").content.decode()
    assert "弋江区利民路18号" in page
    assert "王*明" in page
    assert "王小明" not in page
    assert "备注" not in page
    found = anybody.get("/check/", {"number": licence.public_id.lower()})
    assert found["Location"] == f"/check/{licence.public_id}/"
    assert anybody.get("/check/NOSUCHLICENCE000/").status_code == 404
    operations.revoke_licence(licence.public_id, actor=SYSTEM, at=timezone.now())
    assert "不要采信" in anybody.get(f"/check/{licence.public_id}/").content.decode()


def test_a_licence_is_shown_by_a_code_that_ends(signed_in, monkeypatch) -> None:
    licence = permit()
    page = signed_in.post(f"/my/licences/{licence.public_id}/show/").content.decode()
    assert "<svg" in page
    path = re.search(r"http://testserver(/check/shown/[^\"]+)", page).group(1)
    anybody = Client()
    assert "王小明" in anybody.get(path).content.decode()
    answer = anybody.get(path.replace("/check/shown/", "/api/licences/shown/").rstrip("/")).json()
    assert answer["untouched"] is True
    assert seals.get().is_signed(answer["content"].encode(), key=answer["key"], signature=answer["signature"])
    assert answer["key"] in anybody.get("/api/licences/keys").json()
    over = timezone.now() + timedelta(minutes=4)
    monkeypatch.setattr("huimin.platform.licences.http.checking.timezone.now", lambda: over)
    assert anybody.get(path).status_code == 410


@pytest.mark.covers("P18")
def test_the_paper_is_sealed_and_an_independent_reader_finds_it_whole(signed_in, tmp_path) -> None:
    licence = permit()
    answer = signed_in.get(f"/my/licences/{licence.public_id}/paper/")
    assert answer["Content-Type"] == "application/pdf"
    path = tmp_path / "licence.pdf"
    path.write_bytes(answer.content)
    told = subprocess.run(["pdfinfo", "-meta", str(path)], capture_output=True, text=True).stdout
    assert re.search(r"pdfaid:part\W+3\b", told), told
    assert re.search(r"pdfaid:conformance\W+U\b", told)
    assert shutil.which("pdfsig"), "poppler-utils is missing: scripts/system.sh pdfsig installs it"
    said = subprocess.run(["pdfsig", str(path)], capture_output=True, text=True).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert signed_in.get(f"/my/licences/{licence.public_id}/paper/").content == answer.content
    broken = answer.content.replace(b"/Type /Page\n", b"/Type /Pagf\n", 1)
    path.write_bytes(broken if broken != answer.content else answer.content[:2000] + b"X" + answer.content[2001:])
    said = subprocess.run(["pdfsig", str(path)], capture_output=True, text=True).stdout
    assert "Signature is Valid" not in said


def test_a_copy_is_made_downloaded_and_checked(signed_in) -> None:
    licence = permit()
    until = timezone.localdate() + timedelta(days=10)
    wrong = signed_in.post(f"/my/licences/{licence.public_id}/copies/", {"purpose": "租房", "until": "2020-01-01"})
    assert wrong.status_code == 400
    assert "一年以内" in wrong.content.decode()
    made = signed_in.post(
        f"/my/licences/{licence.public_id}/copies/", {"purpose": "仅用于租房登记", "until": until.isoformat()}
    )
    page = signed_in.get(made["Location"]).content.decode()
    assert "仅用于租房登记" in page
    assert signed_in.get(f"{made['Location']}paper/").content.startswith(b"%PDF")
    number = made["Location"].rstrip("/").rpartition("/")[2]
    assert "仅用于租房登记" in Client().get(f"/check/copy/{number}/").content.decode()
    assert Client().get(f"/my/licence-copies/{number}/").status_code == 302


def test_the_wallet_costs_the_same_for_one_and_for_many(signed_in, django_assert_max_num_queries) -> None:
    for _ in range(12):
        permit()
    signed_in.get("/my/licences/")
    with django_assert_max_num_queries(16):
        signed_in.get("/my/licences/")
