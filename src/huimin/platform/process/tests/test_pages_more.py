"""The pages of the operators, of electronic supervision, of leave and of batches: what officials see and press."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from huimin.platform.identity.queries import METHODS_IN_SESSION
from huimin.platform.process import operations, ports, queries
from huimin.platform.process.declarations import supervision
from huimin.platform.process.models import Absence, Card, Deadline, WorkItem
from huimin.platform.process.rules.states import CardState, ItemKind, ItemState
from huimin.platform.process.rules.violations import violations
from huimin.platform.process.tests.factories import (
    NOW,
    SYSTEM,
    Drawing,
    TestSubject,
    actor_of,
    make_official,
    publish,
    two_steps,
)

pytestmark = [pytest.mark.django_db, pytest.mark.covers("P10")]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def subject(monkeypatch):
    monkeypatch.setitem(ports.subject_views._things, "trial", TestSubject())


@pytest.fixture
def police():
    return make_official("gaj.data", name="张合成")


@pytest.fixture
def civil():
    return make_official("mzj.data", name="李合成")


@pytest.fixture
def chief():
    return make_official("zsj.supervision", duty="supervisor", name="王合成")


@pytest.fixture
def process(police, civil):
    publish("trial", two_steps())
    return operations.start("trial", subject="thing:1", actor=SYSTEM, at=NOW)


@pytest.fixture
def desk(client):
    def sign_in(account):
        client.force_login(account, backend=BACKEND)
        session = client.session
        session[METHODS_IN_SESSION] = [{"method": "mfa"}]
        session.save()
        return client

    return sign_in


def held(process, account) -> WorkItem:
    item = WorkItem.objects.get(process=process, closed_at=None, parent=None)
    operations.claim(number=item.number, actor=actor_of(account), at=NOW)
    return item


def press(client, what, number, **fields):
    return client.post(reverse(f"process:{what}", args=[number]), fields, follow=True)


def post_of(account) -> str:
    return str(account.holdings.get().post_id)


class TestOperators:
    def test_delegated_answered_and_finished(self, desk, process, police, civil):
        item = held(process, police)
        at_desk = desk(police)
        assert "委派" in at_desk.get(reverse("process:item", args=[item.number])).content.decode()
        assert "已委派" in press(at_desk, "delegate", item.number, post=post_of(civil), note="请核").content.decode()
        assert "等 1 份意见" in at_desk.get(reverse("process:inbox")).content.decode()
        refused = press(at_desk, "complete", item.number, outcome="ok")
        assert refused.status_code == 409
        beside = WorkItem.objects.get(kind=ItemKind.DELEGATED)
        other = desk(civil)
        assert "check（委派）" in other.get(reverse("process:inbox")).content.decode()
        press(other, "claim", beside.number)
        press(other, "complete", beside.number, outcome="ok", note="已核")
        at_desk = desk(police)
        page = at_desk.get(reverse("process:item", args=[item.number])).content.decode()
        assert "已核" in page
        assert "反馈意见" in page
        assert "已办结" in press(at_desk, "complete", item.number, outcome="ok").content.decode()

    def test_a_signature_asked_for_and_done_without(self, desk, process, police, civil):
        item = held(process, police)
        press(desk(police), "add_signer", item.number, post=post_of(civil))
        signer = WorkItem.objects.get(kind=ItemKind.COSIGN)
        page = desk(police).get(reverse("process:item", args=[signer.number])).content.decode()
        assert "不再等这份意见" in page
        press(desk(police), "drop_signer", signer.number)
        signer.refresh_from_db()
        assert signer.state == ItemState.ENDED

    def test_a_copy_is_read(self, desk, process, police, civil):
        item = held(process, police)
        press(desk(police), "send_copy", item.number, post=post_of(civil))
        copy = WorkItem.objects.get(kind=ItemKind.COPY)
        reader = desk(civil)
        assert "阅知" in reader.get(reverse("process:inbox")).content.decode()
        assert "已阅" in reader.get(reverse("process:item", args=[copy.number])).content.decode()
        press(reader, "acknowledge", copy.number)
        copy.refresh_from_db()
        assert copy.state == ItemState.DONE

    def test_the_clock_stands_and_goes_on(self, desk, process, police):
        item = held(process, police)
        at_desk = desk(police)
        assert press(at_desk, "stop_clock", item.number, reason="special_procedure", basis="").status_code == 422
        press(at_desk, "stop_clock", item.number, reason="special_procedure", basis="行政许可法第四十五条")
        assert "恢复计时" in at_desk.get(reverse("process:item", args=[item.number])).content.decode()
        press(at_desk, "resume_clock", item.number)
        assert not Deadline.objects.filter(stopped=True).exists()

    def test_back_to_a_chosen_step_and_undone(self, desk, process, police, civil):
        item = held(process, police)
        at_desk = desk(police)
        press(at_desk, "complete", item.number, outcome="ok")
        assert "撤销我的办理结果" in at_desk.get(reverse("process:item", args=[item.number])).content.decode()
        press(at_desk, "take_back", item.number)
        again = WorkItem.objects.get(process=process, closed_at=None)
        press(at_desk, "complete", again.number, outcome="ok")
        decide = held(process, civil)
        other = desk(civil)
        assert 'value="check"' in other.get(reverse("process:item", args=[decide.number])).content.decode()
        assert press(other, "send_back", decide.number, to="nowhere", reason="x").status_code == 422
        press(other, "send_back", decide.number, to="check", reason="缺件")
        assert WorkItem.objects.get(process=process, closed_at=None).node == "check"

    def test_in_english(self, desk, process, police):
        item = held(process, police)
        page = desk(police).get(reverse("process:item", args=[item.number]), headers={"accept-language": "en"})
        text = page.content.decode()
        for part in ("Delegate", "Add a signature", "Send a copy", "Stop the clock", "Legal basis"):
            assert part in text


class TestSupervision:
    @pytest.fixture
    def card(self, process) -> Card:
        operations.raise_due_cards(at=NOW + timedelta(days=30))
        return Card.objects.get()

    def test_explained_then_upheld(self, desk, card, police, chief):
        at_desk = desk(police)
        page = at_desk.get(reverse("process:cards")).content.decode()
        assert "超期 · check" in page
        assert "等待说明" in page
        assert press(at_desk, "explain", card.number, reason="").status_code == 422
        page = press(at_desk, "explain", card.number, reason="系统故障").content.decode()
        assert "系统故障" in page
        assert press(at_desk, "uphold", card.number, reason="x").status_code == 403
        page = press(desk(chief), "uphold", card.number, reason="理由不足").content.decode()
        assert "认定成立" in page
        assert "理由不足" in page
        card.refresh_from_db()
        assert card.state == CardState.UPHELD
        assert not desk(chief).get(reverse("process:cards")).context["queue"].rows
        assert desk(chief).get(reverse("process:cards"), {"view": "all"}).context["queue"].rows

    def test_lifted(self, desk, card, chief):
        press(desk(chief), "lift", card.number, reason="属实")
        card.refresh_from_db()
        assert card.state == CardState.LIFTED

    def test_a_stranger_sees_none(self, desk, card, civil):
        at_desk = desk(civil)
        assert not at_desk.get(reverse("process:cards")).context["queue"].rows
        assert at_desk.get(reverse("process:card", args=[card.number])).status_code == 404

    def test_in_english(self, desk, card, chief):
        page = desk(chief).get(reverse("process:card", args=[card.number]), headers={"accept-language": "en"})
        for part in ("Overdue · check", "Uphold", "Lift this card", "waiting for an explanation"):
            assert part in page.content.decode()

    def test_the_number_of_queries_does_not_grow(self, desk, card, chief):
        at_desk = desk(chief)

        def asked() -> int:
            with CaptureQueriesContext(connection) as counted:
                at_desk.get(reverse("process:cards"))
            return len(counted)

        asked()
        one = asked()
        for number in range(2, 40):
            operations.start("trial", subject=f"thing:{number}", actor=SYSTEM, at=NOW)
        operations.raise_due_cards(at=NOW + timedelta(days=30))
        assert asked() == one
        assert one <= 20
        seen, address = [], reverse("process:cards")
        while address:
            queue = at_desk.get(address).context["queue"]
            seen += [row.number for row in queue.rows]
            address = queue.more_url
        assert len(seen) == len(set(seen)) == 39


class TestLeave:
    def test_named_seen_and_ended(self, desk, process, police):
        deputy = make_official("gaj.data", name="赵合成")
        item = held(process, police)
        today = timezone.localdate()
        at_desk = desk(police)
        address = reverse("process:absence")
        assert at_desk.post(address, {"deputy": deputy.public_id}).status_code == 422
        days = {"starts_on": today.isoformat(), "ends_on": (today + timedelta(days=2)).isoformat()}
        page = at_desk.post(address, {"deputy": deputy.public_id, **days}, follow=True).content.decode()
        assert "赵合成" in page
        other = desk(deputy)
        assert item.number in other.get(reverse("process:inbox")).content.decode()
        assert "已办结" in press(other, "complete", item.number, outcome="ok").content.decode()
        ended = desk(police).post(reverse("process:end_absence", args=[Absence.objects.get().pk]), follow=True)
        assert "赵合成 ·" not in ended.content.decode()
        assert Absence.objects.get().ended_at is not None


class TestBatches:
    def test_alike(self, desk, police, civil):
        drawing = Drawing().start().user("check", attributes='hm:batch="true" hm:outcomes="ok bad"').end()
        publish("trial", drawing.line("start", "check", "end"))
        for number in range(3):
            operations.start("trial", subject=f"thing:{number}", actor=SYSTEM, at=NOW)
        at_desk, address = desk(police), reverse("process:batch")
        page = at_desk.get(address).content.decode()
        numbers = list(WorkItem.objects.values_list("number", flat=True))
        assert all(number in page for number in numbers)
        assert ("全选（3 件）" in page, page.count(" checked")) == (True, 0)
        whole = at_desk.get(address, {"all": "trial-check"}).content.decode()
        assert ("全不选" in whole, whole.count(" checked")) == (True, 3)
        assert at_desk.get(address, {"all": "other-check"}).content.decode().count(" checked") == 0
        chosen = {"step": "trial-check", "trial-check-numbers": numbers[:2], "trial-check-outcome": "ok"}
        assert at_desk.post(address, {"step": "trial-check"}).status_code == 422
        assert "已办结 2 件" in at_desk.post(address, chosen, follow=True).content.decode()
        assert WorkItem.objects.filter(closed_at=None).count() == 1
        assert "现在没有可以批量办理的事" in desk(civil).get(address).content.decode()


class TestViolations:
    @pytest.fixture
    def card(self, process, police, civil) -> Card:
        item = WorkItem.objects.get(process=process)
        operations.claim(number=item.number, actor=actor_of(police), at=NOW)
        operations.transfer(number=item.number, to_post="mzj.data", actor=actor_of(police), at=NOW)
        operations.claim(number=item.number, actor=actor_of(civil), at=NOW)
        operations.complete(number=item.number, outcome="ok", actor=actor_of(civil), at=NOW)
        found = violations(queries.conduct_of(process.number), supervision().measures)
        operations.raise_violations(process=process.number, found=found, at=NOW)
        return Card.objects.get()

    def test_the_card_says_what_was_found_by_which_law_and_shows_the_facts(self, desk, card, civil, chief):
        at_desk = desk(civil)
        assert "红牌 · 主体不符 · check" in at_desk.get(reverse("process:cards"), {"view": "found"}).content.decode()
        page = at_desk.get(reverse("process:card", args=[card.number])).content.decode()
        for part in ("由别的部门办理了这一环节", "行政许可法第二十二条", "依据的事实", "认定后计分", "李合成"):
            assert part in page, part
        operations.raise_due_cards(at=NOW + timedelta(days=30))
        rows = desk(chief).get(reverse("process:cards"), {"view": "found"}).context["queue"].rows
        assert [row.number for row in rows] == [card.number], "cards over a clock are another view"
        only = desk(chief).get(reverse("process:cards"), {"department": "gaj"}).context["queue"].rows
        assert only == []
