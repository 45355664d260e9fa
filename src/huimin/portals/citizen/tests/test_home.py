"""The home page shows what works, finds it, and leads nowhere else."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from huimin.kernel.registry import Registry
from huimin.platform.identity.models import Account
from huimin.platform.identity.permissions import OWN_ACCOUNT, PUBLIC
from huimin.platform.ui import menu

pytestmark = [pytest.mark.django_db, pytest.mark.urls("huimin.platform.ui.tests.urls")]


@pytest.fixture(autouse=True)
def entries(monkeypatch):
    monkeypatch.setattr(menu, "_entries", Registry("menu entries"))
    menu.register(menu.MenuEntry("citizen", 0, "首页", "citizen:home", PUBLIC))
    menu.register(
        menu.MenuEntry("citizen", 10, "我的账号", "identity:account", OWN_ACCOUNT, lambda request: 2, "登录方式与偏好")
    )
    menu.register(menu.MenuEntry("city", 10, "城市数据", "ui:help", PUBLIC, None, "人口与企业"))
    menu.register(menu.MenuEntry("desk", 10, "岗位管理", "identity:preferences", "identity.manage_posts"))


@pytest.fixture
def account():
    return Account.objects.create(username="wang", name="王某某", kind="citizen", opened_at=timezone.now())


def main_of(answer):
    return re.search(r"<main.*</main>", answer.content.decode(), re.S)[0]


def test_a_guest_sees_what_is_open_and_what_needs_signing_in(client):
    page = main_of(client.get("/"))
    assert "<h1>芜湖惠民</h1>" in page
    assert "城市数据" in page
    assert re.search(r"我的账号</a><p>登录方式与偏好 登录后可办", page)
    assert "岗位管理" not in page
    assert f'href="{reverse("account_login")}"' in page


def test_a_citizen_sees_what_is_due(client, account):
    client.force_login(account)
    page = main_of(client.get("/"))
    assert "王某某，您好" in page
    assert re.search(r'待办</h2>.*我的账号 <span class="count">2', page, re.S)
    assert "登录后可办" not in page
    assert "岗位管理" not in page


@pytest.mark.parametrize(
    ("words", "found", "not_found"),
    [
        ("人口", "城市数据", "我的账号"),
        ("偏好 登录", "我的账号", "城市数据"),
        ("zhanghao", "我的账号", "城市数据"),
        ("CSSJ", "城市数据", "我的账号"),
        ("shuju rk", "城市数据", "我的账号"),
    ],
)
def test_search_finds_by_label_and_hint_in_words_pinyin_and_initials(client, words, found, not_found):
    page = main_of(client.get("/", {"q": words}))
    assert found in page
    assert not_found not in page


def test_nothing_found_says_what_to_do_and_runs_no_markup(client):
    page = main_of(client.get("/", {"q": "<script>飞碟"}))
    assert "没有找到与“&lt;script&gt;飞碟”有关的内容" in page
    assert "12345" in page


def test_every_link_of_the_page_leads_somewhere(client):
    links = set(re.findall(r'href="(/[^"]*)"', client.get("/").content.decode()))
    pages = {link for link in links if not link.startswith("/static/")}
    assert pages
    assert {
        link: client.get(link).status_code for link in pages if client.get(link).status_code not in (200, 302)
    } == {}
