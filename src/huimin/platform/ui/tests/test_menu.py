"""The menu shows what a reader may open, and knows where he is."""

import pytest

from huimin.kernel.registry import RegisteredTwice, Registry
from huimin.platform.identity.permissions import OWN_ACCOUNT, PUBLIC
from huimin.platform.ui import checks, menu
from huimin.platform.ui.tests.factories import a_request

pytestmark = pytest.mark.urls("huimin.platform.ui.tests.urls")


@pytest.fixture
def entries(monkeypatch):
    monkeypatch.setattr(menu, "_entries", Registry("menu entries"))
    menu.register(menu.MenuEntry("desk", 2, "帮助", "ui:help", PUBLIC, count=lambda request: 7))
    menu.register(menu.MenuEntry("desk", 1, "账号", "account_login", OWN_ACCOUNT))
    menu.register(menu.MenuEntry("citizen", 0, "首页", "citizen:home", PUBLIC))


def test_only_what_may_be_opened_is_shown_in_order(entries):
    assert [entry.label for entry in menu.entries_for(a_request("/help/"), "desk")] == ["帮助"]
    signed_in = a_request("/help/", account=object(), duties=frozenset({"signed_in"}))
    shown = menu.entries_for(signed_in, "desk")
    assert [(entry.label, entry.count, entry.current) for entry in shown] == [("账号", None, ""), ("帮助", 7, "page")]


def test_a_page_belongs_to_the_entry_it_lies_below(entries):
    assert menu.portal_of(a_request("/help/keyboard/")) == "desk"
    assert menu.portal_of(a_request("/somewhere/")) == "citizen"
    assert menu.entries_for(a_request("/help/keyboard/"), "desk")[0].current == "true"


def test_a_page_is_registered_once(entries):
    with pytest.raises(RegisteredTwice):
        menu.register(menu.MenuEntry("desk", 9, "帮助", "ui:help", PUBLIC))


def test_an_entry_to_nowhere_stops_the_start(entries):
    assert checks.menu_leads_somewhere() == []
    menu.register(menu.MenuEntry("desk", 3, "无", "nowhere:page", PUBLIC))
    assert [problem.id for problem in checks.menu_leads_somewhere()] == ["ui.E004"]
