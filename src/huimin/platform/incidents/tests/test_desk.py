"""The desk of incidents: who sees which, the list, the page and its acts, photos, the file to take away."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from huimin.platform.identity.queries import DEMO_IN_SESSION
from huimin.platform.incidents import operations, queries
from huimin.platform.incidents.events import IncidentsExported, ReporterShown
from huimin.platform.incidents.queries.listing import Narrowed, View, listed
from huimin.platform.incidents.rules import Channel, Contact
from huimin.platform.incidents.tests import factories as make
from huimin.platform.journal.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.covers("G04")]


def browser(account):
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[DEMO_IN_SESSION] = True
    session.save()
    return client


def numbers(actor, **narrowed):
    return {one.number for one in listed(actor, Narrowed(**narrowed), at=make.NOW)}


class TestWhoSeesWhich:
    def test_by_post(self, people):
        here = make.reported(actor=people.worker)
        far = make.reported(sender="x", longitude=make.FAR[0], latitude=make.FAR[1])
        beside = make.reported(sender="y", longitude=make.THERE[0], latitude=make.THERE[1])
        everything = {here.number, far.number, beside.number}
        assert numbers(people.command) == {here.number, beside.number}
        assert numbers(people.elsewhere) == {far.number}
        assert numbers(people.chief) == numbers(people.agent) == everything
        assert numbers(people.worker) == {here.number}
        assert numbers(people.housing) == set()
        operations.file_incident(here.number, actor=people.command, at=make.NOW)
        operations.dispatch_incident(here.number, actor=people.command, at=make.NOW)
        assert numbers(people.housing) == {here.number}
        with pytest.raises(queries.NoSuchIncident):
            queries.access_incident(far.number, people.command, at=make.NOW)

    def test_a_post_that_one_has_left_shows_nothing(self, people):
        make.reported(sender="x")
        people.accounts["command"].holdings.update(until=make.NOW - timedelta(days=1))
        assert numbers(people.command) == set()

    def test_a_citizen_sees_what_he_reported(self, people):
        reporter = make.acting(make.resident(), post="none.none")
        own = make.reported(channel=Channel.CITIZEN, actor=reporter)
        make.reported(sender="x")
        assert numbers(reporter) == {own.number}

    def test_the_same_is_refused_on_every_page(self, people):
        far = make.reported(sender="x", longitude=make.FAR[0], latitude=make.FAR[1], photos=[make.photo()])
        client = browser(people.accounts["command"])
        photo = far.photos.get()
        for address in (
            reverse("incidents:incident", args=[far.number]),
            reverse("incidents:photo", args=[photo.public_id, "small"]),
        ):
            assert client.get(address).status_code == 404, address
        assert client.post(reverse("incidents:act", args=[far.number, "void"]), {"reason": "x"}).status_code == 404
        assert client.post(reverse("incidents:reporters", args=[far.number])).status_code == 404


class TestTheList:
    def test_it_narrows_and_finds(self, people):
        hole = make.reported(actor=people.worker, description="中山路有个大坑")
        trade = make.reported(sender="x", class_code="05001", description="占道卖水果")
        late = make.NOW + timedelta(days=3)
        assert numbers(people.command, class_code="05") == numbers(people.command, class_code="05001") == {trade.number}
        assert numbers(people.command, words="大坑") == {hole.number}
        assert numbers(people.command, words=trade.number.lower()) == {trade.number}
        assert numbers(people.command, view=View.CLOSED) == numbers(people.command, state="closed") == set()
        assert numbers(people.command, street=make.CELL[:9], division="340202") == {hole.number, trade.number}
        seen = {one.number for one in listed(people.command, Narrowed(view=View.LATE), at=late)}
        assert seen == {hole.number, trade.number}

    def test_its_page_pages_and_costs_the_same_however_many(self, people, django_assert_max_num_queries):
        client = browser(people.accounts["command"])
        for n in range(35):
            make.reported(sender=f"s{n}", at=make.NOW + timedelta(minutes=n))
        with django_assert_max_num_queries(14):
            page = client.get(reverse("incidents:incidents"))
        assert len(page.context["queue"].rows) == 30
        more = page.context["queue"].more_url
        assert len(client.get(more).context["queue"].rows) == 5

    def test_the_file_holds_the_scope_and_no_reporter(self, people):
        make.reported(
            channel=Channel.CITIZEN,
            sender="x",
            description="=HYPERLINK()",
            contact=Contact(name="王小明", phone="13900000001"),
        )
        make.reported(sender="y", longitude=make.FAR[0], latitude=make.FAR[1])
        answer = browser(people.accounts["command"]).get(reverse("incidents:export") + "?view=all")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        assert text.count("WG-340202") == 1
        assert "WG-340209" not in text
        assert "王小明" not in text
        assert "HYPERLINK" not in text
        assert Entry.objects.filter(kind=IncidentsExported.kind).count() == 1


class TestThePage:
    def test_an_operator_takes_it_from_the_filing_to_the_dispatch(self, people):
        incident = make.reported(sender="x", channel=Channel.OFFICIAL, class_code="", photos=[make.photo()])
        client = browser(people.accounts["command"])
        page = client.get(reverse("incidents:incident", args=[incident.number]))
        assert set(page.context["forms"]) == {"file", "decline", "void", "join", "link"}
        act = lambda name: reverse("incidents:act", args=[incident.number, name])  # noqa: E731 - one line a test reads
        assert client.post(act("file"), {}).status_code == 422
        assert client.post(act("file"), {"class_code": "05001"}).status_code == 302
        page = client.get(reverse("incidents:incident", args=[incident.number]))
        # The table says market regulation leads, urban management takes part.
        assert page.context["forms"]["dispatch"].initial == {"lead": "scjgj", "others": ["cgj"]}
        assert client.post(act("dispatch"), {"lead": "scjgj", "others": ["cgj"]}).status_code == 302
        incident.refresh_from_db()
        assert incident.state == "dispatched"
        market = browser(people.accounts["market"])
        without = market.post(act("dispose"), {"said": "已劝离"})
        assert without.status_code == 409
        assert market.post(act("dispose"), {"said": "已劝离", "photos": photo_file()}).status_code == 302

    def test_a_reporters_contact_is_shown_to_who_needs_it_and_journalled(self, people):
        incident = make.reported(
            channel=Channel.CITIZEN, sender="x", contact=Contact(name="王小明", phone="13900000001")
        )
        address = reverse("incidents:reporters", args=[incident.number])
        assert "13900000001" in browser(people.accounts["command"]).post(address).content.decode()
        assert Entry.objects.filter(kind=ReporterShown.kind).count() == 1
        assert "13900000001" not in browser(people.accounts["agent"]).post(address).content.decode()
        assert Entry.objects.filter(kind=ReporterShown.kind).count() == 1

    def test_it_is_linked_and_found_by_the_thing(self, people):
        incident = make.reported(sender="x")
        client = browser(people.accounts["command"])
        given = {"kind": "licence", "thing": "ABC123"}
        assert client.post(reverse("incidents:act", args=[incident.number, "link"]), given).status_code == 302
        assert numbers(people.command, about="licence:ABC123") == {incident.number}
        client.post(reverse("incidents:unlink", args=[incident.number]), {"reference": "licence:ABC123"})
        assert numbers(people.command, about="licence:ABC123") == set()

    def test_an_official_reports_at_his_desk_once(self, people):
        client = browser(people.accounts["urban"])
        given = {
            "key": "desk-0000001", "class_code": "01010", "description": "坑", "longitude": make.HERE[0], "latitude": make.HERE[1],
        }  # fmt: skip
        assert client.get(reverse("incidents:tell")).status_code == 200
        first = client.post(reverse("incidents:tell"), given)
        assert client.post(reverse("incidents:tell"), given)["Location"] == first["Location"]
        nowhere = client.post(
            reverse("incidents:tell"), {**given, "key": "desk-0000002", "longitude": 0, "latitude": 0}
        )
        assert nowhere.status_code == 422
        # He sees what he reported himself.
        assert client.get(first["Location"]).status_code == 200


def photo_file():
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("a.jpg", make.photo().content, "image/jpeg")


class TestTheRoutingTable:
    def test_it_is_drafted_tried_and_published(self, people):
        client = browser(people.accounts["router"])
        assert client.get(reverse("incidents:routing")).status_code == 200
        client.post(reverse("incidents:routing_draft"))
        page = client.get(reverse("incidents:routing"))
        form = page.context["form"].initial
        with pytest.raises(operations.NotTried):
            operations.publish_routing(actor=people.router, at=make.NOW)
        wrong = client.post(reverse("incidents:routing_change"), {**form, "rows": "99999 | * | * | zjj"})
        assert wrong.status_code == 422
        changed = form["rows"].replace("01010 | * | * | zjj", "01010 | * | * | cgj")
        assert client.post(reverse("incidents:routing_change"), {**form, "rows": changed}).status_code == 302
        moved = client.post(reverse("incidents:routing_change"), {**form, "rows": changed})
        assert moved.status_code == 409
        trial = client.post(reverse("incidents:routing_try")).context["trial"]
        assert trial.counts == {"same": 0, "other": 0, "nowhere": 0}
        assert client.post(reverse("incidents:routing_publish")).status_code == 302
        assert queries.current_routing().number == 2
        assert make.reported(sender="x").edition == 2
