"""The way of an incident from the report to its close, and the ways beside it."""

from datetime import timedelta

import pytest

from huimin.platform.incidents import operations, queries
from huimin.platform.incidents.models import Incident
from huimin.platform.incidents.rules import Channel
from huimin.platform.incidents.tests import factories as make
from huimin.platform.journal.operations import deliver_due
from huimin.platform.process import operations as process
from huimin.platform.process.queries import live_steps_about, trace

pytestmark = [pytest.mark.django_db, pytest.mark.covers("G04")]
HOUR = timedelta(hours=1)


def steps(incident):
    return {(item.node, item.post.code) for item in live_steps_about([incident.reference])}


class TestTheWay:
    def test_from_the_report_of_a_citizen_to_the_close(self, people):
        reporter = make.resident()
        incident = make.reported(
            channel=Channel.CITIZEN, actor=make.acting(reporter, post="none.none"), photos=[make.photo()]
        )
        assert incident.state == "verifying"
        assert (incident.cell, incident.division, incident.grade) == (make.CELL, "340202", "A")
        assert steps(incident) == {("verify", "qu_jinghu.grid")}

        number = incident.number
        incident = operations.verify_incident(number, found=True, actor=people.worker, at=make.NOW + HOUR)
        assert (incident.state, steps(incident)) == ("reported", {("file", "qu_jinghu.command")})
        incident = operations.file_incident(number, actor=people.command, at=make.NOW + HOUR)
        assert (incident.state, steps(incident)) == ("filed", {("dispatch", "qu_jinghu.command")})
        incident = operations.dispatch_incident(number, actor=people.command, at=make.NOW + HOUR)
        assert (incident.state, steps(incident)) == ("dispatched", {("dispose", "zjj.dispose")})
        assert incident.lead.code == "zjj"
        with pytest.raises(operations.AfterPhotosMissing):
            operations.dispose_incident(number, said="已修补", actor=people.housing, at=make.NOW + 2 * HOUR)
        incident = operations.dispose_incident(
            number, said="已修补", photos=[make.photo("green")], actor=people.housing, at=make.NOW + 2 * HOUR
        )
        assert (incident.state, steps(incident)) == ("checking", {("check", "qu_jinghu.grid")})
        incident = operations.check_incident(number, passed=True, actor=people.worker, at=make.NOW + 3 * HOUR)
        assert steps(incident) == {("close", "qu_jinghu.command")}
        incident = operations.close_incident(number, actor=people.command, at=make.NOW + 3 * HOUR)
        assert (incident.state, steps(incident), incident.due_at) == ("closed", set(), None)
        assert incident.ended_at == incident.closed_at == make.NOW + 3 * HOUR
        report = incident.reports.get()
        assert queries.public_state(queries.find_report(report.token).incident).is_over

    def test_what_a_worker_saw_needs_no_verifying_and_goes_by_itself_where_the_table_says_so(self, people):
        incident = make.reported(actor=people.worker, class_code="01002")
        assert (incident.state, steps(incident)) == ("dispatched", {("dispose", "qu_jinghu.dispose")})
        assert make.reported(actor=people.worker).state == "reported"

    def test_what_has_no_class_is_classified_before_it_is_filed(self, people):
        incident = make.reported(actor=people.worker, class_code="")
        with pytest.raises(operations.NotClassified):
            operations.file_incident(incident.number, actor=people.command, at=make.NOW)
        filed = operations.file_incident(
            incident.number, class_code="05001", urgent=True, actor=people.command, at=make.NOW
        )
        assert (filed.class_code, filed.urgent, filed.state) == ("05001", True, "filed")

    def test_not_filed_tells_why(self, people):
        incident = make.reported(actor=people.worker)
        with pytest.raises(operations.SayWhy):
            operations.decline_incident(incident.number, reason=" ", actor=people.command, at=make.NOW)
        ended = operations.decline_incident(
            incident.number, reason="不属于城市管理范围", actor=people.command, at=make.NOW
        )
        assert (ended.state, ended.outcome_said, steps(ended)) == ("not_filed", "不属于城市管理范围", set())


def dispatched(people, *departments, **fields) -> Incident:
    incident = make.reported(actor=people.worker, **fields)
    operations.file_incident(incident.number, actor=people.command, at=make.NOW)
    return operations.dispatch_incident(incident.number, departments=departments, actor=people.command, at=make.NOW)


def disposed(people, number, who, at=make.NOW + HOUR):
    return operations.dispose_incident(number, photos=[make.photo()], actor=getattr(people, who), at=at)


class TestJointDisposal:
    def test_each_department_does_its_part_and_the_last_one_leads_to_the_check(self, people):
        incident = dispatched(people, "gaj", "scjgj", class_code="21001")
        assert steps(incident) == {("dispose", "gaj.dispose"), ("dispose", "scjgj.dispose")}
        assert incident.lead.code == "gaj"
        first = disposed(people, incident.number, "market")
        assert (first.state, steps(first)) == ("disposing", {("dispose", "gaj.dispose")})
        assert disposed(people, incident.number, "police").state == "checking"

    def test_the_wrong_department_sends_it_back_while_the_other_goes_on(self, people):
        incident = dispatched(people, "gaj", "scjgj", class_code="21001")
        with pytest.raises(operations.NothingToDo):
            operations.return_incident(incident.number, reason="x", actor=people.command, at=make.NOW)
        back = operations.return_incident(incident.number, reason="不归我局", actor=people.market, at=make.NOW)
        assert (back.returned, back.state) == (1, "dispatched")
        assert steps(back) == {("dispose", "gaj.dispose"), ("redispatch", "qu_jinghu.command")}
        again = operations.redispatch_incident(back.number, department="cgj", actor=people.command, at=make.NOW)
        assert steps(again) == {("dispose", "gaj.dispose"), ("dispose", "cgj.dispose")}
        disposed(people, incident.number, "police")
        assert disposed(people, incident.number, "urban").state == "checking"
        assert [(one.department.code, bool(one.done_at)) for one in back.disposals.order_by("pk")] == [
            ("gaj", True),
            ("scjgj", False),
            ("cgj", True),
        ]

    def test_the_only_department_sends_it_back_and_it_waits_at_the_command_centre(self, people):
        incident = dispatched(people)
        back = operations.return_incident(incident.number, reason="不归我局", actor=people.housing, at=make.NOW)
        assert (back.state, steps(back)) == ("filed", {("redispatch", "qu_jinghu.command")})
        with pytest.raises(operations.NobodyDisposed):
            operations.drop_disposal(back.number, reason="不用了", actor=people.command, at=make.NOW)
        with pytest.raises(operations.NobodyResponsible):
            operations.redispatch_incident(back.number, department="zjj", actor=people.command, at=make.NOW)
        with pytest.raises(operations.CannotDispose):
            operations.redispatch_incident(back.number, department="zfb", actor=people.command, at=make.NOW)
        again = operations.redispatch_incident(back.number, department="cgj", actor=people.command, at=make.NOW)
        assert (again.state, again.lead.code) == ("dispatched", "cgj")

    def test_it_is_being_dealt_with_once_somebody_has_taken_it_in_hand(self, people):
        incident = dispatched(people)
        taken = operations.take_disposal(incident.number, actor=people.housing, at=make.NOW)
        assert taken.state == "disposing"
        with pytest.raises(process.AlreadyClaimed):
            operations.take_disposal(incident.number, actor=people.housing, at=make.NOW)
        assert disposed(people, incident.number, "housing").state == "checking"

    def test_a_claim_in_the_inbox_says_so_too(self, people):
        incident = dispatched(people)
        item = live_steps_about([incident.reference]).get()
        process.claim(number=item.number, actor=people.housing, at=make.NOW)
        deliver_due(limit=1000, at=make.NOW + HOUR)
        incident.refresh_from_db()
        assert incident.state == "disposing"

    def test_a_failed_check_goes_back_to_who_dealt_with_it(self, people):
        incident = dispatched(people)
        disposed(people, incident.number, "housing")
        failed = operations.check_incident(
            incident.number, passed=False, said="坑还在", actor=people.worker, at=make.NOW + HOUR
        )
        assert (failed.state, failed.reworked, steps(failed)) == ("dispatched", 1, {("dispose", "zjj.dispose")})
        assert disposed(people, incident.number, "housing", make.NOW + 2 * HOUR).state == "checking"
        operations.check_incident(incident.number, passed=True, actor=people.worker, at=make.NOW + 3 * HOUR)
        again = operations.rework_incident(
            incident.number, reason="照片不清", actor=people.command, at=make.NOW + 3 * HOUR
        )
        assert (again.reworked, steps(again)) == (2, {("dispose", "zjj.dispose")})


def test_a_suspected_pyramid_scheme_is_dealt_with_jointly_within_two_hours(people):
    """A worker reports it, police and market regulation go together, it is checked and closed; the trace tells who did what."""
    clock = [make.NOW + timedelta(minutes=minutes) for minutes in (0, 8, 15, 62, 70, 90, 110)]
    incident = make.reported(actor=people.worker, class_code="21001", urgent=True, photos=[make.photo()], at=clock[0])
    operations.file_incident(incident.number, actor=people.command, at=clock[1])
    sent = operations.dispatch_incident(incident.number, actor=people.command, at=clock[2])
    assert {one.department.code for one in sent.disposals.all()} == {"gaj", "scjgj"}
    assert sent.due_at == clock[2] + timedelta(hours=2)
    disposed(people, incident.number, "police", clock[3])
    disposed(people, incident.number, "market", clock[4])
    operations.check_incident(incident.number, passed=True, actor=people.worker, at=clock[5])
    ended = operations.close_incident(incident.number, actor=people.command, at=clock[6])
    assert ended.closed_at - ended.reported_at < timedelta(hours=2)
    story = trace(incident.reference, facts_at_most=100, at=clock[6])
    done = {(item.node, item.post.code) for line in story.lines for item in line.items if item.post and item.outcome}
    assert done == {
        ("file", "qu_jinghu.command"),
        ("dispatch", "qu_jinghu.command"),
        ("dispose", "gaj.dispose"),
        ("dispose", "scjgj.dispose"),
        ("check", "qu_jinghu.grid"),
        ("close", "qu_jinghu.command"),
    }
    assert not story.waiting


class TestBeside:
    def test_more_time_is_asked_for_and_given(self, people):
        incident = dispatched(people)
        before = incident.due_at
        asking = operations.ask(
            incident.number, what="extension", amount=2, reason="等材料", actor=people.housing, at=make.NOW
        )
        with pytest.raises(operations.AskedAlready):
            operations.ask(
                incident.number, what="extension", amount=1, reason="再等", actor=people.housing, at=make.NOW
            )
        decide(asking, "granted", people.command)
        incident.refresh_from_db()
        # Three working days from Wednesday end on Monday; two more on Wednesday.
        assert incident.due_at - before == timedelta(days=2)

    def test_shelved_the_clock_stands_until_it_is_taken_up_again(self, people):
        incident = dispatched(people)
        before = incident.due_at
        asking = operations.ask(
            incident.number, what="shelving", reason="等管线迁改", actor=people.housing, at=make.NOW
        )
        decide(asking, "granted", people.command)
        incident.refresh_from_db()
        assert (incident.state, incident.due_at) == ("shelved", None)
        with pytest.raises(operations.NotTheCommandCentre):
            operations.unshelve_incident(incident.number, actor=people.housing, at=make.NOW + timedelta(days=7))
        back = operations.unshelve_incident(incident.number, actor=people.command, at=make.NOW + timedelta(days=7))
        assert back.state == "dispatched"
        # Of its three working days none has gone: the day on which it goes on counts, so they end on Friday.
        assert back.due_at == before + timedelta(days=4)

    def test_refused_nothing_changes(self, people):
        incident = dispatched(people)
        asking = operations.ask(incident.number, what="shelving", reason="等", actor=people.housing, at=make.NOW)
        decide(asking, "refused", people.command)
        incident.refresh_from_db()
        asking.refresh_from_db()
        assert (incident.state, asking.granted) == ("dispatched", False)

    def test_void_ends_every_work_item(self, people):
        incident = dispatched(people)
        asking = operations.ask(incident.number, what="shelving", reason="等", actor=people.housing, at=make.NOW)
        with pytest.raises(operations.NotTheCommandCentre):
            operations.void_incident(incident.number, reason="误报", actor=people.housing, at=make.NOW)
        ended = operations.void_incident(incident.number, reason="误报", actor=people.command, at=make.NOW)
        assert (ended.state, steps(ended)) == ("void", set())
        assert not live_steps_about([asking.reference]).exists()

    def test_joined_it_closes_with_its_parent(self, people):
        parent, child = dispatched(people), make.reported(actor=people.worker, sender="test:2")
        assert child.resembles == parent.number
        joined = operations.join_incident(child.number, into=parent.number, actor=people.command, at=make.NOW)
        assert (joined.state, joined.parent, steps(joined)) == ("joined", parent, set())
        with pytest.raises(operations.CannotJoin):
            operations.join_incident(parent.number, into=parent.number, actor=people.command, at=make.NOW)
        disposed(people, parent.number, "housing")
        operations.check_incident(parent.number, passed=True, actor=people.worker, at=make.NOW + HOUR)
        operations.close_incident(parent.number, actor=people.command, at=make.NOW + HOUR)
        child.refresh_from_db()
        assert (child.state, child.closed_at) == ("closed", make.NOW + HOUR)

    def test_split_it_goes_on_by_itself(self, people):
        parent, child = dispatched(people), make.reported(actor=people.worker, sender="test:2")
        operations.join_incident(child.number, into=parent.number, actor=people.command, at=make.NOW)
        alone = operations.split_incident(child.number, actor=people.command, at=make.NOW)
        assert (alone.state, alone.parent, steps(alone)) == ("reported", None, {("file", "qu_jinghu.command")})

    def test_its_reporter_opens_it_again_within_the_days(self, people):
        incident = closed(people)
        token = incident.reports.get().token
        with pytest.raises(operations.TooLateToReopen):
            operations.reopen_incident(token, reason="又坏了", actor=make.SYSTEM, at=make.NOW + timedelta(days=30))
        again = operations.reopen_incident(token, reason="又坏了", actor=make.SYSTEM, at=make.NOW + timedelta(days=3))
        assert (again.state, again.reopened, again.closed_at) == ("filed", 1, None)
        assert steps(again) == {("dispatch", "qu_jinghu.command")}
        with pytest.raises(operations.TooLateToReopen):
            operations.reopen_incident(token, reason="又坏了", actor=make.SYSTEM, at=make.NOW + timedelta(days=3))

    def test_an_appeal_that_is_upheld_sends_it_back(self, people):
        incident = make.reported(actor=people.worker)
        token = incident.reports.get().token
        with pytest.raises(operations.NothingToAppeal):
            operations.appeal(token, reason="不服", actor=make.SYSTEM, at=make.NOW)
        operations.decline_incident(incident.number, reason="不受理", actor=people.command, at=make.NOW)
        made = operations.appeal(token, reason="就在路上", actor=make.SYSTEM, at=make.NOW)
        with pytest.raises(operations.NothingToAppeal):
            operations.appeal(token, reason="还是不服", actor=make.SYSTEM, at=make.NOW)
        decide(made, "upheld", people.chief)
        incident.refresh_from_db()
        made.refresh_from_db()
        assert (incident.state, made.upheld) == ("filed", True)

    def test_a_verdict_is_given_once(self, people):
        token = closed(people).reports.get().token
        assert operations.rate_incident(token, rating=1, actor=make.SYSTEM, at=make.NOW + 4 * HOUR).rating == 1
        with pytest.raises(operations.NotRateable):
            operations.rate_incident(token, rating=5, actor=make.SYSTEM, at=make.NOW + 4 * HOUR)

    def test_urged_once_a_day(self, people):
        incident = dispatched(people)
        assert operations.urge_incident(incident.number, actor=make.SYSTEM, at=make.NOW).urged == 1
        assert live_steps_about([incident.reference]).get().urged == 1
        with pytest.raises(operations.UrgedToday):
            operations.urge_incident(incident.number, actor=make.SYSTEM, at=make.NOW + HOUR)


def decide(thing, outcome, actor):
    item = live_steps_about([thing.reference]).get()
    process.complete_at_once(number=item.number, outcome=outcome, actor=actor, at=make.NOW)


def closed(people) -> Incident:
    incident = dispatched(people)
    disposed(people, incident.number, "housing")
    operations.check_incident(incident.number, passed=True, actor=people.worker, at=make.NOW + HOUR)
    return operations.close_incident(incident.number, actor=people.command, at=make.NOW + HOUR)
