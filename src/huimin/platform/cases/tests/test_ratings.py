"""好差评 and 办不成事: a case is rated once, nobody learns by whom; a bad rating goes round its loop; what failed is taken up."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from huimin.platform.cases import operations, queries
from huimin.platform.cases.declarations import ratings
from huimin.platform.cases.models import Case, Rating, StuckMatter
from huimin.platform.cases.operations import rating as rating_room
from huimin.platform.cases.operations import stuck as stuck_room
from huimin.platform.cases.queries.ratings import CodeNotGood, NoSuchRating
from huimin.platform.cases.queries.stuck import NoSuchMatter
from huimin.platform.cases.rules import State
from huimin.platform.cases.tests.factories import do, official
from huimin.platform.cases.tests.test_pages import signed_in
from huimin.platform.cases.tests.test_walks import CARD, draft_of, settle
from huimin.platform.journal.models import Entry
from huimin.platform.journal.queries import entries_about
from huimin.platform.journal.rules import Actor
from huimin.platform.notifications.models import Notice
from huimin.platform.process import operations as process
from huimin.platform.process.models import WorkItem
from huimin.platform.registries.tests.factories import NUMBER, citizen, person

pytestmark = pytest.mark.django_db
SERVICE = "identity_card_replacement"


@pytest.fixture
def resident(city, settings):
    settings.DEMO = True
    person()
    return citizen()


@pytest.fixture
def lodged(resident, city):
    """A case on its way."""
    at = city[1]
    answers = {**CARD, "lost_on": (at - timedelta(days=5)).date().isoformat(), "send_to": "芜湖市镜湖区中山路1号"}
    return operations.lodge_case(draft_of(SERVICE, resident, at, **answers).public_id, actor=resident, at=at)


@pytest.fixture
def case(lodged, city):
    """A case that was not accepted."""
    do(lodged, "take_in", "returned", city[1], note="照片不合格")
    settle(city[1])
    return Case.objects.get(pk=lodged.pk)


@pytest.fixture
def bad(case, resident, city) -> Rating:
    return operations.rate_case(
        case.number, level=5, marks=["many_offices"], words="跑了三趟", actor=resident, at=city[1]
    )


def go(subject, node, outcome, at, note="") -> None:
    """The open step is done by somebody at its post, and what follows by itself has happened."""
    do(subject, node, outcome, at, note)
    settle(at)
    subject.refresh_from_db()


def kinds(reference, at) -> list[str]:
    return [entry.kind.partition(".")[2] for entry in entries_about([reference], at=at)]


@pytest.mark.covers("C08")
def test_a_case_is_rated_once_after_its_end_and_nobody_learns_by_whom(lodged, resident, city) -> None:
    at = city[1]
    with pytest.raises(rating_room.NotOverYet):
        operations.rate_case(lodged.number, level=5, actor=resident, at=at)
    do(lodged, "take_in", "returned", at)
    with pytest.raises(rating_room.NoSuchLevel):
        operations.rate_case(lodged.number, level=6, actor=resident, at=at)
    with pytest.raises(rating_room.NoSuchMark):
        operations.rate_case(lodged.number, level=1, marks=["bad_manner"], actor=resident, at=at)
    before = Entry.objects.order_by("-pk").values_list("pk", flat=True)[0]
    rating = operations.rate_case(lodged.number, level=5, words="慢", actor=resident, at=at)
    with pytest.raises(operations.RatedAlready):
        operations.rate_case(lodged.number, level=1, actor=resident, at=at)
    assert rating.step == "open"
    said = "".join(f"{entry.actor_ref} {entry.subject} {entry.body}" for entry in Entry.objects.filter(pk__gt=before))
    assert "CaseRated" in kinds(rating.reference, at)
    assert not [secret for secret in (resident.ref, lodged.number, lodged.applicant, "慢") if secret in said]
    assert kinds(lodged.reference, at).count("CaseRated") == 0, "the case's own trail does not tell"


def test_who_does_not_own_the_case_neither_rates_nor_reads(bad, case, city) -> None:
    at = city[1]
    person("P000000002", number="340204195001011236", name="李四")
    other = citizen("P000000002", "李四")
    with pytest.raises(queries.NoSuchCase):
        operations.add_to_rating(case.number, words="也不好", actor=other, at=at)
    assert signed_in(other).get(f"/my/cases/{case.number}/rate/").status_code == 404


@pytest.mark.covers("C08", "P10")
def test_a_bad_rating_goes_round_its_loop(bad, case, resident, city) -> None:
    at = city[1]
    handler = official(f"{case.department}.head", at)
    item = WorkItem.objects.get(process__subject=bad.reference)
    assert item.post.code == ratings().loop.verifier
    assert item.due_on > at.date() - timedelta(days=1)
    panel = signed_in(handler).get(f"/desk/inbox/{item.number}/").content.decode()
    assert "跑了三趟" not in panel, "what was written is read by the department only once it is verified"

    go(bad, "verify", "valid", at, "减少跑动，一次告知")
    assert bad.step == Rating.Step.VERIFIED
    assert bad.answer == "", "what the verifier tells the department is no answer to the rater"
    item = WorkItem.objects.get(process__subject=bad.reference, closed_at=None)
    assert item.post.code == f"{case.department}.head"
    panel = signed_in(handler).get(f"/desk/inbox/{item.number}/").content.decode()
    assert "跑了三趟" in panel
    assert "多头跑窗口和部门" in panel
    assert case.number not in panel
    assert case.applicant_name not in panel

    go(bad, "mend", "mended", at, "已合并两个窗口，向您致歉")
    assert (bad.step, bad.answer, bad.in_time) == (Rating.Step.ANSWERED, "已合并两个窗口，向您致歉", True)
    operations.answer_the_answer(case.number, level=4, actor=resident, at=at)
    with pytest.raises(rating_room.SaidOtherwise):
        do(bad, "call_back", "level_1", at)
    held = WorkItem.objects.get(process__subject=bad.reference, closed_at=None)
    caller = Actor(kind="account", ref=held.holder.public_id, post=held.post.code)
    process.complete(number=held.number, outcome="level_4", actor=caller, at=at)
    settle(at)
    bad.refresh_from_db()
    assert (bad.step, bad.again) == (Rating.Step.UNHAPPY, 4)
    go(bad, "mend_again", "mended", at, "已上门补办")
    go(bad, "call_back_again", "level_2", at)
    assert (bad.step, bad.again, bad.answer) == (Rating.Step.CLOSED, 2, "已上门补办")
    steps = [
        entry.fact.step for entry in entries_about([bad.reference], at=at) if entry.kind.endswith("BadRatingTaken")
    ]
    assert steps[::-1] == ["verified", "answered", "unhappy", "answered", "closed"]
    page = signed_in(resident).get(f"/my/cases/{case.number}/rate/").content.decode()
    assert "已上门补办" in page
    assert "回访时的满意度" in page
    assert "整改中" in page
    assert resident.ref not in page


def test_only_who_holds_it_to_verify_learns_which_case_and_that_is_written_down(bad, case, city) -> None:
    at = city[1]
    verifier = official(ratings().loop.verifier, at)
    item = WorkItem.objects.get(process__subject=bad.reference)
    desk = signed_in(verifier)
    assert case.number not in desk.get(f"/desk/inbox/{item.number}/").content.decode()
    assert "RatedCaseShown" not in kinds(bad.reference, at)
    process.claim(number=item.number, actor=verifier, at=at)
    page = desk.get(f"/desk/inbox/{item.number}/").content.decode()
    assert case.number in page
    assert case.applicant_name in page
    assert kinds(bad.reference, at).count("RatedCaseShown") == 1
    for post in (f"{case.department}.head", ratings().loop.chief):
        seen = signed_in(official(post, at)).get(f"/desk/inbox/{item.number}/").content.decode()
        assert case.number not in seen
        assert case.applicant_name not in seen


def test_what_is_not_taken_says_why_and_may_be_objected_to(bad, case, resident, city) -> None:
    at = city[1]
    go(bad, "verify", "dismissed", at, "与记录不符")
    assert (bad.step, bad.answer) == (Rating.Step.DISMISSED, "与记录不符")
    operations.object_to_dismissal(case.number, reason="有录音", actor=resident, at=at)
    settle(at)
    bad.refresh_from_db()
    assert bad.step == Rating.Step.OBJECTED
    with pytest.raises(rating_room.NotWaitingForYou):
        operations.object_to_dismissal(case.number, reason="再来", actor=resident, at=at)
    assert WorkItem.objects.get(process__subject=bad.reference, closed_at=None).post.code == ratings().loop.chief
    go(bad, "review", "valid", at, "属实")
    assert bad.step == Rating.Step.VERIFIED


def test_without_an_objection_it_ends_by_itself(bad, city) -> None:
    at = city[1]
    go(bad, "verify", "dismissed", at, "与记录不符")
    later = at + timedelta(days=30)
    process.fire_due_timers(at=later)
    settle(later)
    bad.refresh_from_db()
    assert bad.step == Rating.Step.DISMISSED
    assert not WorkItem.objects.filter(process__subject=bad.reference, closed_at=None).exists()


def test_work_that_goes_back_takes_the_rating_with_it(bad, case, city) -> None:
    at = city[1]
    go(bad, "verify", "valid", at, "属实")
    item = WorkItem.objects.get(process__subject=bad.reference, closed_at=None)
    head = official(f"{case.department}.head", at)
    process.claim(number=item.number, actor=head, at=at)
    process.send_back(number=item.number, to="", reason="不是本局的窗口", actor=head, at=at)
    settle(at)
    bad.refresh_from_db()
    assert bad.step == Rating.Step.OPEN


def test_a_rating_is_added_to_once(bad, case, resident, city) -> None:
    at = city[1]
    operations.add_to_rating(case.number, words="后来电话也没人接", actor=resident, at=at)
    with pytest.raises(rating_room.AddedAlready):
        operations.add_to_rating(case.number, words="还有", actor=resident, at=at)
    bad.refresh_from_db()
    assert bad.more == "后来电话也没人接"


def test_a_good_rating_begins_no_loop(case, resident, city) -> None:
    rating = operations.rate_case(case.number, level=2, actor=resident, at=city[1])
    assert (rating.step, rating.process) == ("", "")


def test_a_receipt_and_a_window_s_screen_rate_without_signing_in(case, city) -> None:
    code = queries.rating_code(case.number, Rating.Channel.CODE)
    client = Client()
    page = client.get(f"/rate/{code}/").content.decode()
    assert "非常不满意" in page
    assert case.applicant_name not in page
    assert client.get(f"/rate/{code[:-1]}/").status_code == 404
    page = client.get(f"/rate/{code}/?level=4").content.decode()
    assert "窗口人员业务不熟练" in page
    assert client.post(f"/rate/{code}/?level=4", {"marks": "none_such"}).status_code == 400
    thanks = client.post(f"/rate/{code}/?level=4", {"marks": "unskilled", "words": ""})["Location"]
    assert "谢谢" in client.get(thanks).content.decode()
    rating = Rating.objects.get()
    assert (rating.channel, rating.level, rating.marks, rating.step) == ("code", 4, ["unskilled"], "open")
    assert "已经评价过" in client.get(f"/rate/{code}/").content.decode()


def test_a_window_turns_its_screen_and_its_receipt_s_code_leads_to_the_rating(resident, city) -> None:
    at = city[1]
    clerk = official("xzfw.window", at)
    draft = operations.start_intake(SERVICE, citizen_id=NUMBER, name="王小明", actor=clerk, at=at)
    answers = {**CARD, "lost_on": (at - timedelta(days=5)).date().isoformat(), "delivery": "pickup"}
    operations.answer_questions(draft.public_id, answers, actor=clerk, at=at)
    operations.see_originals(draft.public_id, ["old_card"], actor=clerk, at=at)
    number = operations.lodge_at_window(draft.public_id, actor=clerk, at=at).number
    code = queries.rating_code(number, Rating.Channel.CODE)
    standing = f"/receipts/{number}/1/"
    assert "评价这次办事" not in Client().get(standing, {"rate": code}).content.decode(), "it has not ended"
    do(Case.objects.get(number=number), "take_in", "returned", at)
    assert f"/rate/{code}/" in Client().get(standing, {"rate": code}).content.decode()
    assert "评价这次办事" not in Client().get(standing, {"rate": "made/up"}).content.decode()
    desk = signed_in(clerk)
    assert "请群众在屏上评价" in desk.get(f"/desk/window/cases/{number}/").content.decode()
    screen = desk.post(f"/desk/window/cases/{number}/rate/")["Location"]
    Client().post(f"{screen}?level=1", {"marks": "nearby"})
    assert Rating.objects.get().channel == "screen"
    assert signed_in(official("gaj.window", at)).post(f"/desk/window/cases/{number}/rate/").status_code == 404


def test_a_screen_s_code_does_not_last(case, monkeypatch) -> None:
    code = queries.rating_code(case.number, Rating.Channel.SCREEN)
    assert queries.read_code(code) == (case.number, Rating.Channel.SCREEN)
    monkeypatch.setattr("huimin.platform.cases.queries.ratings.ON_THE_SCREEN", timedelta(seconds=-1))
    with pytest.raises(CodeNotGood):
        queries.read_code(code)


def test_the_supervisor_s_page_has_figures_and_no_case(bad, case, city, django_assert_max_num_queries) -> None:
    at = city[1]
    go(bad, "verify", "valid", at, "属实")
    go(bad, "mend", "mended", at, "已改")
    go(bad, "call_back", "level_2", at)
    (row,) = queries.figures("service", since=at - timedelta(days=1))
    assert (row.of, row.rated, row.bad, row.good_share) == (SERVICE, 1, 1, 0)
    assert (row.mended_share, row.in_time_share, row.content_share) == (100, 100, 100)
    desk = signed_in(official(ratings().loop.verifier, at))
    for by in ("department", "service", "channel", "month", "nonsense"):
        page = desk.get(f"/desk/ratings/?by={by}")
        assert page.status_code == 200
        assert "100%" in page.content.decode()
    with django_assert_max_num_queries(16):
        page = desk.get("/desk/ratings/").content.decode()
    assert bad.public_id in page
    assert case.number not in page
    other = signed_in(official("scjgj.head", at)).get("/desk/ratings/").content.decode()
    assert bad.public_id not in other, "one after the other only where they are verified"
    assert "100%" not in other, "and no figure of fewer than the smallest number"
    assert signed_in(official("scjgj.review", at)).get("/desk/ratings/").status_code == 403


@pytest.mark.covers("C08", "P09")
def test_what_could_not_be_got_done_is_taken_up_settled_and_answered(case, resident, city) -> None:
    at = city[1]
    client = signed_in(resident)
    assert "办不成？告诉我们" in client.get(f"/my/cases/{case.number}/").content.decode()
    assert client.post(f"/my/cases/{case.number}/stuck/", {"kind": "refused"}).status_code == 400
    client.post(f"/my/cases/{case.number}/stuck/", {"kind": "refused", "words": "没说清为什么"})
    at = timezone.now()
    matter = StuckMatter.objects.get()
    assert (matter.case, matter.service, matter.department) == (case, SERVICE, case.department)
    assert "没说清" not in "".join(entry.body for entry in entries_about([matter.reference], at=at))
    with pytest.raises(operations.SaidAlready):
        operations.say_case_is_stuck(case.number, kind="late", words="再说", actor=resident, at=at)
    go(matter, "take", "passed_on", at, "请重新核对照片")
    assert matter.step == StuckMatter.Step.COORDINATING
    go(matter, "settle", "done", at, "照片可用")
    go(matter, "tell", "answered", at, "照片合格，可重新提交")
    assert (matter.step, matter.answer, matter.in_time) == (StuckMatter.Step.ANSWERED, "照片合格，可重新提交", True)
    told = Notice.objects.filter(code="stuck_answered")
    assert [one.account.public_id for one in told] == [resident.ref], "he is told that there is an answer"
    page = client.get(f"/my/stuck/{matter.public_id}/").content.decode()
    assert "还是没办成" in page
    assert client.post(f"/my/stuck/{matter.public_id}/unsettled/", {"words": ""}).status_code == 400
    client.post(f"/my/stuck/{matter.public_id}/unsettled/", {"words": "窗口还是不收"})
    at = timezone.now()
    settle(at)
    matter.refresh_from_db()
    assert (matter.step, matter.settled) == (StuckMatter.Step.REOPENED, False)
    go(matter, "review", "answered", at, "已由专人带办")
    assert (matter.step, matter.answer) == (StuckMatter.Step.CLOSED, "已由专人带办")
    assert operations.say_case_is_stuck(case.number, kind="late", words="又来", actor=resident, at=at).pk != matter.pk


def test_only_what_failed_or_is_overdue_goes_to_the_counter(lodged, resident, city) -> None:
    at = city[1]
    with pytest.raises(operations.NothingFailed):
        operations.say_case_is_stuck(lodged.number, kind="late", words="慢", actor=resident, at=at)
    do(lodged, "take_in", "forwarded", at)
    late = at + timedelta(days=120)
    assert (
        operations.say_case_is_stuck(lodged.number, kind="late", words="超期了", actor=resident, at=late).case == lodged
    )
    lodged.refresh_from_db()
    assert lodged.state != State.NOT_ACCEPTED


def test_a_service_without_a_case_goes_to_the_counter_too(resident, city) -> None:
    at = city[1]
    client = signed_in(resident)
    assert f"/my/stuck/new/{SERVICE}/" in client.get(f"/services/{SERVICE}/").content.decode()
    client.post(f"/my/stuck/new/{SERVICE}/", {"kind": "system", "words": "提交不了"})
    at = timezone.now()
    matter = StuckMatter.objects.get()
    assert (matter.case, matter.department) == (None, "gaj")
    counter = official(ratings().stuck.counter, at)
    desk = signed_in(counter)
    page = desk.get("/desk/stuck/").content.decode()
    assert matter.public_id in page
    assert matter.applicant_name not in page
    item = WorkItem.objects.get(process__subject=matter.reference)
    assert "提交不了" in desk.get(f"/desk/inbox/{item.number}/").content.decode()
    assert "StuckMatterLookedAt" in kinds(matter.reference, at)
    assert signed_in(official("jyj.review", at)).get("/desk/stuck/").status_code == 403
    go(matter, "take", "answered", at, "系统已恢复")
    client.post(f"/my/stuck/{matter.public_id}/settled/")
    at = timezone.now()
    settle(at)
    matter.refresh_from_db()
    assert (matter.step, matter.settled) == (StuckMatter.Step.CLOSED, True)
    with pytest.raises(stuck_room.NotWaitingForYourWord):
        operations.say_whether_done(matter.public_id, settled=True, actor=resident, at=at)


def test_nobody_else_reads_what_somebody_could_not_get_done(case, resident, city) -> None:
    at = city[1]
    matter = operations.say_case_is_stuck(case.number, kind="other", words="说不清", actor=resident, at=at)
    person("P000000002", number="340204195001011236", name="李四")
    other = citizen("P000000002", "李四")
    with pytest.raises(NoSuchMatter):
        queries.access_own_matter(matter.public_id, other, at=at)
    assert signed_in(other).get(f"/my/stuck/{matter.public_id}/").status_code == 404
    with pytest.raises(NoSuchRating):
        queries.get_rating(case)
