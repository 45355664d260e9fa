"""The board, a department behind it, the list and the whole trace of a case: who sees what, figures that agree with the cases, few reads."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from huimin.cli.standing import establish
from huimin.platform.cases.models import Case, Rating
from huimin.platform.cases.tests.factories import official
from huimin.platform.catalogue.library import services
from huimin.platform.identity.models import Account
from huimin.platform.identity.queries import METHODS_IN_SESSION
from huimin.platform.indicators.operations import tally_month
from huimin.platform.indicators.queries import month_after, month_of, tallies_by, untallied_months
from huimin.platform.indicators.rules import RATES, Counts, total
from huimin.platform.journal.queries import entries_about
from huimin.platform.process import operations as process
from huimin.platform.process.models import Process
from huimin.platform.process.tests.factories import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.covers("P10", "P01")]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SERVICE = "identity_card_replacement"


@pytest.fixture
def city(db, settings, tmp_path):
    settings.HOME = tmp_path
    establish()
    return timezone.now()


def signed_in(post: str, at) -> Client:
    client = Client()
    client.force_login(Account.objects.get(public_id=official(post, at).ref), backend=BACKEND)
    session = client.session
    session[METHODS_IN_SESSION] = [{"method": "mfa"}]
    session.save()
    return client


def make_case(
    number: int, at, *, department="gaj", due: int | None = 20, state="lodged", channel="online", **when
) -> Case:
    """A case of the city as its rows stand, with the process that its service draws."""
    case = Case.objects.create(
        number=f"3402-26-{number:07}0", service=SERVICE, version=services()[SERVICE].version, revision=1, applicant=f"person:{number}",
        applicant_name="申请人甲", channel=channel, division="340202", department=department, state=state, lodged_at=at, **when,
    )  # fmt: skip
    data = {
        "service_centre": "xzfw",
        "public_security": "gaj",
        "body": "gaj",
        "eligible": "yes",
        "deferred": False,
        "departments": [],
    }
    started = process.start(
        f"service_{SERVICE}", subject=case.reference, kind="case", data=data, department=department, actor=SYSTEM, at=at
    )
    due_on = timezone.localdate(at) + timedelta(days=due) if due is not None else None
    turn_on = due_on - timedelta(days=2) if due_on else date(9999, 12, 31)
    Process.objects.filter(pk=started.pk).update(due_on=due_on, turn_on=turn_on)
    Case.objects.filter(pk=case.pk).update(process=started.number)
    case.refresh_from_db()
    return case


@pytest.fixture
def some(city):
    """Of the police: one running, one due, one late, one refused in time, one granted late with a bad rating; one of civil affairs."""
    at = city - timedelta(days=1)
    cases = [
        make_case(1, at),
        make_case(2, at, due=2),
        make_case(3, at, due=0),
        make_case(4, at, state="refused", decided_at=city, accepted_at=at, channel="window"),
        make_case(5, at - timedelta(days=30), due=0, state="granted", decided_at=city),
        make_case(6, at, department="mzj"),
    ]
    Rating.objects.create(case=cases[4], service=SERVICE, department="gaj", level=5, channel="online", rated_at=city)
    return cases


def test_the_board_agrees_with_the_cases(city, some):
    month = month_of(timezone.localdate(city))
    tally_month(month)
    client = signed_in("xzfw.supervision", city)
    answer = client.get(reverse("supervision:board"))
    board = answer.context["board"]
    assert (board.city.open, board.city.figure("late"), board.city.figure("due")) == (4, 1, 1)
    police = next(row for row in board.departments if row.code == "gaj")
    assert (police.open, police.counts.finished, police.counts.on_time, police.counts.early) == (3, 2, 1, 1)
    assert (police.counts.rated, police.counts.satisfied) == (1, 0)
    assert RATES["on_time"].percent(police.counts) == 50.0
    assert RATES["satisfaction"].percent(Counts()) is None
    page = answer.content.decode()
    for part in (
        "监察总览：全市",
        "公安局",
        "50.0%",
        "1 ÷ 2",
        "五率怎么算",
        'hx-trigger="every 30s"',
        'aria-sort="descending"',
    ):
        assert part in page, part
    assert "申请人甲" not in page
    still = client.get(reverse("supervision:board"), {"still": "1", "sort": "name"}, headers={"accept-language": "en"})
    assert "hx-trigger" not in still.content.decode()
    assert "Supervision: the whole city" in still.content.decode()


def test_a_department_behind_it(city, some):
    tally_month(month_of(timezone.localdate(city)))
    client = signed_in("gaj.head", city)
    board = client.get(reverse("supervision:board"))
    assert {row.code for row in board.context["board"].departments} == {"gaj"}
    assert board.context["board"].city.open == 3
    page = client.get(reverse("supervision:department", args=["gaj"])).content.decode()
    for part in ("公安局", "各月", "环节和经办人", "50.0%"):
        assert part in page, part
    assert client.get(reverse("supervision:department", args=["mzj"])).status_code == 404
    assert (
        signed_in("xzfw.supervision", city).get(reverse("supervision:department", args=["nobody"])).status_code == 404
    )
    assert signed_in("gaj.review", city).get(reverse("supervision:board")).status_code == 403


def test_steps_and_people(city, some):
    from huimin.platform.cases.tests.factories import do

    do(some[0], "take_in", "forwarded", city)
    client = signed_in("xzfw.supervision", city)
    page = client.get(reverse("supervision:department", args=["xzfw"])).content.decode()
    assert "就近收件、采集" in page
    assert "合成人员" in page, "who handled it is an official"


def test_the_list_narrows_and_the_trace_is_journalled(city, some):
    client = signed_in("gaj.head", city)
    rows = client.get(reverse("cases:overseen")).context["queue"].rows
    assert [row.number for row in rows] == [some[n].number for n in (0, 1, 2)]
    late = client.get(reverse("cases:overseen"), {"view": "late"}).context["queue"].rows
    assert [row.number for row in late] == [some[2].number]
    assert (
        len(
            client.get(reverse("cases:overseen"), {"view": "all", "department": "gaj", "service": SERVICE})
            .context["queue"]
            .rows
        )
        == 5
    )
    process.raise_due_cards(at=city + timedelta(days=60))
    answer = client.get(reverse("cases:whole_trace", args=[some[0].number]))
    page = answer.content.decode()
    for part in ("全部事实", "就近收件、采集", "超期", "谁看过这件事", "打印"):
        assert part in page, part
    assert "申请人甲" not in page.split('id="main"')[1], "the trace tells of the handling, not of the applicant"
    looks = [entry for entry in entries_about([some[0].reference]) if entry.kind == "cases.CaseLookedAt"]
    assert [entry.actor_post for entry in looks] == ["gaj.head"]
    assert client.get(reverse("cases:whole_trace", args=[some[5].number])).status_code == 404
    assert len([e for e in entries_about([some[5].reference]) if e.kind == "cases.CaseLookedAt"]) == 0
    assert (
        signed_in("xzfw.supervision", city).get(reverse("cases:whole_trace", args=[some[5].number])).status_code == 200
    )


def test_no_more_reads_for_more_cases(city, some):
    client = signed_in("xzfw.supervision", city)
    places = [reverse("supervision:board"), reverse("supervision:department", args=["gaj"]), reverse("cases:overseen")]

    def reads() -> list[int]:
        tally_month(month_of(timezone.localdate(city)))
        found = []
        for place in places:
            client.get(place)
            with CaptureQueriesContext(connection) as counted:
                client.get(place)
            found.append(len(counted))
        return found

    few = reads()
    for number in range(10, 22):
        make_case(number, city - timedelta(days=1), department=("gaj", "mzj", "rsj")[number % 3])
    assert reads() == few
    assert few[0] <= 22, few


def test_tallies_are_counted_again_and_for_every_month(city, some):
    today = timezone.localdate(city)
    month = month_of(today)
    assert untallied_months(today)[0] == month
    assert tally_month(month) == tally_month(month) > 0
    assert month not in untallied_months(today)
    whole = total(tallies_by("department", month).values())
    assert whole == total(tallies_by("service", month).values()) == total(tallies_by("division", month).values())
    assert whole.finished == 2
    assert month_after(date(2026, 12, 1)) == date(2027, 1, 1)
