"""The pages, through the real middleware: what officials see and press."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from huimin.platform.identity.models import Account
from huimin.platform.journal.rules import Actor
from huimin.platform.process import operations, ports, queries
from huimin.platform.process.http import shown
from huimin.platform.process.models import Deadline, Process, WorkItem
from huimin.platform.process.queries.inbox import ORDER, InboxView
from huimin.platform.process.rules.states import ItemState
from huimin.platform.process.tests.factories import (
    NOW,
    SYSTEM,
    TestSubject,
    actor_of,
    make_official,
    publish,
    side_by_side,
    two_steps,
)
from huimin.platform.process.urls import urlpatterns

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def subject(monkeypatch):
    monkeypatch.setitem(ports.subject_views._things, "trial", TestSubject())
    TestSubject.asked = 0


@pytest.fixture
def police():
    return make_official("gaj.data", name="张合成")


@pytest.fixture
def civil():
    return make_official("mzj.data", name="李合成")


@pytest.fixture
def process(police, civil) -> Process:
    publish("trial", two_steps())
    return operations.start("trial", subject="thing:1", actor=SYSTEM, at=NOW)


@pytest.fixture
def at_desk(client, police):
    client.force_login(police, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def item_of(process) -> WorkItem:
    return WorkItem.objects.get(process=process, closed_at=None)


def press(client, what, item, **fields):
    return client.post(reverse(f"process:{what}", args=[item.number]), fields, follow=True)


class TestInbox:
    def test_what_who_clock_next_act(self, at_desk, process):
        text = at_desk.get(reverse("process:inbox")).content.decode()
        item = item_of(process)
        for part in ("<h1>待办</h1>", item.number, "check · 试验事项 · 题 thing:1", "gaj局 gaj.data岗", "领取"):
            assert part in text
        assert "超期" in text

    def test_in_english(self, at_desk, process):
        text = at_desk.get(reverse("process:inbox"), headers={"accept-language": "en"}).content.decode()
        for part in ("<h1>To do</h1>", "Find by number", "Due soon", "Overdue", "Gaj, gaj.data", "Claim"):
            assert part in text
        press(at_desk, "claim", item_of(process))
        text = at_desk.get(
            reverse("process:item", args=[item_of(process).number]), headers={"accept-language": "en"}
        ).content.decode()
        for part in ("Finish this step", "Pass on", "Put back to the post", "Process started", "Claimed", "Outcome"):
            assert part in text

    @pytest.mark.parametrize(
        ("view", "found"), [("todo", 1), ("mine", 0), ("post", 1), ("due", 1), ("late", 1), ("strange", 1)]
    )
    def test_views(self, at_desk, process, view, found):
        rows = at_desk.get(reverse("process:inbox"), {"view": view}).context["queue"].rows
        assert len(rows) == found

    def test_a_colleagues_work_is_seen_at_the_post_only(self, at_desk, process):
        colleague = make_official("gaj.data")
        operations.claim(number=item_of(process).number, actor=actor_of(colleague), at=NOW)
        assert not at_desk.get(reverse("process:inbox")).context["queue"].rows
        assert len(at_desk.get(reverse("process:inbox"), {"view": "post"}).context["queue"].rows) == 1

    def test_by_number(self, at_desk, process):
        item = item_of(process)
        for typed in (item.number.lower(), f" {process.number} "):
            assert [
                row.number for row in at_desk.get(reverse("process:inbox"), {"number": typed}).context["queue"].rows
            ] == [item.number]
        assert (
            "没有找到这个编号" in at_desk.get(reverse("process:inbox"), {"number": "HM-2026-0000001A"}).content.decode()
        )

    def test_a_stranger_finds_nothing(self, client, process):
        stranger = make_official("jyj.data")
        client.force_login(stranger, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert not client.get(reverse("process:inbox"), {"number": process.number}).context["queue"].rows
        assert client.get(reverse("process:item", args=[item_of(process).number])).status_code == 404
        assert client.get(reverse("process:item", args=["HM-2026-0000001A-01"])).status_code == 404

    def test_a_citizen_is_refused(self, client, process):
        citizen = Account.objects.create(username="citizen", name="王合成", kind="citizen", opened_at=NOW)
        client.force_login(citizen, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert client.get(reverse("process:inbox")).status_code == 403

    def test_signed_out(self, client, process):
        assert client.get(reverse("process:inbox")).status_code == 302

    def test_the_number_of_queries_does_not_grow(self, at_desk, process):
        def asked() -> int:
            with CaptureQueriesContext(connection) as counted:
                at_desk.get(reverse("process:inbox"))
            return len(counted)

        one, asked_of_subjects = asked(), TestSubject.asked
        for number in range(2, 51):
            operations.start("trial", subject=f"thing:{number}", actor=SYSTEM, at=NOW)
        assert asked() == one
        assert TestSubject.asked == 2 * asked_of_subjects
        assert one <= 30

    def test_more(self, at_desk, process):
        for number in range(2, 36):
            operations.start("trial", subject=f"thing:{number}", actor=SYSTEM, at=NOW)
        seen, address = [], reverse("process:inbox")
        while address:
            queue = at_desk.get(address).context["queue"]
            seen += [row.number for row in queue.rows]
            address = queue.more_url
        assert len(seen) == len(set(seen)) == 35
        assert at_desk.get(reverse("process:inbox"), {"after": "forged"}).status_code == 400

    def test_counts_are_capped(self, police, process):
        for number in range(2, 104):
            operations.start("trial", subject=f"thing:{number}", actor=SYSTEM, at=NOW)
        counts = queries.inbox_counts(actor_of(police), on=NOW.date(), at=NOW).of
        assert counts[InboxView.TODO] == 100
        assert counts[InboxView.MINE] == 0


class TestPlan:
    @pytest.mark.parametrize("view", list(InboxView))
    def test_the_inbox_is_read_by_its_index(self, police, process, view):
        posts = WorkItem.objects.get().post_id
        template = item_of(process)
        WorkItem.objects.bulk_create(
            WorkItem(number=f"T{n}", process=process, node=f"n{n}", post_id=posts, opened_at=NOW, closed_at=NOW, claimed_at=NOW,
                     holder=police, state=ItemState.DONE, outcome="ok", turn_on=template.turn_on)
            for n in range(4000)
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        rows = queries.inbox(actor_of(police), view=view, on=NOW.date(), at=NOW).order_by(*ORDER)[:30]
        plan = rows.explain()
        assert re.search(r"workitem_live_(at_post|in_hand)", plan), plan
        assert not re.search(r"(SCAN|Seq Scan on) process_workitem(?! USING)", plan), plan

    def test_due_timers_are_read_by_their_index(self, process):
        Deadline.objects.bulk_create(
            Deadline(
                process=process,
                purpose="timer",
                node=f"n{n}",
                amount=1,
                unit="days",
                started_at=NOW,
                due_at=NOW,
                fires=True,
                closed_at=NOW,
            )
            for n in range(4000)
        )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        due = Deadline.objects.filter(closed_at=None, fires=True, due_at__lte=NOW)
        assert "deadline_firing_by_end" in due.order_by("due_at")[:200].explain()
        cards = Deadline.objects.filter(closed_at=None, card_at__lte=NOW)
        assert "deadline_by_next_card" in cards.order_by("card_at")[:200].explain()


class TestItem:
    def test_from_claim_to_done(self, at_desk, process):
        item = item_of(process)
        page = press(at_desk, "claim", item).content.decode()
        assert "办结这一步" in page
        assert "张合成" in page
        mistaken = press(at_desk, "complete", item, outcome="bad", note="")
        assert mistaken.status_code == 422
        assert "请写明理由。" in mistaken.content.decode()
        assert "已办结" in press(at_desk, "complete", item, outcome="bad", note="材料不符").content.decode()
        page = at_desk.get(reverse("process:item", args=[item.number])).content.decode()
        assert "材料不符" in page
        assert "不同意" in page
        assert item_of(process).node == "decide"

    def test_a_citizen_is_an_applicant_without_a_name(self, at_desk, civil):
        """Whoever may see that something was asked does not learn by the trail who asked."""
        citizen = Account.objects.create(username="zhao", name="赵合成", kind=Account.Kind.CITIZEN, opened_at=NOW)
        publish("trial", two_steps())
        asked = operations.start("trial", subject="thing:1", actor=Actor(kind="account", ref=citizen.public_id), at=NOW)
        page = at_desk.get(reverse("process:item", args=[item_of(asked).number])).content.decode()
        assert "申请人" in page
        assert "赵合成" not in page

    def test_put_back_and_transfer(self, at_desk, process, civil):
        item = item_of(process)
        press(at_desk, "claim", item)
        press(at_desk, "release", item)
        assert item_of(process).state == ItemState.OPEN
        press(at_desk, "claim", item)
        moved = press(at_desk, "transfer", item, post=str(civil.holdings.get().post_id), note="归民政")
        assert moved.status_code == 200
        assert "已转办" in moved.content.decode()
        assert item_of(process).post.code == "mzj.data"
        assert at_desk.get(reverse("process:item", args=[item.number])).status_code == 404
        at_desk.force_login(civil, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert "归民政" in at_desk.get(reverse("process:item", args=[item.number])).content.decode()

    def test_transfer_to_a_colleague(self, at_desk, process, police):
        colleague = make_official("gaj.data")
        item = item_of(process)
        press(at_desk, "claim", item)
        press(at_desk, "transfer", item, post=str(police.holdings.get().post_id), colleague=colleague.public_id)
        assert item_of(process).holder == colleague

    def test_send_back(self, client, process, police, civil):
        operations.claim(number=item_of(process).number, actor=actor_of(police), at=NOW)
        operations.complete(number=item_of(process).number, outcome="ok", actor=actor_of(police), at=NOW)
        client.force_login(civil, backend="allauth.account.auth_backends.AuthenticationBackend")
        item = item_of(process)
        press(client, "claim", item)
        assert press(client, "send_back", item, reason="").status_code == 422
        assert "已退回" in press(client, "send_back", item, reason="缺一页").content.decode()
        assert "缺一页" in client.get(reverse("process:item", args=[item.number])).content.decode()
        assert item_of(process).holder == police

    def test_urge(self, client, civil, police):
        publish("trial", two_steps())
        process = operations.start("trial", subject="thing:1", actor=actor_of(civil), at=NOW)
        client.force_login(civil, backend="allauth.account.auth_backends.AuthenticationBackend")
        item = item_of(process)
        assert "催办" in client.get(reverse("process:item", args=[item.number])).content.decode()
        assert "已催办" in press(client, "urge", item, note="请快些").content.decode()
        assert "请快些" in client.get(reverse("process:item", args=[item.number])).content.decode()
        assert press(client, "urge", item, note="再快些").status_code == 409

    def test_refusals_are_pages_in_the_readers_language(self, at_desk, process):
        item = item_of(process)
        operations.claim(number=item.number, actor=actor_of(make_official("gaj.data")), at=NOW)
        refused = press(at_desk, "claim", item)
        assert refused.status_code == 409
        assert "已由他人领取" in refused.content.decode()
        english = at_desk.post(reverse("process:claim", args=[item.number]), headers={"accept-language": "en"})
        assert "already been claimed" in english.content.decode()

    def test_parallel_steps_stand_side_by_side(self, police, civil):
        publish("wide", side_by_side())
        process = operations.start("wide", subject="thing:1", actor=SYSTEM, at=NOW)
        operations.claim(number=item_of(process).number, actor=actor_of(police), at=NOW)
        operations.complete(number=item_of(process).number, actor=actor_of(police), at=NOW)
        stages = shown.steps_of(queries.items.items_of(process), NOW.date()).stages
        assert [step.name for stage in stages for step in stage] == ["intake", "left", "right"]

    def test_what_a_supervisor_and_the_starter_see(self, process, civil):
        chief = make_official("zsj.supervision", duty="supervisor")
        number = item_of(process).number
        assert queries.access_work_item(actor_of(chief, "zsj.supervision"), number, at=NOW).number == number
        with pytest.raises(queries.items.NoSuchWork):
            queries.access_work_item(actor_of(chief), number, at=NOW)
        with pytest.raises(queries.items.NoSuchWork):
            queries.access_process(actor_of(civil), process.number, at=NOW)


class TestHandOver:
    def test_to_a_successor(self, at_desk, process, police):
        heir = make_official("gaj.data")
        press(at_desk, "claim", item_of(process))
        assert item_of(process).number in at_desk.get(reverse("process:hand_over")).content.decode()
        answer = at_desk.post(
            reverse("process:hand_over_post", args=["gaj.data"]), {"gaj-data-successor": heir.public_id}, follow=True
        )
        assert "已交接 1 项" in answer.content.decode()
        assert item_of(process).holder == heir

    def test_a_strange_successor_is_refused(self, at_desk, process, police, civil):
        press(at_desk, "claim", item_of(process))
        answer = at_desk.post(
            reverse("process:hand_over_post", args=["gaj.data"]), {"gaj-data-successor": civil.public_id}
        )
        assert answer.status_code == 422
        assert item_of(process).holder == police


def test_every_address_names_its_permission():
    assert {pattern.callback.permission for pattern in urlpatterns} == {
        "process.inbox",
        "process.work",
        "process.decide_cards",
    }
