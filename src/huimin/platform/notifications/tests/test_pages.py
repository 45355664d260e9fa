"""The pages: what I am told, how I am reached, and the bell."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from huimin.platform.identity.models import Account, Delegation
from huimin.platform.identity.queries import DEMO_IN_SESSION
from huimin.platform.notifications import declarations, operations, ports, queries
from huimin.platform.notifications.adapters.simulated import KeptMail, KeptSms
from huimin.platform.notifications.models import Contact, Notice
from huimin.platform.notifications.operations.wishing import written_link
from huimin.platform.notifications.rules import PAGES, Channel
from huimin.platform.notifications.tests.factories import TABLE, actor_of, tell_one

pytestmark = pytest.mark.django_db
MINE = "/my/messages/"


@pytest.fixture(autouse=True)
def table(monkeypatch):
    monkeypatch.setattr(declarations, "notices", lambda: TABLE)


@pytest.fixture
def browser(reader):
    client = Client()
    client.force_login(reader, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def demo(settings, tmp_path):
    settings.HOME, settings.DEMO = tmp_path, True
    for port, gate in ((ports.email_gate, KeptMail()), (ports.sms_gate, KeptSms())):
        port.unplug()
        port.plug(gate)
    yield
    ports.email_gate.unplug()
    ports.sms_gate.unplug()


def text_of(response):
    return re.sub(r"<svg.*?</svg>|<[^>]+>|\s+", " ", response.content.decode())


@pytest.mark.covers("C03")
def test_a_list_of_what_i_was_told(browser, reader):
    at = timezone.now() - timedelta(seconds=5)
    assert "还没有消息" in text_of(browser.get(MINE))
    tell_one(reader, key="a", at=at)
    tell_one(reader, "reminder", key="b", at=at + timedelta(seconds=1))
    page = text_of(browser.get(MINE))
    assert page.index("提醒") < page.index("餐饮开业有结果了"), "the newest first"
    assert "餐饮开业有结果了" not in text_of(browser.get(f"{MINE}?topic=bookings"))
    assert browser.get(f"{MINE}?topic=nothing").status_code == 200
    notice = Notice.objects.get(code="result")
    assert browser.get(reverse("notifications:open", args=[notice.public_id]))["Location"] == "/my/cases/"
    assert "餐饮开业有结果了" not in text_of(browser.get(f"{MINE}?unread"))
    browser.post(reverse("notifications:read_all"))
    assert queries.unread_count(reader) == 0
    assert "这里没有消息" in text_of(browser.get(f"{MINE}?unread"))


def test_in_the_reader_s_language_and_for_elders(browser, reader):
    tell_one(reader, key="a", at=timezone.now())
    Account.objects.filter(pk=reader.pk).update(language="en", elder_mode=True)
    response = browser.get(MINE)
    assert "Restaurant: a result" in text_of(response)
    assert " elder" in response.content.decode()
    main = text_of(response).split("How to be told")[1].split("Run by")[0]
    assert not re.search(r"[\u4e00-\u9fff]", main)


def test_the_bell_is_one_read_and_the_list_costs_the_same_for_few_and_for_many(
    browser, reader, django_assert_num_queries
):
    at = timezone.now()
    for number in range(3):
        tell_one(reader, key=f"k{number}", at=at)
    page = browser.get("/help/").content.decode()
    assert re.search(r'tool--bell[^>]*>消息 <span class="count">3<', page)
    with CaptureQueriesContext(connection) as asked:
        browser.get("/help/")
    assert sum("notifications_notice" in query["sql"] for query in asked) == 1
    with CaptureQueriesContext(connection) as few:
        browser.get(MINE)
    for number in range(60):
        tell_one(reader, key=f"m{number}", at=at + timedelta(seconds=number))
    with django_assert_num_queries(len(few)):
        response = browser.get(MINE)
    more = re.search(r'href="(\?after=[^"]+)"', response.content.decode())[1]
    seen = Notice.objects.filter(
        public_id__in=re.findall(r"/my/messages/([0-9A-Z]{12})/", browser.get(MINE + more).content.decode())
    )
    assert seen.count() == 20


def test_a_stranger_s_notice_is_not_there(browser):
    other = Account.objects.create(username="other", name="合成乙", kind="citizen", opened_at=timezone.now())
    (notice,) = tell_one(other, key="a", at=timezone.now())
    assert browser.get(reverse("notifications:open", args=[notice.public_id])).status_code == 404
    assert "餐饮开业" not in text_of(browser.get(MINE))


def test_a_matter_of_somebody_else_opens_after_acting_for_him(browser, reader):
    at = timezone.now()
    power = Delegation.objects.create(
        principal="organisation:E1",
        principal_name="合成餐饮有限公司",
        agent=reader,
        relation="other",
        acts=["view"],
        state="active",
        basis="papers",
        offered_at=at - timedelta(days=1),
    )
    (notice,) = tell_one(reader, key="a", at=at, principal="organisation:E1")
    address = reverse("notifications:open", args=[notice.public_id])
    assert "这是 合成餐饮有限公司 的事" in text_of(browser.get(address))
    assert browser.post(f"{address}switch/")["Location"] == "/my/cases/"
    assert browser.get(address)["Location"] == "/my/cases/"
    (own,) = tell_one(reader, key="b", at=at)
    assert "换回本人" in text_of(browser.get(reverse("notifications:open", args=[own.public_id])))
    Delegation.objects.filter(pk=power.pk).update(state="revoked")
    assert browser.post(f"{address}switch/").status_code == 403


@pytest.mark.covers("C03")
def test_an_address_is_given_confirmed_and_taken_back(browser, reader, demo):
    ways = reverse("notifications:ways")
    page = text_of(browser.get(ways))
    assert "短信是模拟的，没有真的发出" in page
    assert "没有配置邮件服务器" in page
    wrong = browser.post(reverse("notifications:ask", args=["sms"]), {"value": "12345"})
    assert wrong.status_code == 400
    assert "请填写 11 位手机号码" in text_of(wrong)
    confirm = browser.post(reverse("notifications:ask", args=["email"]), {"value": "jia@example.test"})["Location"]
    shown = text_of(browser.get(reverse("notifications:unsent")))
    code = re.search(r"验证码 (\d{6})", shown)[1]
    assert browser.post(confirm, {"code": "abc"}).status_code == 400
    assert browser.post(confirm, {"code": "000000" if code != "000000" else "111111"}).status_code == 400
    assert browser.post(confirm, {"code": code})["Location"] == ways
    page = text_of(browser.get(ways))
    assert "ji***@example.test" in page
    assert "jia@example.test" not in page
    Contact.objects.update(problem="recipient_550")
    assert "最近一次没有送到" in text_of(browser.get(ways))
    browser.post(reverse("notifications:remove", args=["email"]))
    assert not Contact.objects.exists()
    assert browser.get(reverse("notifications:ask", args=["pigeon"])).status_code == 404


def test_what_was_not_sent_is_shown_in_a_demonstration_only(browser, settings):
    settings.DEMO = False
    assert browser.get(reverse("notifications:unsent")).status_code == 404


def test_wishes_are_kept(browser, reader, demo):
    Contact.objects.create(account=reader, channel="email", value="jia@example.test", confirmed_at=timezone.now())
    ways = reverse("notifications:ways")
    browser.post(ways, {"cases": ["email"], "licences": [], "bookings": ["pages"]})
    unwanted = queries.unwanted_of(reader)
    assert ("bookings", "email") in unwanted
    assert ("bookings", PAGES) not in unwanted
    assert ("cases", PAGES) not in unwanted, "letters are not for choosing"
    assert ("cases", "sms") not in unwanted, "what cannot be chosen is not declined"
    assert ("licences", "email") in unwanted


def test_an_e_mail_s_link_stops_its_topic_without_signing_in_and_nothing_else(reader):
    anybody = Client(enforce_csrf_checks=True)
    address = reverse("notifications:stop", args=[written_link(reader.public_id, "bookings", Channel.EMAIL)])
    assert "要停止用邮件通知“预约提醒”吗" in text_of(anybody.get(address))
    assert queries.unwanted_of(reader) == set(), "looking at the page stops nothing"
    done = anybody.post(address, {"List-Unsubscribe": "One-Click"})
    assert "以后不再用邮件通知“预约提醒”" in text_of(done)
    assert queries.unwanted_of(reader) == {("bookings", "email")}
    assert anybody.post(address.replace("stop/", "stop/x")).status_code == 404
    operations.wish([], actor=actor_of(reader), at=timezone.now())
    assert queries.unwanted_of(reader) == set()


def test_officials_have_their_inbox_and_no_bell(db):
    official = Account.objects.create(username="o", name="合成", kind="official", opened_at=timezone.now())
    client = Client()
    client.force_login(official, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[DEMO_IN_SESSION] = True
    session.save()
    assert client.get(MINE).status_code == 403
    assert "tool--bell" not in client.get("/help/").content.decode()
