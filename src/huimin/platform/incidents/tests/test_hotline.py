"""12345: a call becomes a ticket or is answered; the caller hears back; the three rates are what the facts say."""

import json
from collections import Counter
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from huimin.platform.incidents import operations as incidents
from huimin.platform.incidents.models import Call, Incident, Report
from huimin.platform.incidents.operations import hotline as operations
from huimin.platform.incidents.queries import hotline as queries
from huimin.platform.incidents.rules import Channel
from huimin.platform.incidents.tests import factories as make
from huimin.platform.incidents.tests.browsers import signed_in
from huimin.platform.journal.models import Entry
from huimin.platform.journal.operations import deliver_due

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C08")]
PHONE = "13900000001"
HOUR = timedelta(hours=1)


def taken(people, number=1, at=make.NOW, phone=PHONE, limit="", **fields):
    call = operations.NewCall(key=f"call-{number:08}", phone=phone, caller="张三", text="路面有个坑")
    report = make.a_report(**{"key": f"call-{number:08}", "channel": Channel.HOTLINE, **fields})
    return operations.take_ticket(call, report=report, limit=limit, actor=people.agent, at=at)


def goes_on(at=make.NOW):
    while deliver_due(limit=100, at=at):
        pass


def closed(people, incident, at=make.NOW):
    number = incident.number
    incidents.verify_incident(number, found=True, actor=people.worker, at=at)
    incidents.file_incident(number, actor=people.command, at=at)
    incidents.dispatch_incident(number, actor=people.command, at=at)
    incidents.dispose_incident(number, said="已修补", photos=[make.photo()], actor=people.housing, at=at)
    incidents.check_incident(number, passed=True, actor=people.worker, at=at)
    incidents.close_incident(number, actor=people.command, at=at)
    goes_on(at)


def declined(people, incident, at=make.NOW):
    incidents.verify_incident(incident.number, found=True, actor=people.worker, at=at)
    incidents.decline_incident(incident.number, reason="不属城管", actor=people.command, at=at)
    goes_on(at)


class TestTickets:
    def test_a_ticket_is_an_incident_of_the_hotline(self, people):
        call = taken(people)
        incident = call.incident
        assert (incident.channel, incident.class_code, call.outcome) == ("hotline", make.CLASS, "ticket")
        assert (call.limit, call.tell_by) == ("ordinary", make.NOW + timedelta(days=7))
        assert call.masked_phone == "139****0001"
        assert incident.reports.get().account is None, "the agent is not the one who reports"

    @pytest.mark.parametrize(
        ("fields", "hours"), [({"urgent": True}, 2), ({"limit": "hard"}, 15 * 24), ({"limit": "utility"}, 24)]
    )
    def test_limits_by_kind(self, people, fields, hours):
        assert taken(people, **fields).tell_by == make.NOW + timedelta(hours=hours)

    def test_sent_twice_it_is_one(self, people):
        assert taken(people).number == taken(people).number
        assert (Call.objects.count(), Incident.objects.count()) == (1, 1)

    def test_another_caller_joins_what_is_open(self, people):
        first = taken(people)
        second = taken(people, number=2, phone="13900000002", confirms=first.incident.number)
        assert second.incident == first.incident
        assert Report.objects.filter(incident=first.incident).count() == 2

    def test_the_first_receiver_answers_whoever_works_on_it_later(self, people):
        call = taken(people)
        number = call.incident.number
        incidents.verify_incident(number, found=True, actor=people.worker, at=make.NOW)
        incidents.file_incident(number, actor=people.command, at=make.NOW)
        incidents.dispatch_incident(number, actor=people.command, at=make.NOW)
        goes_on()
        assert Call.objects.get().department == "zjj"
        incidents.return_incident(number, reason="不归我们", actor=people.housing, at=make.NOW)
        incidents.redispatch_incident(number, department="cgj", actor=people.command, at=make.NOW)
        goes_on()
        assert Call.objects.get().department == "zjj"

    def test_neither_number_nor_name_stands_in_a_fact(self, people):
        taken(people)
        operations.show_phone(Call.objects.get().number, actor=people.agent, at=make.NOW)
        said = [str(one.body) + one.subject for one in Entry.objects.all()]
        assert not any(PHONE in one or "张三" in one for one in said)
        assert any("call:" in one.subject and one.kind == "incidents.CallerShown" for one in Entry.objects.all())


class TestQuestions:
    def test_a_question_is_closed_with_the_guide_that_is_cited(self, people):
        call = operations.NewCall(key="call-question", phone=PHONE, text="身份证丢了怎么补")
        done = operations.answer_at_once(
            call, category="procedure", service="identity_card_replacement", actor=people.agent, at=make.NOW
        )
        assert (done.outcome, done.service, done.incident) == ("answered", "identity_card_replacement", None)
        assert not Incident.objects.exists()

    @pytest.mark.parametrize(
        ("fields", "refusal"),
        [
            ({"category": "nothing", "answer": "好"}, operations.NoSuchCategory),
            ({"category": "policy"}, operations.SayTheAnswer),
        ],
    )
    def test_what_is_missing_is_asked_for(self, people, fields, refusal):
        call = operations.NewCall(key="call-question", phone=PHONE, text="怎么办")
        with pytest.raises(refusal):
            operations.answer_at_once(call, **fields, actor=people.agent, at=make.NOW)


class TestCallBack:
    def test_the_queue_fills_when_it_is_over_and_empties_by_what_callers_say(self, people):
        call = taken(people)
        assert not queries.calls_to_survey(at=make.NOW).exists()
        closed(people, call.incident)
        (waiting,) = queries.calls_to_survey(at=make.NOW)
        done = operations.record_survey(waiting.number, resolved=True, satisfied=1, actor=people.agent, at=make.NOW)
        assert (done.survey, done.in_time) == ("done", True)
        assert not queries.calls_to_survey(at=make.NOW).exists()
        with pytest.raises(operations.NotToBeSurveyed):
            operations.record_survey(waiting.number, resolved=True, satisfied=1, actor=people.agent, at=make.NOW)

    def test_who_is_not_reached_is_rung_again_and_then_no_more(self, people):
        call = taken(people)
        declined(people, call.incident)
        for tries in (1, 2, 3):
            done = operations.note_not_reached(call.number, actor=people.agent, at=make.NOW)
            assert done.tries == tries
        assert done.survey == "unreached"

    def test_told_too_late_is_not_in_time(self, people):
        call = taken(people, urgent=True)
        done = operations.tell_caller(call.number, words="已派人", actor=people.agent, at=make.NOW + 3 * HOUR)
        assert done.in_time is False
        with pytest.raises(operations.ToldAlready):
            operations.tell_caller(call.number, words="已派人", actor=people.agent, at=make.NOW)


def test_the_three_rates_are_what_the_facts_say(people):
    calls = [taken(people, number=n, phone=f"1390000000{n}", urgent=n == 3) for n in range(4)]
    for call in calls[:3]:
        closed(people, call.incident)
    operations.record_survey(calls[0].number, resolved=True, satisfied=1, actor=people.agent, at=make.NOW + HOUR)
    operations.record_survey(calls[1].number, resolved=False, satisfied=5, actor=people.agent, at=make.NOW + HOUR)
    operations.tell_caller(calls[3].number, words="晚了", actor=people.agent, at=make.NOW + 3 * HOUR)
    later = make.NOW + 3 * HOUR
    found = queries.rates(month=make.NOW.date(), at=later)
    city = found[queries.ALL]
    assert (city.tickets, city.due, city.in_time, city.reached, city.resolved, city.satisfied) == (4, 3, 2, 2, 1, 1)
    assert (city.response, city.resolution, city.satisfaction) == (66.7, 50.0, 50.0)
    assert found["zjj"].tickets == 3
    said = Counter()
    for entry in Entry.objects.filter(kind__in=["incidents.CallerToldBack", "incidents.CallerSurveyed"]):
        body = json.loads(entry.body)
        said["in_time"] += body.get("in_time") is True
        said["reached"] += "resolved" in body
        said["resolved"] += body.get("resolved") is True
        said["satisfied"] += body.get("satisfied", 9) <= 3
    assert said == Counter(in_time=city.in_time, reached=city.reached, resolved=city.resolved, satisfied=city.satisfied)


class TestPages:
    def test_from_the_form_to_the_number_that_is_read_out(self, people):
        desk = signed_in(people.agent)
        page = desk.get("/hotline/").content.decode()
        key = page.partition('name="key" value="')[2].partition('"')[0]
        beside = desk.post("/hotline/beside/", {"phone": PHONE, "text": "路面有坑"}).content.decode()
        assert f'value="{make.CLASS}"' in beside
        assert "市住房和城乡建设局" in beside
        said = {
            "key": key,
            "phone": "139 0000 0001",
            "text": "路面有坑",
            "spot": f"cell:{make.CELL}",
            "class_code": make.CLASS,
        }
        response = desk.post("/hotline/", {**said, "act": "ticket"})
        call = Call.objects.select_related("incident").get()
        assert response["Location"] == reverse("incidents:hotline_call", args=[call.number])
        assert call.incident.cell == make.CELL
        page = desk.get(response["Location"]).content.decode()
        assert call.number in page
        assert PHONE not in page
        assert PHONE in desk.post(f"/hotline/calls/{call.number}/phone/").content.decode()
        earlier = desk.post("/hotline/beside/", {"phone": PHONE, "text": ""}).content.decode()
        assert call.number in earlier

    def test_places_are_found_by_the_words_of_a_cell(self, people):
        found = signed_in(people.agent).post("/hotline/places/", {"address": "网格002"}).content.decode()
        assert make.OTHER_CELL in found

    def test_the_same_close_by_is_shown_while_typing(self, people):
        incident = make.reported(actor=people.worker, at=timezone.now())
        point = {"longitude": str(make.HERE[0]), "latitude": str(make.HERE[1])}
        beside = signed_in(people.agent).post("/hotline/beside/", {"text": "坑", "phone": "", **point})
        assert incident.number in beside.content.decode()

    def test_guides_are_found_while_typing(self, people):
        beside = signed_in(people.agent).post("/hotline/beside/", {"text": "身份证丢了", "phone": ""}).content.decode()
        assert "identity_card_replacement" in beside

    @pytest.mark.parametrize("said", [{"phone": "x"}, {"text": ""}, {"longitude": "100", "latitude": "10"}])
    def test_what_does_not_fit_is_said_and_the_rest_kept(self, people, said):
        given = {"key": "call-00000001", "phone": PHONE, "text": "有坑", "act": "ticket", "address": "中山路", **said}
        response = signed_in(people.agent).post("/hotline/", given)
        assert response.status_code == 400
        assert "data-error-summary" in response.content.decode()
        assert not Call.objects.exists()

    @pytest.mark.parametrize("view", ["all", "tell", "survey", "strange"])
    def test_lists_read_no_more_for_many_than_for_few(self, people, view, django_assert_max_num_queries):
        for number in range(8):
            taken(people, number=number, phone=f"1390000000{number}")
        desk = signed_in(people.agent)
        with django_assert_max_num_queries(14):
            page = desk.get(f"/hotline/calls/?view={view}").content.decode()
        assert PHONE not in page

    @pytest.mark.parametrize("who", ["worker", "command", "housing"])
    @pytest.mark.parametrize("path", ["/hotline/", "/hotline/calls/", "/hotline/rates/"])
    def test_nobody_else_sits_at_the_desk(self, people, who, path):
        assert signed_in(getattr(people, who)).get(path).status_code == 403

    def test_rates_are_shown_with_their_formulas(self, people):
        taken(people, at=timezone.now())
        page = signed_in(people.agent).get("/hotline/rates/").content.decode()
        assert "按时反馈来电人的工单 ÷ 应反馈的工单" in page
        assert signed_in(people.agent).get("/hotline/rates/?month=strange").status_code == 200


def test_the_demonstration_opens_with_calls(people, settings, monkeypatch):
    from huimin.platform.incidents import demonstrate_calls

    made = [make.reported(actor=people.worker, sender=f"s{n}", key=f"report-demo{n}") for n in range(4)]
    monkeypatch.setattr(demonstrate_calls, "_agent", lambda: people.agent)
    assert demonstrate_calls.take_some_calls(at=make.NOW) == 4 + 3
    assert Call.objects.filter(told_at=None).count() == 1
    assert {one.incident for one in Call.objects.filter(outcome="ticket")} == set(made)
