"""The pages and the API of shared data: asked for on a resource's page, read with a purpose, by people and by systems."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from huimin.platform.exchange.models import DataRequest
from huimin.platform.exchange.operations import land_rows
from huimin.platform.exchange.tests.readers import signed_in
from huimin.platform.exchange.tests.test_sharing import PEOPLE
from huimin.platform.identity.declarations import this_city
from huimin.platform.identity.models import Account, ApiClient, Department, Post
from huimin.platform.identity.operations import assign_post, give_access, load_city, register_client
from huimin.platform.journal.rules import Actor
from huimin.platform.process import operations as process

pytestmark = [pytest.mark.django_db, pytest.mark.covers("D01", "D02")]
SYSTEM = Actor(kind="system", ref="tests")
WHY = {"purpose": "benefit_eligibility", "case_ref": "芜人社核2026-7"}
ROWS, LOOK_UP = "/api/exchange/police.population/rows", "/api/exchange/police.population/look-up"


@pytest.fixture(autouse=True)
def city(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.HOME = tmp_path
    at = timezone.now() - timedelta(days=1)
    load_city(city=this_city(), actor=SYSTEM, at=at)
    process.publish_standing_definitions(actor=SYSTEM, at=at)
    land_rows("police.population", PEOPLE, actor=SYSTEM, at=at, name="police")
    return


def at_post(code: str) -> Client:
    account = Account.objects.create(
        username=f"{code}.{Account.objects.count()}", name="合成人员", kind="official", opened_at=timezone.now()
    )
    post = Post.objects.get(code=code)
    assign_post(account=account, post=post, actor=SYSTEM, at=timezone.now() - timedelta(hours=1))
    return signed_in(account)


def access(way: str = "file", **to: Any) -> None:
    give_access(
        **to,
        resource=f"police.population:{way}",
        plain=["name", "sex"],
        masked={"citizen_id": "number", "household": "hidden"},
        rows="everything",
        purposes=[WHY["purpose"]],
        legal_basis="测试依据",
        until=timezone.now() + timedelta(days=9),
        actor=SYSTEM,
        at=timezone.now() - timedelta(minutes=1),
    )


def system(department: str, duty: str = "data_reader") -> tuple[ApiClient, dict[str, str]]:
    client, secret = register_client(
        department=Department.objects.get(code=department),
        name=f"{duty}系统",
        duty=duty,
        actor=SYSTEM,
        at=timezone.now(),
    )
    drawn = Client().post(
        "/oauth/token/", {"grant_type": "client_credentials", "client_id": client.client_id, "client_secret": secret}
    )
    return client, {"Authorization": f"Bearer {drawn.json()['access_token']}"}


def ask(headers: dict[str, str], address: str, **body: Any) -> Any:
    return Client().post(address, json.dumps(WHY | body), content_type="application/json", headers=headers)


class TestAsking:
    def test_from_the_resources_page_to_the_list(self) -> None:
        asker = at_post("rsj.data")
        assert "/desk/catalogue/police.population/request/" in asker.get("/desk/catalogue/police.population/").text
        # Its own department has nothing to ask for; who may not ask sees no button.
        for other in ("gaj.data", "rsj.window"):
            assert "/request/" not in at_post(other).get("/desk/catalogue/police.population/").text
        form = asker.get("/desk/catalogue/police.population/request/")
        assert "人力资源和社会保障局 实名核查员" in form.text
        wrong = asker.post("/desk/catalogue/police.population/request/", {"items": ["name"], "rows": "everything"})
        assert (wrong.status_code, DataRequest.objects.count()) == (400, 0)
        answers = {
            "items": ["name", "citizen_id"],
            "plain": ["name"],
            "rows": "everything",
            "way": "read",
            "reader": "rsj.query",
            "purpose": WHY["purpose"],
            "legal_basis": "《社会保险法》第五十七条",
            "reason": "核对待遇资格",
            "until": (timezone.localdate() + timedelta(days=90)).isoformat(),
        }
        refused = asker.post(
            "/desk/catalogue/police.population/request/", answers | {"rows": "post_divisions"}, follow=False
        )
        assert refused.status_code == 400
        assert "按辖区取数" in refused.text
        made = asker.post("/desk/catalogue/police.population/request/", answers, follow=True)
        request = DataRequest.objects.get()
        assert made.redirect_chain[-1][0] == f"/desk/data-requests/{request.number}/"
        assert all(word in made.text for word in ("审核中", "公民身份号码（掩码）", "《社会保险法》第五十七条", "初审"))
        for reader, seen in (("gaj.data", True), ("sjj.data", True), ("ybj.data", False)):
            desk = at_post(reader)
            assert (request.number in desk.get("/desk/data-requests/").text) is seen
            assert desk.get(f"/desk/data-requests/{request.number}/").status_code == (200 if seen else 404)


class TestReading:
    def test_why_first_then_the_rows(self) -> None:
        access(post=Post.objects.get(code="rsj.query"))
        reader = at_post("rsj.query")
        assert "police.population" in reader.get("/desk/shared/").text
        page = "/desk/shared/police.population/rows/"
        assert "王小明" not in reader.get(page).text
        assert reader.post(page, {"purpose": WHY["purpose"], "case_ref": ""}).status_code == 400
        answer = reader.post(page, WHY)
        assert answer.status_code == 200
        assert all(word in answer.text for word in ("王小明", "340202********039X", "男", "这次读取已记入日志"))
        assert "34020219800101039X" not in answer.text
        assert answer["Cache-Control"] == "no-store"
        found = reader.post(
            "/desk/shared/police.population/", WHY | {"by": "citizen_id", "value": "34020219800101039X"}
        )
        assert "王小明" in found.text
        assert "李四" not in found.text
        file = reader.post("/desk/shared/police.population/file/", WHY)
        assert file["Content-Type"].startswith("text/csv")
        assert "attachment" in file["Content-Disposition"]

    def test_what_is_not_granted_is_not_there(self) -> None:
        reader = at_post("rsj.query")
        assert "还没有部门向本岗位提供数据" in reader.get("/desk/shared/").text
        for page in ("", "rows/"):
            assert reader.get(f"/desk/shared/police.population/{page}").status_code == 404
        assert reader.post("/desk/shared/police.population/file/", WHY).status_code == 404
        access("look_up", post=Post.objects.get(code="rsj.query"))
        assert reader.get("/desk/shared/police.population/").status_code == 200
        assert reader.get("/desk/shared/police.population/rows/").status_code == 404
        assert at_post("rsj.window").get("/desk/shared/").status_code == 403

    def test_a_page_costs_the_same_however_many_rows_there_are(self, django_assert_max_num_queries: Any) -> None:
        access(post=Post.objects.get(code="rsj.query"))
        reader = at_post("rsj.query")
        reader.post("/desk/shared/police.population/rows/", WHY)
        with django_assert_max_num_queries(40):
            reader.post("/desk/shared/police.population/rows/", WHY)

    @pytest.mark.parametrize(
        ("page", "words"),
        [
            ("/desk/catalogue/hrss.insured/request/", ("Ask for", "Which items", "Legal basis", "Send the request")),
            ("/desk/data-requests/", ("Data requests", "There is no data request yet.")),
            ("/desk/shared/", ("Data shared with me", "until")),
            ("/desk/shared/police.population/rows/", ("Granted items", "Case number", "Download a file")),
        ],
    )
    def test_english_is_complete(self, page: str, words: tuple[str, ...]) -> None:
        access(post=Post.objects.get(code="gaj.data"))
        text = at_post("gaj.data").get(page, headers={"accept-language": "en"}).text
        main = re.sub(r"<[^>]+>", " ", text.split("<main", 1)[1].split("</main>", 1)[0])
        assert all(word in main for word in words), main
        assert re.findall(r"[\u4e00-\u9fff]+", main) == []


class TestApi:
    def test_a_system_reads_what_was_granted_to_it(self) -> None:
        client, headers = system("rsj")
        assert ask(headers, ROWS).status_code == 404
        access("read", client=client)
        answer = ask(headers, ROWS)
        assert answer.status_code == 200
        body = answer.json()
        assert (body["items"], body["after"]) == (["citizen_id", "name", "sex"], "")
        assert body["rows"][0] == {
            "as_of": "2026-05-01",
            "values": {"citizen_id": "340202********039X", "name": "王小明", "sex": "1"},
        }
        assert body["rows"][2]["values"]["citizen_id"] is None
        found = ask(headers, LOOK_UP, by="citizen_id", value="34020219800101039X").json()
        assert [row["values"]["name"] for row in found["rows"]] == ["王小明"]
        assert ask(headers, LOOK_UP, by="name", value="王小明").status_code == 400
        assert ask(headers, LOOK_UP, by="household", value="H1").status_code == 400
        assert ask(headers, ROWS, purpose="tax_administration").status_code == 404
        assert ask(headers, ROWS, after="forged").status_code == 400
        # Another system of the same department has its own grants, and one that only delivers reads nothing.
        assert ask(system("ybj")[1], ROWS).status_code == 404
        assert ask(system("ybj", "data_source")[1], ROWS).status_code == 403
        assert ask({}, ROWS).status_code == 401
