"""In a real browser: a grid worker takes up a handset, reports without a network, and sees his report through to a close that others read."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from carrying import A_WHILE, carried, comes_online, goes_offline, heading, takes_up
from django.utils import timezone
from playwright.sync_api import Browser, Page
from walking import assert_clean

from huimin.platform.grid.models import Handset, HandsetItem, Shift
from huimin.platform.grid.operations.handsets import revoke_handset
from huimin.platform.incidents import operations
from huimin.platform.incidents.models import Incident
from huimin.platform.incidents.rules import Channel
from huimin.platform.incidents.tests import factories as make
from huimin.platform.registries.operations import take_grid

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.covers("G01", "G02", "G04")]
FIVE_TAPS = 4
"""Taps after the app has been opened, which is the first of the five."""


@pytest.fixture
def grid(standing: None, tmp_path: Path) -> None:
    """A grid of two cells."""
    cells = ((make.CELL, make.HERE), (make.OTHER_CELL, make.THERE))
    features = [
        {"type": "Feature", "properties": {"code": code, "name": f"网格{code[-3:]}"}, "geometry": make.square(*where)}
        for code, where in cells
    ]
    file = tmp_path / "grid.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features, "synthetic": True}), "utf-8")
    take_grid(file, actor=make.SYSTEM, at=timezone.now())


@pytest.fixture
def worker(grid: None) -> Any:
    """A worker of one of them, on shift."""
    account = make.official("qu_jinghu.grid", "合成网格员")
    make.walks(account, make.CELL)
    now = timezone.now()
    Shift.objects.create(worker=account, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=7))
    return account


@pytest.fixture
def phones(chromium: Browser, live_server: Any) -> Iterator[Any]:
    """Phones with a position, signed in as somebody."""
    with carried(chromium, live_server.url) as phone:
        yield phone


def photo(folder: Path, colour: str) -> Path:
    """A photo as a camera makes one: larger than it may stay."""
    file = folder / f"{colour}.jpg"
    file.write_bytes(make.photo(colour, (2400, 1800)).content)
    return file


def report(page: Page, file: Path) -> int:
    """Report in as few taps as the app promises; gives how many it took."""
    taps = 0
    page.get_by_role("button", name="报告", exact=True).click()
    taps += 1
    heading(page, "报告")
    page.get_by_text("已定位，误差约 8 米").wait_for()
    with page.expect_file_chooser() as chooser:
        page.get_by_text("拍照", exact=True).click()
    chooser.value.set_files(file)
    taps += 1
    page.get_by_alt_text("照片 1").wait_for()
    page.locator("[data-recent] label").first.click()
    taps += 1
    assert_clean(page, "report")
    page.get_by_role("button", name="发送").click()
    taps += 1
    heading(page, "网格随身办")
    return taps


def kept(page: Page) -> list[dict[str, Any]]:
    """Everything that lies on the handset's disk."""
    return page.evaluate(  # type: ignore[no-any-return] # what the script gives
        """async () => {
            const open = (name) => new Promise((ok) => { const r = indexedDB.open(name); r.onsuccess = () => ok(r.result); });
            const db = await open("huimin-grid");
            const all = [];
            for (const store of db.objectStoreNames) {
                const rows = await new Promise((ok) => {
                    const r = db.transaction(store).objectStore(store).getAll(); r.onsuccess = () => ok(r.result);
                });
                for (const row of rows) all.push({store, text: JSON.stringify(row, (k, v) =>
                    v instanceof ArrayBuffer ? Array.from(new Uint8Array(v)).join() : ArrayBuffer.isView(v) ? Array.from(v).join() : v)});
            }
            db.close();
            return all;
        }"""
    )


def hindrances(page: Page) -> list[str]:
    """Why the browser would not install the app, but for this one's being a private window."""
    said = page.context.new_cdp_session(page).send("Page.getInstallabilityErrors")
    return [one["errorId"] for one in said["installabilityErrors"] if one["errorId"] != "in-incognito"]


def test_from_a_report_without_a_network_to_a_close_that_a_citizen_reads(
    worker: Any, phones: Any, tmp_path: Path
) -> None:
    page = phones(worker)
    takes_up(page, worker)
    assert_clean(page, "home")
    assert hindrances(page) == [], "the browser offers to install it"
    goes_offline(page)
    assert report(page, photo(tmp_path, "grey")) == FIVE_TAPS
    page.get_by_role("button", name="1 条待发").wait_for()
    assert_clean(page, "waiting")
    assert not Incident.objects.exists()
    page.reload()
    heading(page, "网格随身办")
    page.get_by_role("button", name="1 条待发").wait_for()
    assert "现在仍然可以上报" in page.locator("main").inner_text(), "the key lives in memory alone"
    queue = [one["text"] for one in kept(page) if one["store"] == "queue"]
    assert len(queue) == 1
    assert "118.365" not in queue[0], "what waits is sealed"

    comes_online(page)
    incident = Incident.objects.get()
    assert (incident.cell, incident.channel, incident.photos.count()) == (make.CELL, "worker", 1)
    assert incident.observed_at is not None
    assert incident.observed_at < incident.reported_at, "the moment is that of the report, not of its sending"
    page.get_by_role("button", name="没有待发").click()
    page.get_by_text(incident.number).wait_for()
    assert_clean(page, "sent")

    number = incident.number
    command, handler = (make.acting(make.official(post)) for post in ("qu_jinghu.command", "cgj.dispose"))
    citizen = make.resident()
    seen = make.a_report(channel=Channel.CITIZEN, confirms=number, description="我也看到了")
    token = operations.report_incident(
        report=seen, sender="citizen:1", actor=make.acting(citizen, post="none.none"), at=timezone.now()
    ).report.token
    incident.refresh_from_db()
    if incident.state == "reported":
        operations.file_incident(number, actor=command, at=timezone.now())
        operations.dispatch_incident(number, departments=["cgj"], actor=command, at=timezone.now())
    operations.dispose_incident(number, said="已清理", photos=[make.photo("green")], actor=handler, at=timezone.now())

    page.get_by_role("button", name="← 返回").click()
    page.reload()
    task = page.get_by_role("button", name="核查")
    task.wait_for()
    assert_clean(page, "task-waits")
    goes_offline(page)
    task.click()
    heading(page, "任务")
    page.get_by_label("已处置好").check()
    with page.expect_file_chooser() as chooser:
        page.get_by_text("拍现场照片").click()
    chooser.value.set_files(photo(tmp_path, "green"))
    page.get_by_alt_text("照片 1").wait_for()
    assert_clean(page, "check")
    page.get_by_role("button", name="办结这一步").click()
    page.get_by_text("已办，待送出").wait_for()
    comes_online(page)
    incident.refresh_from_db()
    assert incident.checked_at is not None
    assert incident.photos.filter(stage="check").count() == 1
    if incident.state != "closed":
        operations.close_incident(number, actor=command, at=timezone.now())
    page.goto(f"/report/follow/{token}/")
    page.get_by_text("已办结").first.wait_for()


def test_a_task_that_a_colleague_took_meanwhile_is_told_not_done_twice(worker: Any, phones: Any) -> None:
    make.reported(channel=Channel.CITIZEN, actor=make.acting(make.resident(), post="none.none"), at=timezone.now())
    page = phones(worker)
    takes_up(page, worker)
    task = page.get_by_role("button", name="核实")
    task.wait_for()
    goes_offline(page)
    task.click()
    page.get_by_label("情况属实").check()
    page.get_by_role("button", name="办结这一步").click()
    heading(page, "网格随身办")
    colleague = make.official("qu_jinghu.grid")
    make.walks(colleague, make.CELL)
    number = Incident.objects.get().number
    operations.verify_incident(number, found=True, actor=make.acting(colleague), at=timezone.now())
    page.context.set_offline(False)
    page.get_by_role("button", name="没有收下").click(timeout=A_WHILE)
    page.get_by_text("已由同事办理").wait_for()
    assert_clean(page, "conflict")
    assert HandsetItem.objects.get().is_refused


def test_a_revoked_handset_holds_nothing_that_can_be_read_and_empties_itself(worker: Any, phones: Any) -> None:
    make.reported(channel=Channel.CITIZEN, actor=make.acting(make.resident(), post="none.none"), at=timezone.now())
    page = phones(worker)
    takes_up(page, worker)
    page.get_by_role("button", name="核实").wait_for()
    whole = "".join(one["text"] for one in kept(page))
    assert "路面有一个坑" not in whole, "what is taken along is locked"
    assert "合成网格员" not in whole
    handset = Handset.objects.get()
    command = make.acting(make.official("qu_jinghu.command"))
    revoke_handset(number=handset.number, reason="丢失", actor=command, at=timezone.now())
    page.reload()
    heading(page, "这台终端已停用")
    assert_clean(page, "gone")
    page.wait_for_function("indexedDB.databases().then((all) => all.every((one) => one.name !== 'huimin-grid'))")
    handset.refresh_from_db()
    assert handset.wiped_at is not None


def test_it_reads_in_english_and_in_elder_mode(worker: Any, phones: Any) -> None:
    worker.language, worker.elder_mode = "en", True
    worker.save()
    page = phones(worker, django_language="en")
    page.goto("/grid/")
    heading(page, "Take up this handset")
    assert_clean(page, "english")
    assert page.evaluate("document.body.classList.contains('elder')")
