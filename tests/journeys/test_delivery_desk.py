"""In a real browser: upload a file, watch it land, correct a returned row, withdraw; every page of the desk clean on phone and desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from walking import assert_clean

from huimin.platform.exchange import tasks
from huimin.platform.exchange.models import Delivery, QuarantinedRow
from huimin.platform.exchange.operations.catalogue import register_catalogue
from huimin.platform.exchange.tests.factories import delivered_file, insured
from huimin.platform.identity import operations
from huimin.platform.identity.declarations import this_city
from huimin.platform.journal.rules import Actor

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SYSTEM = Actor(kind="system", ref="tests")


@pytest.fixture(params=[360, 1440], ids=["phone", "desk"])
def page(request, chromium: Browser, live_server, settings) -> Iterator[Page]:
    """A data steward's browser, signed in by a click on his persona; its console stays empty."""
    settings.DEMO = True
    operations.load_city(city=this_city(), actor=SYSTEM, at=timezone.now())
    operations.load_personas(city=this_city(), actor=SYSTEM, at=timezone.now())
    register_catalogue(actor=SYSTEM, at=timezone.now())
    base = live_server.url.replace("127.0.0.1", "localhost")
    context = chromium.new_context(base_url=base, viewport={"width": request.param, "height": 900}, locale="zh-CN")
    found, complaints = context.new_page(), []
    found.on("pageerror", lambda problem: complaints.append(str(problem)))
    found.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    found.goto(reverse("identity:personas"))
    found.get_by_role("button", name="数据资源管理局数据管理员").click()
    yield found
    context.close()
    assert [text for text in complaints if "status of 4" not in text] == []


def clean(page: Page, heading: str) -> None:
    expect(page.locator("h1")).to_have_text(heading)
    assert_clean(page)


def rows() -> list[dict[str, str]]:
    return [
        insured("1"),
        insured("2"),
        insured("", "李合成"),
        insured("4", 证件号码="3.4E+17"),
        insured("5", "=1+1", 备注="<b>x</b>"),
    ]


@pytest.mark.covers("D01")
def test_from_the_file_to_the_withdrawal(page: Page, tmp_path: Path) -> None:
    path = delivered_file(tmp_path, "medins.insured", rows())
    other = tmp_path / "population.docx"
    other.write_bytes(b"PK\x03\x04")

    page.goto(reverse("exchange:uploads"))
    clean(page, "上传文件")
    page.get_by_label("要交付的文件").set_input_files([path, other])
    page.get_by_role("button", name="上传并入库").click()
    clean(page, "入库进度")
    expect(page.locator("#upload")).to_contain_text("没有部门登记过名为“population.docx”的文件（看起来是 XLSX/ZIP）")
    expect(page.locator("#upload")).to_contain_text("排队中")
    # It is left, the background lands the file, and the page that was left open says so by itself.
    tasks.land_uploads()
    expect(page.locator("#upload")).to_contain_text("5 行 = 3 入库 + 2 退回 + 0 重复", timeout=15_000)
    clean(page, "入库进度")

    page.get_by_role("link", name="看这次交付").click()
    expect(page.locator("main")).to_contain_text("相符")
    expect(page.locator("#changes")).to_contain_text("新增 3 条记录")
    clean(page, "医疗保险参保 · 2026-06-30")

    page.get_by_role("row").filter(has_text="缺记录号").get_by_role("link", name="更正").click()
    clean(page, "更正这一行")
    page.get_by_label("参保编号").fill("YB-3")
    page.get_by_role("button", name="更正这条信息并重报").click()
    expect(page.get_by_role("status").first).to_contain_text("已更正重报，这一行已入库")
    assert set(QuarantinedRow.objects.values_list("rule", "state")) == {
        ("no_record_id", "resubmitted"),
        ("scientific_number", "waiting"),
    }

    with page.expect_download() as download:
        page.get_by_role("link", name="下载全部退回的行").click()
    assert download.value.suggested_filename == "medins_insured_20260630_returned.tsv"

    page.get_by_text("撤回本次交付").click()
    page.get_by_label("撤回的原因").fill("发错了月份")
    page.get_by_role("button", name="撤回", exact=True).click()
    expect(page.locator("main")).to_contain_text("已撤回，原因：发错了月份")
    clean(page, "医疗保险参保 · 2026-06-30")
    assert Delivery.objects.order_by("number").first().state == Delivery.State.WITHDRAWN


def test_the_other_pages_are_clean(page: Page, tmp_path: Path) -> None:
    path = delivered_file(tmp_path, "medins.insured", rows())
    for name, heading in {
        "overview": "数据总览",
        "deliveries": "交付",
        "quarantine": "退回的行",
        "trial": "试映射",
        "catalogue": "资源目录",
    }.items():
        page.goto(reverse(f"exchange:{name}"))
        clean(page, heading)
    page.get_by_label("查找资源").fill("shbx")
    page.get_by_role("button", name="查找").click()
    expect(page.locator(".work")).to_have_count(1)
    clean(page, "资源目录")
    page.get_by_role("link", name="社会保险参保").click()
    clean(page, "社会保险参保")
    page.get_by_role("link", name="看各版的修改").click()
    clean(page, "社会保险参保：各版的修改")

    page.goto(reverse("exchange:trial"))
    page.get_by_label("要试的文件").set_input_files(path)
    page.get_by_role("button", name="试一试").click()
    expect(page.locator("main")).to_contain_text("前 5 行：3 行会入库，2 行会退回")
    page.get_by_text("行 6 ·").click()
    expect(page.locator("main")).to_contain_text("按文字保存")
    clean(page, "试映射")
    assert not Delivery.objects.exists()
