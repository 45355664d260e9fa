"""In a real browser: every page of identity is clean on a phone, and one signs in with a code and with a passkey."""

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect, sync_playwright

from huimin.platform.identity import operations
from huimin.platform.identity.declarations import this_city
from huimin.platform.identity.models import Account
from huimin.platform.identity.tests import factories
from huimin.platform.identity.tests.factories import PASSWORD, SYSTEM

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
CHROMIUM = os.environ.get("HUIMIN_CHROMIUM", "/usr/bin/chromium")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    # Playwright keeps an event loop in this thread, in which Django would refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(chromium: Browser, live_server: object, settings: object) -> Iterator[Page]:
    settings.DEMO = settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    context = chromium.new_context(
        base_url=live_server.url.replace("127.0.0.1", "localhost"),
        viewport={"width": 360, "height": 800},
        locale="zh-CN",
    )
    found, complaints = context.new_page(), []
    found.on("pageerror", lambda problem: complaints.append(str(problem)))
    found.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield found
    context.close()
    assert [text for text in complaints if "status of 4" not in text] == []


def open_clean(page: Page, name: str, heading: str) -> None:
    page.goto(reverse(name))
    clean(page, heading)


def clean(page: Page, heading: str) -> None:
    expect(page.locator("h1")).to_have_text(heading)
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(page.url, one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def sign_in(page: Page, account: Account) -> None:
    page.goto(reverse("account_login"))
    page.get_by_label("登录名").or_(page.get_by_label("用户名")).first.fill(account.username)
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def test_pages_of_a_citizen_are_clean_on_a_phone(page: Page) -> None:
    open_clean(page, "account_login", "登录")
    open_clean(page, "account_signup", "开立账号")
    open_clean(page, "account_reset_password", "找回账号")
    sign_in(page, factories.account(person_key="P1"))
    for name, heading in {
        "identity:account": "我的账号",
        "identity:preferences": "语言和长辈版",
        "identity:prove": "实名认证",
        "identity:delegations": "代办",
        "usersessions_list": "登录中的设备",
        "mfa_index": "两步验证",
        "mfa_list_webauthn": "通行密钥",
        "socialaccount_connections": "外部登录",
        "identity:second_factor": "这里需要两步验证",
    }.items():
        open_clean(page, name, heading)
    page.goto(reverse("account_change_password"))
    clean(page, page.locator("h1").inner_text())
    page.goto(reverse("identity:prove"))
    page.get_by_label("姓名").fill("王小明")
    page.get_by_label("公民身份号码").fill("123")
    page.get_by_role("button", name="发送验证码").click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    clean(page, "实名认证")


def test_pages_of_officials_are_clean_and_personas_sign_in_with_a_click(page: Page) -> None:
    operations.load_city(city=this_city(), actor=SYSTEM, at=timezone.now())
    open_clean(page, "identity:personas", "演示身份")
    page.get_by_role("button", name="政务服务中心窗口人员").click()
    open_clean(page, "identity:window", "核验证件")
    open_clean(page, "identity:window_delegation", "登记代办关系")
    for persona, names in {
        "系统管理员": {"identity:officials": "工作人员账号", "identity:clients": "部门系统"},
        "安全管理员": {"identity:holdings": "岗位任职", "identity:grants": "授权"},
    }.items():
        page.goto(reverse("identity:personas"))
        page.get_by_role("button", name=persona).click()
        open_clean(page, "identity:power", "借用管理权限")
        page.get_by_label("理由").fill("演示时看一看页面")
        page.get_by_role("button", name="借用", exact=True).click()
        for name, heading in names.items():
            open_clean(page, name, heading)


def test_a_code_of_an_app_and_then_a_passkey(page: Page) -> None:
    account = factories.account()
    sign_in(page, account)
    page.goto(reverse("mfa_activate_totp"))
    clean(page, "请再次确认是您本人")
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/2fa/app/")
    clean(page, page.locator("h1").inner_text())
    secret = page.locator("#authenticator_secret").input_value()
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    page.locator("input[name=code]").fill(code)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/2fa/recovery-codes/**")
    clean(page, page.locator("h1").inner_text())

    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto(reverse("mfa_add_webauthn"))
    clean(page, page.locator("h1").inner_text())
    page.locator("input[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda url: "keys/add" not in url)
    page.goto(reverse("mfa_list_webauthn"))
    expect(page.locator("tbody tr")).to_have_count(1)
    clean(page, "通行密钥")

    page.get_by_role("button", name="退出").click()
    page.goto(reverse("account_login"))
    page.locator("#passkey_login").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()
    account.refresh_from_db()
    assert account.last_login is not None
    assert timezone.now() - account.last_login < timedelta(minutes=1)
