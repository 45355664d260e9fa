"""Corrections: from the person who asks to the department's own record and back, with everything that may go otherwise."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from huimin.platform.exchange.models import Delivery
from huimin.platform.identity.models import Delegation
from huimin.platform.identity.rules import DelegationState
from huimin.platform.journal.operations import deliver_due
from huimin.platform.journal.queries import entries_about
from huimin.platform.notifications.operations import wish
from huimin.platform.notifications.queries import notices_of_account
from huimin.platform.notifications.rules import PAGES
from huimin.platform.process import operations as process
from huimin.platform.process.queries import inbox
from huimin.platform.registries import operations, queries
from huimin.platform.registries.events import CorrectionAwaited, CorrectionLanded, LookedUp
from huimin.platform.registries.models import Correction, Person
from huimin.platform.registries.operations import correcting, landing
from huimin.platform.registries.operations.looking import look_at_correction
from huimin.platform.registries.rules import golden_values
from huimin.platform.registries.tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_home")]


@pytest.fixture
def city():
    return make.landed_city()


def value_of(person: Person, field: str):
    person.refresh_from_db()
    return golden_values(person.values)[field]


def asked(owner, *, field="hukou_address", proposed=make.NEW_ADDRESS, **more) -> Correction:
    return operations.ask_correction(
        field=field, proposed=proposed, reason="搬家", evidence="户口簿", **more, actor=owner, at=timezone.now()
    )


def item_at(actor) -> str:
    return inbox(actor, on=timezone.localdate(), at=timezone.now()).get().number


def claimed(actor) -> str:
    number = item_at(actor)
    process.claim(number=number, actor=actor, at=timezone.now())
    return number


def answer(actor, outcome: str, note: str = "已核") -> None:
    process.complete(number=claimed(actor), outcome=outcome, note=note, actor=actor, at=timezone.now())


def land() -> int:
    return operations.land_granted_corrections(actor=make.SYSTEM, clock=timezone.now)


@pytest.mark.covers("D20", "C03")
def test_a_granted_correction_becomes_a_new_version_of_the_departments_own_record(city):
    owner, police = make.citizen(city.key), make.official("gaj.data", "data_officer")
    opened = asked(owner)
    answer(police, "corrected")
    assert land() == 1
    now = value_of(city, "hukou_address")
    assert (now.value, now.source) == (make.NEW_ADDRESS, "police.population")
    assert now.day == timezone.localdate()
    assert value_of(city, "name").value == "王小明"
    opened.refresh_from_db()
    assert opened.state == Correction.State.LANDED
    assert Delivery.objects.filter(resource="police.population", file_name=opened.reference, landed=1).count() == 1
    own = queries.access_own(owner, at=timezone.now())
    trail = [type(fact).__name__ for _, _, fact in queries.trail_of_field(own, "hukou_address", at=timezone.now())]
    assert trail == ["CorrectionLanded", "CorrectionGranted", "CorrectionAsked"]


def test_landing_again_after_a_crash_changes_nothing(city, monkeypatch):
    owner, police = make.citizen(city.key), make.official("gaj.data", "data_officer")
    opened = asked(owner)
    answer(police, "corrected")

    def dies(*_args, **_more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(landing, "_move", dies)
        with pytest.raises(KeyboardInterrupt):
            land()
    assert land() == 1
    assert land() == 0
    assert Delivery.objects.filter(file_name=opened.reference, state=Delivery.State.STANDING).count() == 1
    assert value_of(city, "hukou_address").value == make.NEW_ADDRESS


def test_the_next_full_build_says_the_same(city):
    owner, police = make.citizen(city.key), make.official("gaj.data", "data_officer")
    asked(owner)
    answer(police, "corrected")
    land()
    before = Person.objects.get(pk=city.pk).values
    operations.reconcile(actor=make.SYSTEM, at=timezone.now())
    assert Person.objects.get(pk=city.pk).values == before


def test_a_refusal_has_a_reason_and_an_appeal_goes_to_the_data_office(city):
    owner, police, office = (
        make.citizen(city.key),
        make.official("gaj.data", "data_officer"),
        make.official("sjj.data", "data_office"),
    )
    opened = asked(owner)
    answer(police, "refused", note="与户口簿不符")
    opened.refresh_from_db()
    assert opened.state == Correction.State.REFUSED
    assert queries.progress_of(opened, at=timezone.now()).reason == "与户口簿不符"
    with pytest.raises(operations.ReasonMissing):
        operations.appeal_correction(number=opened.number, reason=" ", actor=owner, at=timezone.now())
    appeal = operations.appeal_correction(number=opened.number, reason="户口簿已换", actor=owner, at=timezone.now())
    with pytest.raises(operations.NotRefused):
        operations.appeal_correction(number=opened.number, reason="再来", actor=owner, at=timezone.now())
    assert not inbox(police, on=timezone.localdate(), at=timezone.now()).exists()
    answer(office, "corrected")
    land()
    appeal.refresh_from_db()
    assert appeal.state == Correction.State.LANDED
    assert value_of(city, "hukou_address").value == make.NEW_ADDRESS


def test_a_ticket_that_is_not_ours_goes_by_the_office_to_who_answers(city):
    owner, police = make.citizen(city.key), make.official("gaj.data", "data_officer")
    office, hrss = make.official("sjj.data", "data_office"), make.official("rsj.data", "data_officer")
    opened = asked(owner, field="education", proposed="10")
    assert opened.resource == "hrss.insured"
    answer(hrss, "not_ours", note="学历以户籍为准")
    item = claimed(office)
    operations.pass_on_correction(
        number=opened.number, item=item, resource="police.population", note="", actor=office, at=timezone.now()
    )
    answer(police, "corrected")
    land()
    opened.refresh_from_db()
    assert (opened.state, opened.resource) == (Correction.State.LANDED, "police.population")
    assert [claim.value for claim in value_of(city, "education").disputed_by] == ["10"]


def test_a_department_that_disputes_can_be_asked_to_correct_its_own_record(city):
    owner, hrss = make.citizen(city.key), make.official("rsj.data", "data_officer")
    opened = asked(owner, field="name", proposed="王晓明", resource="hrss.insured")
    answer(hrss, "corrected")
    land()
    opened.refresh_from_db()
    assert opened.state == Correction.State.LANDED
    golden = value_of(city, "name")
    assert (golden.value, [claim.value for claim in golden.disputed_by]) == ("王小明", ["王晓明"])


def test_the_official_settles_the_value_before_a_dispute_can_be_corrected(city):
    make.official("sjj.data", "data_office")
    police = make.official("gaj.data", "data_officer")
    owner, hrss = make.citizen(city.key), make.official("rsj.data", "data_officer")
    asked(owner, field="sex", proposed="2", resource="hrss.insured")
    answer(hrss, "corrected")
    land()
    steward = make.official("sjj.data", "data_office")
    assert operations.open_dispute_tickets(actor=steward, at=timezone.now()) == (1, "")
    assert operations.open_dispute_tickets(actor=steward, at=timezone.now()) == (0, "")
    ticket = Correction.objects.get(cause=Correction.Cause.DISPUTE)
    assert (ticket.field, ticket.resource, ticket.proposed) == ("sex", "police.population", "")
    item = claimed(police)
    with pytest.raises(correcting.ValueMissing):
        process.complete(number=item, outcome="corrected", actor=police, at=timezone.now())
    with pytest.raises(operations.AlreadySo):
        operations.choose_value(number=ticket.number, value="1", actor=police, at=timezone.now())
    operations.choose_value(number=ticket.number, value="2", actor=police, at=timezone.now())
    process.complete(number=item, outcome="corrected", actor=police, at=timezone.now())
    land()
    assert (value_of(city, "sex").value, value_of(city, "sex").is_disputed) == ("2", False)


def test_what_cannot_be_written_back_waits_for_the_departments_own_delivery(city, monkeypatch):
    owner, police = make.citizen(city.key), make.official("gaj.data", "data_officer")
    opened = asked(owner)
    answer(police, "corrected")

    def no_place(*_args):
        raise landing.NotWritableHere(item="户籍地址")

    with monkeypatch.context() as patched:
        patched.setattr(landing, "written_as", no_place)
        assert land() == 0
    opened.refresh_from_db()
    assert opened.state == Correction.State.AWAITED
    assert [entry.kind for entry in entries_about([f"person:{city.key}"], kinds=[CorrectionAwaited.kind])] == [
        CorrectionAwaited.kind
    ]
    row = {**make.POLICE, "户籍地址": make.NEW_ADDRESS, "更新日期": "2026-06-20"}
    from datetime import date

    from huimin.platform.exchange.operations import land_rows

    delivery = land_rows(
        "police.population", [row], actor=make.SYSTEM, at=timezone.now(), reference_on=date(2026, 6, 21), name="theirs"
    )
    operations.refresh(delivery.number, actor=make.SYSTEM, at=timezone.now())
    assert operations.notice_awaited_corrections(actor=make.SYSTEM, clock=timezone.now) == 1
    assert entries_about([f"person:{city.key}"], kinds=[CorrectionLanded.kind]).count() == 1


@pytest.mark.parametrize(
    ("field", "proposed", "refusal"),
    [
        ("citizen_id", make.OTHER_NUMBER, operations.OnlyAtTheWindow),
        ("nothing", "x", queries.NoSuchField),
        ("disability_level", "1", operations.NothingToCorrect),
        ("hukou_address", make.ADDRESS, operations.AlreadySo),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(city, field, proposed, refusal):
    with pytest.raises(refusal):
        asked(make.citizen(city.key), field=field, proposed=proposed)
    assert not Correction.objects.exists()


def test_a_value_is_asked_for_once_at_a_time(city):
    owner = make.citizen(city.key)
    asked(owner)
    with pytest.raises(operations.AlreadyAsked):
        asked(owner)


def test_who_is_not_proven_sees_and_asks_nothing(city):
    stranger = make.citizen("")
    with pytest.raises(queries.NotProven):
        asked(stranger)
    with pytest.raises(queries.NotProven):
        queries.access_own(stranger, at=timezone.now())


def test_one_sees_only_ones_own_corrections(city):
    make.person("P9", number=make.OTHER_NUMBER, name="李国强")
    owner, other = make.citizen(city.key), make.citizen("P9", "李国强")
    opened = asked(owner)
    with pytest.raises(queries.NoSuchCorrection):
        queries.access_correction(queries.access_own(other, at=timezone.now()), opened.number)


def test_acting_for_somebody_shows_and_corrects_only_what_was_delegated(city):
    owner, agent = make.citizen(city.key), make.citizen("P9")
    delegation = Delegation.objects.create(
        principal=f"person:{city.key}", principal_name="王小明", agent=make.account_of(agent), relation="father", acts=["view"],
        state=DelegationState.ACTIVE, basis="窗口", offered_at=make.AT, until=timezone.now() + timedelta(days=3),
    )  # fmt: skip
    acting = type(agent)(kind="account", ref=agent.ref, on_behalf_of=f"person:{city.key}")
    assert operations.look_at_own(actor=acting, at=timezone.now()).row.key == city.key
    own = queries.access_own(owner, at=timezone.now())
    assert [entry.fact.by for entry in queries.looks_at(own, at=timezone.now())] == ["delegation"]
    with pytest.raises(operations.MayNotCorrect):
        asked(acting)
    delegation.acts = ["view", "correct"]
    delegation.save()
    assert asked(acting).person_key == city.key


def test_a_ticket_shows_its_person_only_in_hand_and_every_look_is_recorded(city):
    owner, police = make.citizen(city.key), make.official("gaj.data", "data_officer")
    colleague, stranger = make.official("gaj.data", "data_officer"), make.official("rsj.data", "data_officer")
    opened = asked(owner)
    for actor in (police, colleague, stranger):
        with pytest.raises(queries.NotInYourHands):
            look_at_correction(number=opened.number, actor=actor, at=timezone.now())
    claimed(police)
    _, card = look_at_correction(number=opened.number, actor=police, at=timezone.now())
    assert {value.field for value in card.values} == {"name", "citizen_id", "hukou_address"}
    assert card.value("citizen_id").value == "340202********039X"
    for actor in (colleague, stranger):
        with pytest.raises(queries.NotInYourHands):
            look_at_correction(number=opened.number, actor=actor, at=timezone.now())
    looks = entries_about([f"person:{city.key}"], kinds=[LookedUp.kind])
    assert [(entry.fact.case_ref, entry.actor.ref) for entry in looks] == [(opened.number, police.ref)]
    process.complete(number=item_at(police), outcome="corrected", actor=police, at=timezone.now())
    with pytest.raises(queries.NotInYourHands):
        look_at_correction(number=opened.number, actor=police, at=timezone.now())


def test_facts_hold_no_personal_value(city):
    owner, police = make.citizen(city.key), make.official("gaj.data", "data_officer")
    asked(owner)
    answer(police, "corrected")
    land()
    bodies = " ".join(entry.body for entry in entries_about([f"person:{city.key}"]))
    for secret in (make.NEW_ADDRESS, make.ADDRESS, "搬家", "户口簿", make.NUMBER, "王小明"):
        assert secret not in bodies


def test_the_person_is_told_as_far_as_he_wants(city):
    owner, police = make.citizen(city.key), make.official("gaj.data", "data_officer")

    def told() -> list[str]:
        while deliver_due(limit=100, at=timezone.now()):
            pass
        return list(notices_of_account(owner).order_by("pk").values_list("code", flat=True))

    asked(owner)
    answer(police, "refused", note="不符")
    assert told() == ["correction_refused"]  # what he does himself is no news to him
    wish([("data", PAGES)], actor=owner, at=timezone.now())
    asked(owner)
    answer(police, "refused", note="不符")
    assert told() == ["correction_refused"] * 2, "a refusal he is told of in any case: it names the way to disagree"


def test_looks_are_told_once_a_week(city):
    owner = make.citizen(city.key)
    make.grant(make.official("gaj.query"))
    officer, sunday = make.official("gaj.query"), datetime(2026, 11, 22, 12, tzinfo=UTC)
    reason = operations.Reason(purpose="case_handling", case_ref="1")
    for minutes in range(3):
        at = sunday + timedelta(minutes=minutes)
        operations.look_up(queries.wanted_number(make.NUMBER), reason=reason, actor=officer, at=at)
    monday = sunday + timedelta(days=1)
    assert operations.tell_of_looks(at=sunday) == 0, "the week is not over"
    assert operations.tell_of_looks(at=monday) == 1
    assert operations.tell_of_looks(at=monday + timedelta(hours=1)) == 0, "once"
    assert [one.subject_en for one in notices_of_account(owner)] == ["Last week your data were looked at 3 times"]
    assert operations.tell_of_looks(at=monday + timedelta(days=7)) == 0, "a week without looks is no news"
