"""Benefits that nobody applies for: found, offered once, taken up with a tap, ended; and a licence that starts its own renewal."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

import pytest
from django.db import IntegrityError, transaction

from huimin.kernel.identifiers.check_digits import citizen_check
from huimin.platform.cases import operations, queries
from huimin.platform.cases.models import Case, Channel, Evidence
from huimin.platform.cases.operations import offering
from huimin.platform.cases.rules import State
from huimin.platform.cases.tests.factories import FIRM, do, official
from huimin.platform.cases.tests.test_walks import settle
from huimin.platform.catalogue.queries.items import get_service
from huimin.platform.exchange.operations import land_rows
from huimin.platform.journal.queries import entries_about
from huimin.platform.journal.rules import Actor
from huimin.platform.licences import operations as licences
from huimin.platform.licences import queries as held
from huimin.platform.process import operations as process
from huimin.platform.process.models import Process, WorkItem
from huimin.platform.registries.models import Person
from huimin.platform.registries.operations import reconcile
from huimin.platform.registries.tests.factories import POLICE, citizen

pytestmark = pytest.mark.django_db
CODE = "old_age_allowance"
SCANNER = Actor(kind="system", ref="benefits")
_tick = count(1)


def row(serial: int, born: str, **said: str) -> dict[str, str]:
    """A police record of somebody born on a day, `serial` telling one from another."""
    body = f"340202{born.replace('-', '')}{serial:03}"
    number = {
        "公民身份号码": body + citizen_check(body),
        "出生日期": born,
        "人员编号": f"RK{serial}",
        "姓名": "王" + "甲乙丙丁戊己"[serial - 101],
    }
    return POLICE | number | {"户号": f"H{serial}", "性别": "男" if serial % 2 else "女"} | said


EIGHTY, NINETY, YOUNG = row(101, "1943-03-03"), row(102, "1931-03-03"), row(103, "1990-03-03")


def reconciled(at, *rows: dict[str, str]) -> None:
    """The police deliver these rows, and the registries follow."""
    step = next(_tick)
    day = date(2026, 6, 1) + timedelta(days=step)
    fresh = [one | {"更新日期": day.isoformat()} for one in rows]
    land_rows("police.population", fresh, actor=SCANNER, at=at, reference_on=day, name=f"police-offers-{step}")
    reconcile(actor=SCANNER, at=at + timedelta(microseconds=step))


def key_of(said: dict[str, str]) -> str:
    return Person.objects.get(number=said["公民身份号码"]).key


def offer(at, **more) -> offering.Offered:
    return operations.offer_benefits(CODE, actor=SCANNER, at=at, **more)


@pytest.fixture
def at(city):
    reconciled(city[1], EIGHTY, NINETY, YOUNG)
    return city[1]


@pytest.fixture
def elder(at):
    """The case of the one who is ninety and more, offered and confirmed, and his own account."""
    offer(at)
    case = Case.objects.get(applicant=f"person:{key_of(NINETY)}")
    do(case, "confirm", "confirmed", at)
    return case, citizen(key_of(NINETY), "王乙")


@pytest.mark.covers("P13")
def test_whoever_qualifies_is_offered_it_once_and_asked_for_nothing(at) -> None:
    first = offer(at)
    assert (first.scanned, first.qualified, first.offered, first.standing) == (3, 2, 2, 0)
    assert set(Case.objects.values_list("applicant", flat=True)) == {
        f"person:{key_of(EIGHTY)}",
        f"person:{key_of(NINETY)}",
    }
    case = Case.objects.get(applicant=f"person:{key_of(EIGHTY)}")
    assert (case.channel, case.account, case.applicant_name) == (Channel.PROACTIVE, None, "王甲")
    assert set(case.evidence.values_list("material", "how", "trust")) == {
        ("identity", Evidence.How.FACT, "A"),
        ("residence", Evidence.How.FACT, "A"),
    }
    item = WorkItem.objects.get(process__subject=case.reference)
    assert (item.node, item.post.code) == ("confirm", "qu_jinghu.review")
    assert Process.objects.get(number=case.process).due_on is None, "nobody was promised a day"
    assert offer(at).offered == 0
    reconciled(at, row(104, "1940-01-01"))
    again = offer(at)
    assert (again.qualified, again.offered, again.standing) == (3, 1, 2)
    assert Case.objects.count() == 3
    runs = [entry.fact for entry in entries_about([f"service:{CODE}"], at=at) if entry.kind.endswith("BenefitsOffered")]
    assert [run.offered for run in sorted(runs, key=lambda run: run.qualified)][-1] == 1
    assert len(runs) == 3


@pytest.mark.covers("P13")
def test_one_tap_takes_it_up_and_the_amount_follows_the_age(elder, at) -> None:
    case, person = elder
    assert case.letters.get().kind == "offer"
    assert [one.number for one in queries.waiting_cases(person, at=at)] == [case.number]
    operations.answer_offer(case.number, outcome="consented", actor=person, at=at)
    settle(at)
    case.refresh_from_db()
    assert case.state == State.GRANTED
    payment = case.payments.get()
    assert (payment.amount, payment.simulated) == (10_000, True)
    assert list(queries.waiting_cases(person, at=at)) == []
    assert offer(at).standing == 2, "what is received stands"


def test_who_may_qualify_is_counted_and_not_offered(at) -> None:
    reconciled(at, row(105, "1940-01-01", 户籍地址=""))
    assert Person.objects.filter(number=row(105, "1940-01-01")["公民身份号码"]).exists()
    run = offer(at)
    assert (run.maybe, run.offered) == (1, 2)


def test_who_declines_is_left_in_peace(elder, at) -> None:
    case, person = elder
    operations.answer_offer(case.number, outcome="declined", actor=person, at=at)
    settle(at)
    case.refresh_from_db()
    assert case.state == State.WITHDRAWN
    assert offer(at).offered == 0


def test_an_application_of_one_s_own_stands_in_the_way_of_an_offer(at) -> None:
    Case.objects.create(number="3402-26-0000001X", service=CODE, version=2, revision=0, channel=Channel.WINDOW,
                        applicant=f"person:{key_of(EIGHTY)}", applicant_name="王甲", department="qu_jinghu", lodged_at=at)  # fmt: skip
    assert (offer(at).offered, Case.objects.filter(channel=Channel.PROACTIVE).count()) == (1, 1)


@pytest.mark.covers("P13")
def test_a_run_that_breaks_off_loses_nothing_and_doubles_nothing(at, monkeypatch) -> None:
    whole, seen = offering.start_process, count(1)

    def breaks_at_the_second(*args, **kwargs):
        if next(seen) == 2:
            raise RuntimeError("the machine stopped")
        whole(*args, **kwargs)

    monkeypatch.setattr(offering, "start_process", breaks_at_the_second)
    with pytest.raises(RuntimeError):
        offer(at)
    assert Case.objects.count() == 1, "the second left nothing half done"
    assert Evidence.objects.count() == 2
    assert Process.objects.filter(kind="case").count() == 1
    run = offer(at)
    assert (run.offered, run.standing, Case.objects.count()) == (1, 1, 2)
    assert WorkItem.objects.filter(node="confirm").count() == 2


def test_two_runs_at_once_make_one_offer_since_the_database_says_so(at, monkeypatch) -> None:
    offer(at)

    class LooksTooEarly:
        """The other run has looked before this one wrote: only the table knows of both."""

        looks = count(1)

        def filter(self, **where):
            return Case.objects.none() if next(self.looks) == 1 else Case.objects.filter(**where)

    monkeypatch.setattr(offering, "_standing", lambda _service: LooksTooEarly())
    with pytest.raises(operations.OfferedBefore):
        offering.offer_benefit(get_service(CODE), f"person:{key_of(EIGHTY)}", actor=SCANNER, at=at)
    assert Case.objects.filter(applicant=f"person:{key_of(EIGHTY)}").count() == 1
    twin = Case.objects.get(applicant=f"person:{key_of(EIGHTY)}")
    twin.pk, twin.number = None, "3402-26-0000002X"
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_a_run_offers_no_more_than_its_limit(at) -> None:
    heard: list[tuple[int, int]] = []
    assert offer(at, limit=1, progress=lambda done, of: heard.append((done, of))).offered == 1
    assert heard == [(1, 1)]
    assert offer(at).offered == 1


def test_a_service_that_people_apply_for_is_not_scanned_for(at) -> None:
    with pytest.raises(offering.NotProactive):
        operations.offer_benefits("retirement", actor=SCANNER, at=at)


@pytest.mark.covers("P13")
def test_a_death_ends_what_is_received_and_what_is_offered(elder, at) -> None:
    case, person = elder
    operations.answer_offer(case.number, outcome="consented", actor=person, at=at)
    settle(at)
    offered = Case.objects.get(applicant=f"person:{key_of(EIGHTY)}")
    assert not operations.stop_benefit(case.number, actor=SCANNER, at=at), "who lives here goes on receiving it"
    reconciled(at, NINETY | {"人员状态": "死亡注销"}, EIGHTY | {"人员状态": "死亡注销"})
    run = offer(at)
    assert (run.stopped, run.offered, run.qualified) == (2, 0, 0)
    for one in (case, offered):
        one.refresh_from_db()
        assert (one.state, one.stopped_at) == (State.STOPPED, at)
        letter = one.letters.get(kind="stopped")
        assert "已有死亡登记" in letter.zh
        assert "A death is registered" in letter.en
    assert case.decided_at is not None
    assert not WorkItem.objects.filter(process__subject=offered.reference, closed_at=None).exists()
    assert offer(at).stopped == 0, "it is said once"


def test_what_was_stopped_by_mistake_is_offered_anew(elder, at) -> None:
    case, person = elder
    operations.answer_offer(case.number, outcome="consented", actor=person, at=at)
    settle(at)
    reconciled(at, NINETY | {"人员状态": "死亡注销"})
    assert offer(at).stopped == 1
    reconciled(at, NINETY | {"人员状态": "正常"})
    run = offer(at)
    assert (run.offered, Case.objects.filter(applicant=case.applicant).count()) == (1, 2)


def test_a_dispute_ends_nothing(elder, at) -> None:
    case, person = elder
    operations.answer_offer(case.number, outcome="consented", actor=person, at=at)
    settle(at)
    reconciled(at, NINETY | {"户籍地址": ""})
    assert offer(at).stopped == 0
    case.refresh_from_db()
    assert case.state == State.GRANTED


@pytest.mark.covers("P13")
def test_an_examiner_confirms_the_candidates_together(at) -> None:
    offer(at)
    clerk = official("qu_jinghu.review", at)
    numbers = list(WorkItem.objects.filter(node="confirm").values_list("number", flat=True))
    done = process.complete_many(numbers=numbers, outcome="confirmed", actor=clerk, at=at)
    assert (sorted(done.done), done.refused) == (sorted(numbers), {})
    settle(at)
    assert WorkItem.objects.filter(node="consent", closed_at=None).count() == 2


@pytest.fixture
def ending(agent, city) -> Iterator[tuple[str, Actor]]:
    """A food licence of a firm that ends in sixty days, and who acts for the firm."""
    today = city[1].date()
    licences.grant_licence(
        licences.Grant(
            type="food_business_licence",
            holder=FIRM,
            holder_name="芜湖合成餐饮有限公司",
            holder_number="91340281212552018X",
            department="scjgj",
            fields={
                "name": "合成小馆",
                "legal_representative": "王小明",
                "premises": "芜湖市镜湖区中山路1号",
                "kind": "餐饮服务经营者",
                "items": "热食类",
            },
            valid_from=today - timedelta(days=1765),
            valid_until=today + timedelta(days=60),
        ),
        actor=city[0],
        at=city[1],
    )
    return agent


@pytest.mark.covers("P13")
def test_an_expiring_licence_starts_its_renewal_and_one_tap_renews_it(ending, city) -> None:
    at, holder = city[1], ending
    old = held.find_in_force(FIRM, "food_business_licence", on=at.date())
    assert licences.announce_expiring(actor=SCANNER, at=at) == 1
    settle(at)
    case = Case.objects.get()
    assert (case.channel, case.applicant, case.service) == (Channel.PROACTIVE, FIRM, "food_licence_renewal")
    assert case.answers == {
        "place": "芜湖市镜湖区中山路1号",
        "kind": "餐饮服务经营者",
        "items": "热食类",
        "conditions_changed": False,
    }
    assert Process.objects.get(number=case.process).due_on == at.date() + timedelta(days=60)
    assert [one.number for one in queries.waiting_cases(holder, at=at)] == [case.number]
    operations.answer_offer(case.number, outcome="confirmed", actor=holder, at=at)
    settle(at)
    case.refresh_from_db()
    assert case.state == State.GRANTED
    assert case.evidence.get(material="statement").how == Evidence.How.PROMISE
    fresh = held.find_in_force(FIRM, "food_business_licence", on=at.date())
    assert fresh.public_id != old.public_id
    assert fresh.valid_until > old.valid_until
    assert licences.announce_expiring(actor=SCANNER, at=at) == 0
