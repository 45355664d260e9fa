"""Pages of ui as a client gets them: what anybody may open, what went wrong in words, how one likes to read."""

import re

import pytest
from django.conf import settings as product
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from huimin.platform.identity.models import Account
from huimin.platform.identity.permissions import PUBLIC
from huimin.platform.journal.queries import entries_about

pytestmark = [pytest.mark.django_db, pytest.mark.urls("huimin.platform.ui.tests.urls")]


@pytest.fixture
def account():
    return Account.objects.create(username="wang", name="王某某", kind="citizen", opened_at=timezone.now())


@pytest.fixture
def quiet():
    """A client that shows the error page instead of the error."""
    return Client(raise_request_exception=False)


def test_healthz_asks_the_database_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert answer.json() == {"status": "ok"}


@pytest.mark.parametrize("path", ["/", "/help/", "/healthz", "/reading/elder/", "/reading/language/", "/style/"])
def test_every_address_names_its_permission(path):
    assert resolve(path).func.permission == PUBLIC


def test_a_guest_costs_no_query(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/help/").status_code == 200


def test_the_style_page_is_for_demonstrations_only(client, settings):
    settings.ROOT_URLCONF = "huimin.urls"
    assert product.DEMO or client.get("/style/").status_code == 404


def test_the_frame_names_the_city_and_the_policy_lets_no_script_in(client):
    answer = client.get("/help/")
    page = answer.content.decode()
    assert "芜湖惠民" in page
    assert '<html lang="zh-Hans">' in page
    assert page.count("<h1>") == 1
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*src=)|\sstyle=|\son[a-z]+=", page)


def test_a_production_page_says_nothing_of_a_demonstration(client, settings):
    settings.DEMO = False
    assert "演示环境" not in client.get("/help/").content.decode()
    settings.DEMO = True
    assert "演示环境" in client.get("/help/").content.decode()


@pytest.mark.parametrize(
    ("language", "path", "status", "words"),
    [
        ("zh-hans", "/nowhere/", 404, ["没有找到这个页面", "保留了什么", "您可以"]),
        ("en", "/nowhere/", 404, ["This page was not found", "What was kept", "What you can do"]),
        ("zh-hans", "/test/refuses/", 409, ["9:00 的时段已被他人预约，请另选。", "这一步没有办成", "保留了什么"]),
        ("en", "/test/refuses/", 409, ["The slot at 9:00 has just been taken", "What was kept"]),
        ("zh-hans", "/test/forbids/", 403, ["您没有查看或办理此项内容的权限"]),
        ("en", "/test/forbids/", 403, ["You may not see or handle this"]),
    ],
)
def test_what_went_wrong_is_said_in_words(client, language, path, status, words):
    client.cookies[product.LANGUAGE_COOKIE_NAME] = language
    answer = client.get(path)
    assert answer.status_code == status
    page = answer.content.decode()
    assert all(word in page for word in words)


def test_a_broken_page_stands_alone_in_both_languages_and_tells_nothing(quiet, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = quiet.get("/test/breaks/")
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "系统出错了" in page
    assert "Something went wrong on our side" in page
    assert "张三" not in page
    assert "340204194403120011" not in page
    assert not re.search(r"<link|<script|<img|src=", page)
    assert "style-src 'sha256-" in answer["Content-Security-Policy"]


def test_a_request_that_is_not_understood(quiet):
    answer = quiet.get("/help/", HTTP_HOST="evil.example")
    assert answer.status_code == 400
    assert "这个请求看不懂" in answer.content.decode()


def test_a_program_gets_json(client, quiet):
    assert client.get("/api/refuses/").json() == {"code": "SlotTaken", "message": "9:00 的时段已被他人预约，请另选。"}
    assert quiet.get("/test/breaks/", HTTP_ACCEPT="application/json").json()["code"] == "ServerError"
    assert client.get("/api/nowhere/").json()["code"] == "NotFound"


def test_a_refusal_answers_htmx_with_a_message_and_leaves_the_page(client):
    answer = client.get("/test/refuses/", headers={"HX-Request": "true"})
    assert answer["HX-Retarget"] == "#toasts"
    assert "9:00 的时段" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_a_form_open_too_long_is_told_so():
    answer = Client(enforce_csrf_checks=True).post("/reading/elder/", {"elder": "1"})
    assert answer.status_code == 403
    assert "这个页面打开得太久了" in answer.content.decode()


def test_elder_mode_is_kept_on_the_device(client):
    answer = client.post("/reading/elder/", {"elder": "1", "next": "/help/?a=1"})
    assert answer.headers["Location"] == "/help/?a=1"
    assert re.search(r'<body class="[^"]*\belder\b', client.get("/help/").content.decode())
    client.post("/reading/elder/", {"elder": "0", "next": "/help/"})
    assert not re.search(r'<body class="[^"]*\belder\b', client.get("/help/").content.decode())


def test_elder_mode_is_kept_on_the_account(client, account):
    client.force_login(account)
    client.post("/reading/elder/", {"elder": "1", "next": "/"})
    account.refresh_from_db()
    assert account.elder_mode
    assert len(list(entries_about([account.reference]))) == 1
    other_device = Client()
    other_device.force_login(account)
    assert re.search(r'<body class="[^"]*\belder\b', other_device.get("/help/").content.decode())


def test_the_language_is_kept_on_the_account(client, account):
    client.force_login(account)
    client.post("/reading/language/", {"language": "en", "next": "/"})
    other_device = Client()
    other_device.force_login(account)
    assert "Help and accessibility" in other_device.get("/help/").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_a_choice_never_leads_elsewhere(client, elsewhere):
    assert client.post("/reading/language/", {"language": "en", "next": elsewhere}).headers["Location"] == "/"


def test_an_unknown_language_becomes_chinese(client):
    client.post("/reading/language/", {"language": "tlh", "next": "/"})
    assert "帮助与无障碍" in client.get("/help/").content.decode()


def test_what_can_be_undone_is_undone(client):
    page = client.post("/style/archive/", follow=True).content.decode()
    assert "已归档 1 件。" in page
    assert 'action="/style/restore/"' in page
    assert "已撤销" in client.post("/style/restore/", follow=True).content.decode()


def test_a_form_with_mistakes_lists_them_on_top_and_keeps_what_was_typed(client):
    page = client.post("/style/form/", {"name": "王某某", "phone": "123", "district": "jh"}).content.decode()
    assert 'href="#id_phone">手机号码：手机号码应为 11 位数字' in page
    assert 'href="#id_delivery_0">怎样领取结果：请选择怎样领取结果' in page
    assert 'value="王某某"' in page
    assert re.search(r'<input[^>]*name="phone"[^>]*aria-describedby="id_phone_error"', page)
    assert 'id="id_phone_error"' in page
