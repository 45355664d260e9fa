"""The desk's pages through the real middleware: who sees what, what is shown, what may be done."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from huimin.platform.exchange import queries, tasks
from huimin.platform.exchange.models import Delivery, QuarantinedRow, ResourceVersion, UploadBatch
from huimin.platform.exchange.operations import land_file
from huimin.platform.exchange.operations.catalogue import register_catalogue
from huimin.platform.exchange.ports import Effect, effect_sources
from huimin.platform.exchange.rules import Punctuality
from huimin.platform.exchange.tests.factories import ACTOR, AT, delivered_file, insured, pensioner
from huimin.platform.exchange.tests.readers import at_desk, data_office, official, signed_in
from huimin.platform.exchange.urls import urlpatterns
from huimin.platform.identity.models import Account

pytestmark = pytest.mark.django_db
MARKUP = "<script>alert(1)</script>"
FORMULA = "=cmd|' /C calc'!A0"
ENGLISH = {"accept-language": "en"}


def land(folder: Path, rows, resource: str = "medins.insured", label: str = "") -> Delivery:
    return land_file(delivered_file(folder, resource, rows, label=label), actor=ACTOR, at=AT)


@pytest.fixture
def delivery(tmp_path: Path) -> Delivery:
    rows = [insured("1"), insured("2"), insured("2"), insured("", MARKUP), insured("5", FORMULA, 证件号码="3.4E+17")]
    return land(tmp_path, rows)


def text_of(answer) -> str:
    return answer.content.decode()


def page(client: Client, name: str, *args, status: int = 200, **asked) -> str:
    answer = client.get(reverse(f"exchange:{name}", args=args), asked)
    assert answer.status_code == status
    return text_of(answer)


class TestReach:
    """Every page of a delivery: for the department that delivered it and for the data office, and for nobody else."""

    @pytest.fixture
    def addresses(self, delivery) -> list[tuple[str, str]]:
        row = QuarantinedRow.objects.first()
        of_delivery, of_row = [delivery.number], [delivery.number, row.id]
        return [
            ("get", reverse("exchange:delivery", args=of_delivery)),
            ("get", reverse("exchange:changes", args=of_delivery)),
            ("get", reverse("exchange:returned_file", args=of_delivery)),
            ("get", reverse("exchange:correct", args=of_row)),
            ("post", reverse("exchange:correct", args=of_row)),
            ("post", reverse("exchange:dismiss", args=of_row)),
            ("post", reverse("exchange:accept", args=of_delivery)),
            ("post", reverse("exchange:withdraw", args=of_delivery)),
        ]

    def statuses(self, client, addresses):
        return {getattr(client, method)(address).status_code for method, address in addresses}

    def test_another_departments_officer_finds_nothing_and_changes_nothing(self, delivery, addresses):
        client = at_desk("gaj")
        assert self.statuses(client, addresses) == {404}
        assert "医疗保险参保" not in re.sub(r"<details.*?</details>", "", page(client, "deliveries"), flags=re.DOTALL)
        assert not client.get(reverse("exchange:quarantine")).context["queue"].rows
        delivery.refresh_from_db()
        assert delivery.state == Delivery.State.STANDING
        assert set(QuarantinedRow.objects.values_list("state", flat=True)) == {"waiting"}

    @pytest.mark.parametrize("who", ["ybj", "sjj"])
    def test_the_department_and_the_data_office_see_it(self, delivery, addresses, who):
        client = data_office() if who == "sjj" else at_desk("ybj")
        reads = [(method, address) for method, address in addresses if method == "get"]
        assert self.statuses(client, reads) == {200}
        assert [row.what for row in client.get(reverse("exchange:deliveries")).context["queue"].rows]
        assert len(client.get(reverse("exchange:quarantine")).context["queue"].rows) == 2

    def test_who_delivers_nothing_is_refused(self, addresses):
        assert self.statuses(at_desk("ybj", "window_clerk"), addresses) == {403}
        citizen = Account.objects.create(username="citizen", name="王合成", kind="citizen", opened_at=AT)
        assert self.statuses(signed_in(citizen), addresses) == {403}
        assert self.statuses(Client(), addresses) == {302}

    def test_the_overview_is_the_data_offices(self):
        page(data_office(), "overview")
        page(at_desk("ybj"), "overview", status=403)

    def test_a_row_of_another_delivery_is_not_found_under_this_one(self, delivery, tmp_path):
        other = land(tmp_path, [insured("9"), insured("")], label="x")
        row = QuarantinedRow.objects.filter(delivery=other).get()
        page(data_office(), "correct", delivery.number, row.id, status=404)

    def test_uploads_are_the_departments(self, tmp_path):
        upload(at_desk("ybj"), tmp_path)
        batch = UploadBatch.objects.get()
        page(at_desk("ybj"), "upload", batch.public_id)
        page(data_office(), "upload", batch.public_id)
        page(at_desk("gaj"), "upload", batch.public_id, status=404)
        assert not at_desk("gaj").get(reverse("exchange:uploads")).context["queue"].rows

    @pytest.mark.once
    def test_every_address_names_its_permission(self):
        assert len(urlpatterns) > 12
        assert all(pattern.callback.permission.startswith("exchange.") for pattern in urlpatterns)


class TestDeliveryPage:
    def test_counts_that_add_up(self, delivery):
        text = page(data_office(), "delivery", delivery.number)
        assert "5 行 = 2 入库 + 2 退回 + 1 重复" in text
        assert "相符" in text
        assert "不相符" not in text
        for word in ("缺记录号", "科学计数法", "3.4E+17", "已入库", "市医疗保障局"):
            assert word in text

    def test_a_lost_row_shows(self, delivery):
        QuarantinedRow.objects.first().delete()
        assert "不相符" in page(data_office(), "delivery", delivery.number)

    def test_in_english(self, delivery):
        text = text_of(data_office().get(reverse("exchange:delivery", args=[delivery.number]), headers=ENGLISH))
        for words in (
            "5 rows = 2 landed + 2 returned + 1 duplicates",
            "adds up",
            "Scientific notation",
            "Withdraw this delivery",
        ):
            assert words in text

    def test_markup_and_formulas_are_shown_harmless(self, delivery):
        row = QuarantinedRow.objects.get(rule="no_record_id")
        text = page(data_office(), "correct", delivery.number, row.id)
        assert MARKUP not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
        other = page(data_office(), "correct", delivery.number, QuarantinedRow.objects.exclude(id=row.id).get().id)
        assert "按文字保存" in other
        assert "=cmd|&#x27; /C calc&#x27;!A0" in other

    def test_what_it_changed_and_what_others_say_of_it(self, delivery, monkeypatch):
        monkeypatch.setitem(effect_sources._things, "test", lambda number: [Effect(sentence=f"更正 31 人（{number}）")])
        text = page(data_office(), "changes", delivery.number)
        assert "新增 2 条记录" in text
        assert f"更正 31 人（{delivery.number}）" in text

    def test_withdrawing_needs_a_reason(self, delivery):
        client = at_desk("ybj")
        answer = client.post(reverse("exchange:withdraw", args=[delivery.number]), {"reason": " "})
        assert answer.status_code == 422
        answer = client.post(
            reverse("exchange:withdraw", args=[delivery.number]), {"reason": "发错了文件"}, follow=True
        )
        assert "已撤回，原因：发错了文件" in text_of(answer)
        assert not client.get(reverse("exchange:quarantine")).context["queue"].rows
        assert client.post(reverse("exchange:withdraw", args=[delivery.number]), {"reason": "再来"}).status_code == 409

    def test_a_held_one_is_accepted(self, tmp_path):
        land(tmp_path, [insured(str(n)) for n in range(20)])
        held = land(tmp_path, [insured("1")], label="less")
        client = at_desk("ybj")
        text = page(client, "delivery", held.number)
        assert "确认生效" in text
        assert "还没有生效" in text
        assert client.get(reverse("exchange:deliveries")).context["queue"].rows[0].next_act == "待确认"
        client.post(reverse("exchange:accept", args=[held.number]))
        held.refresh_from_db()
        assert held.state == Delivery.State.STANDING
        assert "确认生效" not in page(client, "delivery", held.number)
        assert client.post(reverse("exchange:accept", args=[held.number])).status_code == 409

    def test_returned_rows_are_downloaded(self, delivery):
        answer = at_desk("ybj").get(reverse("exchange:returned_file", args=[delivery.number]))
        assert "medins_insured_20260630_returned.tsv" in answer["Content-Disposition"]
        assert answer["Cache-Control"] == "no-store"
        assert FORMULA.encode("gb18030") in b"".join(answer.streaming_content)

    def test_many_returned_rows_go_on(self, tmp_path):
        many = land(tmp_path, [insured("1")] + [insured("", f"张{n}") for n in range(45)])
        client, seen, url = data_office(), 0, reverse("exchange:delivery", args=[many.number])
        while url:
            context = client.get(url).context
            seen, url = seen + len(context["rows"]), context["more_url"]
        assert seen == 45


class TestLists:
    def test_narrowed_by_chips(self, delivery, tmp_path):
        land(tmp_path, [pensioner("1")], resource="hrss.insured")
        client = data_office()

        def rows(**asked):
            return len(client.get(reverse("exchange:deliveries"), asked).context["queue"].rows)

        assert (rows(), rows(resource="hrss.insured"), rows(department="ybj"), rows(state="withdrawn")) == (2, 1, 1, 0)
        assert rows(state="strange") == 2
        assert client.get(reverse("exchange:deliveries"), {"after": "forged"}).status_code == 400

    def test_the_cost_does_not_grow(self, tmp_path):
        client = data_office()
        for n in range(3):
            land(tmp_path, [insured(str(n)), insured("")], label=f"a{n}")
        costs = []
        for extra in range(2):
            for name in ("deliveries", "quarantine", "uploads", "overview"):
                with CaptureQueriesContext(connection) as cost:
                    page(client, name)
                costs.append((extra, name, len(cost)))
            for n in range(8 * (1 - extra)):
                land(tmp_path, [insured(str(n)), insured(""), insured("")], label=f"b{n}")
        first, second = [c[1:] for c in costs if c[0] == 0], [c[1:] for c in costs if c[0] == 1]
        assert first == second
        assert max(cost for _name, cost in first) <= 20


class TestCorrecting:
    def row(self) -> QuarantinedRow:
        return QuarantinedRow.objects.get(rule="no_record_id")

    def send(self, client, row, **changes):
        form = client.get(reverse("exchange:correct", args=[row.delivery_id, row.id])).context["form"]
        filled = {name: field.initial or "" for name, field in form.fields.items()}
        filled |= {
            next(name for name, field in form.fields.items() if field.label == column): value
            for column, value in changes.items()
        }
        return client.post(reverse("exchange:correct", args=[row.delivery_id, row.id]), filled, follow=True)

    def test_put_right_it_lands(self, delivery):
        row = self.row()
        answer = self.send(at_desk("ybj"), row, 参保编号="77", 姓名="王合成")
        assert "已更正重报，这一行已入库" in text_of(answer)
        row.refresh_from_db()
        assert (row.state, row.resubmitted_as.landed) == ("resubmitted", 1)
        assert "看更正后的交付" in text_of(answer)

    def test_the_column_at_fault_comes_first_and_is_required(self, delivery):
        row, client = self.row(), at_desk("ybj")
        form = client.get(reverse("exchange:correct", args=[row.delivery_id, row.id])).context["form"]
        assert next(iter(form.fields.values())).label == "参保编号"
        answer = self.send(client, row, 参保编号="")
        assert answer.status_code == 422
        assert "请填写记录号" in text_of(answer)

    def test_still_wrong_it_comes_back_with_its_new_reason(self, delivery):
        row = self.row()
        answer = self.send(at_desk("ybj"), row, 参保编号="77", 证件号码="3.4E+17")
        assert "又退回来了" in text_of(answer)
        assert "科学计数法" in text_of(answer)

    def test_twice_is_refused(self, delivery):
        row, client = self.row(), at_desk("ybj")
        self.send(client, row, 参保编号="77")
        assert "这一行已经处理过了" in page(client, "correct", row.delivery_id, row.id)
        names = {f"column_{n}": "x" for n in range(12)}
        assert client.post(reverse("exchange:correct", args=[row.delivery_id, row.id]), names).status_code == 409

    def test_letting_go(self, delivery):
        row, client = self.row(), at_desk("ybj")
        client.post(reverse("exchange:dismiss", args=[row.delivery_id, row.id]))
        row.refresh_from_db()
        assert row.state == "dismissed"
        assert "已放弃" in page(client, "delivery", delivery.number)


def upload(client, folder: Path, *more: SimpleUploadedFile):
    path = delivered_file(folder, "medins.insured", [insured("1"), insured("")])
    files = [SimpleUploadedFile(path.name, path.read_bytes()), *more]
    return client.post(reverse("exchange:uploads"), {"sent": files})


class TestUploading:
    def test_files_are_kept_and_the_page_can_be_left(self, tmp_path):
        client = at_desk("ybj")
        answer = upload(
            client, tmp_path, SimpleUploadedFile("notes.docx", b"PK\x03\x04"), SimpleUploadedFile("empty.csv", b"")
        )
        progress = answer["Location"]
        text = text_of(client.get(progress))
        assert 'hx-trigger="every 2s"' in text
        assert "刷新进度" in text
        assert "没有部门登记过名为“notes.docx”的文件（看起来是 XLSX/ZIP）" in text
        assert "是空的" in text
        tasks.land_uploads()
        text = text_of(client.get(progress))
        assert "every 2s" not in text
        assert "2 行 = 1 入库 + 1 退回 + 0 重复" in text
        assert progress in page(client, "uploads")

    def test_nothing_chosen(self):
        answer = at_desk("ybj").post(reverse("exchange:uploads"), {})
        assert answer.status_code == 422
        assert "请先选择文件" in text_of(answer)

    def test_a_file_name_is_shown_harmless(self, tmp_path):
        client = at_desk("ybj")
        answer = upload(client, tmp_path, SimpleUploadedFile("<b>x.docx", b"PK"))
        assert "<b>x.docx" not in text_of(client.get(answer["Location"]))


class TestTrying:
    def send(self, client, name: str, content: bytes, resource: str = ""):
        return client.post(reverse("exchange:trial"), {"file": SimpleUploadedFile(name, content), "resource": resource})

    def test_rows_and_summary(self, tmp_path):
        path = delivered_file(tmp_path, "medins.insured", [insured("1"), insured("", MARKUP)])
        answer = self.send(at_desk("ybj"), path.name, path.read_bytes())
        text = text_of(answer)
        assert "前 2 行：1 行会入库，1 行会退回" in text
        assert "&lt;script&gt;" in text
        assert MARKUP not in text
        assert answer["Cache-Control"] == "no-store"
        assert not Delivery.objects.exists()

    def test_under_another_name_by_choosing_the_resource(self, tmp_path):
        content = delivered_file(tmp_path, "medins.insured", [insured("1")]).read_bytes()
        assert self.send(at_desk("ybj"), "x.txt", content).status_code == 422
        assert self.send(at_desk("ybj"), "x.txt", content, "medins.insured").status_code == 200

    def test_not_for_another_departments_data(self, tmp_path):
        path = delivered_file(tmp_path, "medins.insured", [insured("1")])
        assert self.send(at_desk("gaj"), path.name, path.read_bytes()).status_code == 422
        assert self.send(at_desk("gaj"), path.name, path.read_bytes(), "medins.insured").status_code == 422

    def test_the_wrong_form_says_what_it_looks_like(self):
        text = text_of(self.send(at_desk("ybj"), "medins_insured_20260630.tsv", b"%PDF-1.7"))
        assert "PDF" in text


@pytest.mark.covers("D02", "D05")
class TestOverview:
    def test_access_rate_and_the_overdue_first(self, tmp_path):
        land(tmp_path, [pensioner("1")], resource="hrss.insured")
        access = queries.access(AT.date())
        (one,) = [one for one in access.departments if one.punctuality is Punctuality.ON_TIME]
        assert (one.department, one.overdue, one.reference_on) == ("rsj", 0, date(2026, 6, 30))
        assert {one.department for one in access.departments} | set(access.without_source) == set(access.expected)
        rates = access.rates
        assert (rates.agreed, rates.connected, rates.on_time) == (len(access.departments), 1, 1)
        assert rates.agreed < rates.expected
        context = data_office().get(reverse("exchange:overview")).context
        share = context["figures"][0]
        assert share.number == f"{100 / rates.expected:.1f}"
        assert str(share.compared) == f"应接入 {rates.expected} 个部门，已交付 1 个"

    def test_held_ones_wait_here(self, tmp_path):
        land(tmp_path, [insured(str(n)) for n in range(20)])
        land(tmp_path, [insured("1")], label="less")
        assert len(data_office().get(reverse("exchange:overview")).context["held"].rows) == 1


class TestCataloguePages:
    def test_browse_and_search(self):
        client = signed_in(official("ybj", "window_clerk"))
        assert "社会保险参保" in page(client, "catalogue")
        text = page(client, "catalogue", q="shbx")
        assert "社会保险参保" in text
        assert "居民健康档案" not in text
        assert "没有找到这样的资源" in page(client, "catalogue", q="夸克")
        assert len(client.get(reverse("exchange:catalogue"), {"department": "mzj"}).context["queue"].rows) == 3

    def test_a_resource_with_its_fields(self, tmp_path):
        land(tmp_path, [pensioner("1")], resource="hrss.insured")
        text = page(data_office(), "resource", "hrss.insured")
        fields = ("hrss.insured", "有条件共享", "每日", "社会保障号码", "公民身份号码", "学历代码")
        for words in (*fields, "向提供部门提出数据需求", "最近基准日"):
            assert words in text
        page(data_office(), "resource", "no.such", status=404)

    def test_what_a_version_changed(self):
        assert "还没有登记过版本" in page(data_office(), "versions", "hrss.insured")
        register_catalogue(actor=ACTOR, at=timezone.now())
        assert "这是第一版" in page(data_office(), "versions", "hrss.insured")
        kept = ResourceVersion.objects.get(code="hrss.insured")
        del kept.content["items"]["phone"]
        kept.content["share"] = "withheld"
        kept.save()
        register_catalogue(actor=ACTOR, at=timezone.now())
        client = data_office()
        rows = client.get(reverse("exchange:versions", args=["hrss.insured"])).context["table"].rows
        assert rows == [
            ["资源本身", "修改", "共享类型", "不予共享", "有条件共享"],
            ["手机号码", "新增", "", "—", "手机号码"],
        ]
        assert "这是第一版" in page(client, "versions", "hrss.insured", after=1)
        page(client, "versions", "hrss.insured", after="strange")

    def test_citizens_are_refused(self):
        citizen = Account.objects.create(username="citizen", name="王合成", kind="citizen", opened_at=AT)
        page(signed_in(citizen), "catalogue", status=403)
