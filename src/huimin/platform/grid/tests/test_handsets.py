"""Handsets: taken up with a code, opened for a session, revoked at a distance; what they send is taken once."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from huimin.kernel.refusals import Refusal
from huimin.platform.grid import sealing
from huimin.platform.grid.models import Handset, HandsetItem
from huimin.platform.grid.operations import handsets as operations
from huimin.platform.grid.queries import handsets as queries
from huimin.platform.grid.tests import factories_handsets as make
from huimin.platform.identity.permissions import SignInNeeded
from huimin.platform.journal.queries import entries_about

pytestmark = [pytest.mark.django_db, pytest.mark.covers("G02")]
MINUTE = timedelta(minutes=1)


def test_a_code_works_once_for_its_worker_within_minutes() -> None:
    worker, other = make.worker(), make.worker()
    account = make.account_of(worker)
    code = operations.offer_enrolment(worker=account, actor=make.operator(), at=make.NOW)
    for whose, at in ((other, make.NOW), (worker, make.NOW + timedelta(hours=1))):
        with pytest.raises(operations.CodeNotGood):
            operations.enrol_handset(code=code, name="x", account=make.account_of(whose), actor=whose, at=at)
    handset, token = operations.enrol_handset(
        code=f" {code.lower()} ", name="我的手机", account=account, actor=worker, at=make.NOW + MINUTE
    )
    assert queries.handset_of(token) == handset
    assert token not in str(Handset.objects.values()), "the token is kept nowhere"
    with pytest.raises(operations.CodeNotGood):
        operations.enrol_handset(code=code, name="x", account=account, actor=worker, at=make.NOW + MINUTE)
    with pytest.raises(SignInNeeded):
        queries.handset_of(token[:-1])


def test_a_command_post_gives_codes_to_workers_of_its_own_area_only() -> None:
    worker = make.account_of(make.worker())
    for who in (worker, None):
        with pytest.raises(operations.NoWorkerOfYours):
            operations.offer_enrolment(worker=who, actor=make.operator("340207", "qu_jiujiang.command"), at=make.NOW)
    with pytest.raises(operations.NoWorkerOfYours):
        operations.offer_enrolment(worker=make.account_of(make.operator()), actor=make.operator(), at=make.NOW)


def test_a_revoked_handset_has_no_keys_left_and_is_told_to_empty_itself() -> None:
    handset, token = make.handset(make.worker())
    operator = make.operator()
    before = operations.open_handset(handset=handset, actor=operator, at=make.NOW)
    assert len(before.cache) == 44
    with pytest.raises(operations.ReasonMissing):
        operations.revoke_handset(number=handset.number, reason=" ", actor=operator, at=make.NOW)
    with pytest.raises(queries.NoSuchHandset):
        operations.revoke_handset(
            number=handset.number, reason="丢失", actor=make.operator("340207", "qu_jiujiang.command"), at=make.NOW
        )
    for _ in range(2):
        operations.revoke_handset(number=handset.number, reason="丢失", actor=operator, at=make.NOW)
    kept = Handset.objects.get()
    assert (kept.secret, kept.reason) == ("", "丢失")
    with pytest.raises(queries.HandsetGone):
        queries.handset_of(token)
    assert queries.find_gone(token) == kept
    for _ in range(2):
        operations.note_wiped(handset=kept, at=make.NOW + MINUTE)
    told = [entry.kind for entry in entries_about([f"handset:{handset.number}"], at=make.NOW + MINUTE)]
    assert sorted(told) == [f"grid.Handset{what}" for what in ("Enrolled", "Opened", "Revoked", "Wiped")]


def test_revoking_ends_the_sessions_of_its_worker() -> None:
    worker = make.worker()
    handset, _token = make.handset(worker)
    browser = make.signed_in(worker)
    UserSession.objects.create(
        user=make.account_of(worker), session_key=browser.session.session_key, ip="127.0.0.1", user_agent="handset"
    )
    assert browser.get("/account/").status_code == 200
    operations.revoke_handset(number=handset.number, reason="丢失", actor=make.operator(), at=make.NOW)
    assert browser.get("/account/").status_code == 302


def test_the_same_key_has_the_same_answer_for_ever() -> None:
    handset, _token = make.handset(make.worker())
    done: list[int] = []

    def act() -> dict[str, str]:
        done.append(1)
        return {"number": str(len(done))}

    item = {"handset": handset, "key": "k-00000001", "kind": "report", "refused": dict, "at": make.NOW}
    answers = [operations.take_item(content=b"one", act=act, **item) for _ in range(3)]
    assert [one.answer for one in answers] == [{"number": "1"}] * 3
    assert [one.known for one in answers] == [False, True, True]
    with pytest.raises(operations.KeyHasOtherContent):
        operations.take_item(content=b"two", act=act, **item)
    assert done == [1]


def test_a_refusal_is_kept_and_undoes_what_was_begun() -> None:
    handset, _token = make.handset(make.worker())

    def act() -> dict[str, str]:
        Handset.objects.update(name="half done")
        raise operations.ReasonMissing(field="reason")

    def refused(refusal: Refusal) -> dict[str, str]:
        return {"zh": refusal.sentence()}

    for known in (False, True):
        answer = operations.take_item(
            handset=handset, key="k-00000001", kind="step", content=b"", act=act, refused=refused, at=make.NOW
        )
        assert (answer.is_refused, answer.known, answer.answer) == (True, known, {"zh": "请写明停用的原因。"})
    assert Handset.objects.get().name == handset.name


def test_what_breaks_leaves_nothing_and_may_be_sent_again() -> None:
    handset, _token = make.handset(make.worker())

    def breaks() -> dict[str, str]:
        raise ZeroDivisionError

    item = {"handset": handset, "key": "k-00000001", "kind": "report", "content": b"", "refused": dict, "at": make.NOW}
    with pytest.raises(ZeroDivisionError):
        operations.take_item(act=breaks, **item)
    assert not HandsetItem.objects.exists()
    assert operations.take_item(act=dict, **item).known is False


@pytest.mark.parametrize("harm", ["another key", "another handset", "a flipped bit", "nothing at all"])
def test_what_was_not_sealed_for_this_item_of_this_handset_cannot_be_opened(harm: str) -> None:
    handset, _token = make.handset(make.worker())
    secret = sealing.take_out(handset.secret)
    whole = make.sealed_for(handset, "k-00000001", "报告".encode())
    assert sealing.unseal(secret, "k-00000001", whole).decode() == "报告"
    key, other, content = "k-00000001", secret, whole
    if harm == "another key":
        key = "k-00000002"
    elif harm == "another handset":
        other = b"\x01" * 32
    elif harm == "a flipped bit":
        content = whole[:-1] + bytes([whole[-1] ^ 1])
    else:
        content = b""
    with pytest.raises(sealing.NotSealedForUs):
        sealing.unseal(other, key, content)


def test_the_page_of_the_command_post() -> None:
    worker = make.worker()
    operator = make.operator()
    page: Client = make.signed_in(operator)
    answer = page.post("/handsets/", {"worker": make.account_of(worker).username.upper()})
    assert answer["Cache-Control"] == "no-store"
    code = answer.content.decode().partition('id="code">')[2][:8]
    handset, _token = operations.enrol_handset(
        code=code, name="巡查一号", account=make.account_of(worker), actor=worker, at=timezone.now()
    )
    assert "没有找到本辖区的这名网格员" in page.post("/handsets/", {"worker": "nobody"}).content.decode()
    shown = page.get("/handsets/").content.decode()
    assert handset.number in shown
    assert "使用中" in shown
    page.post(f"/handsets/{handset.number}/revoke/", {"reason": "手机丢了"})
    shown = page.get("/handsets/").content.decode()
    assert "手机丢了" in shown
    assert "密钥已销毁" in shown
    assert make.signed_in(worker).get("/handsets/").status_code == 403
