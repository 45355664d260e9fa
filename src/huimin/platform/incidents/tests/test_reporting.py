"""Taking reports in: places, components, photos, the same report again, another voice."""

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from huimin.platform.incidents import operations, queries
from huimin.platform.incidents.events import IncidentReported, ReportAdded
from huimin.platform.incidents.models import Incident, Report
from huimin.platform.incidents.operations.photos import LARGEST, path_of
from huimin.platform.incidents.rules import Channel, Contact, NewPhoto
from huimin.platform.incidents.tests import factories as make
from huimin.platform.journal.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.covers("G04")]


def report(people, sender="test:1", at=make.NOW, actor=None, **fields):
    return operations.report_incident(
        report=make.a_report(**fields), sender=sender, actor=actor or people.worker, at=at
    )


class TestTheSameReport:
    def test_it_arrives_once_however_often_it_is_sent(self, people):
        first = report(people, key="key-00000001")
        again = report(people, key="key-00000001", at=make.NOW + timedelta(days=1), description="别的话")
        assert (first.is_new, again.is_new) == (True, False)
        assert again.incident == first.incident
        assert report(people, sender="test:2", key="key-00000001").incident != first.incident
        assert Incident.objects.count() == Entry.objects.filter(kind=IncidentReported.kind).count() == 2

    def test_what_would_be_refused_now_is_still_the_report_that_arrived(self, people):
        first = report(people)
        voice = report(people, key="key-00000002", confirms=first.incident.number)
        operations.void_incident(first.incident.number, reason="误报", actor=people.command, at=make.NOW)
        assert report(people, key="key-00000002", confirms=first.incident.number).report == voice.report
        with pytest.raises(operations.NotOpenAnyMore):
            report(people, key="key-00000003", confirms=first.incident.number)

    def test_a_sender_has_a_measure(self, people):
        for n in range(20):
            report(people, channel=Channel.CITIZEN, key=f"citizen-{n:04}")
        with pytest.raises(operations.TooManyReports):
            report(people, channel=Channel.CITIZEN, key="citizen-9999")
        assert not report(people, channel=Channel.CITIZEN, key="citizen-0000").is_new
        assert report(people, channel=Channel.CITIZEN, key="citizen-9999", at=make.NOW + timedelta(hours=2)).is_new


class TestAnotherVoice:
    def test_it_joins_and_is_counted(self, people):
        first = report(people).incident
        second = report(
            people, sender="x", channel=Channel.CITIZEN, confirms=first.number, contact=Contact(phone="13900000001")
        )
        assert (second.joined, second.incident, second.incident.voices) == (True, first, 2)
        assert Report.objects.filter(incident=first).count() == 2
        assert Entry.objects.filter(kind=ReportAdded.kind).count() == 1
        assert not any("13900000001" in entry.body for entry in Entry.objects.all())


class TestPlaces:
    def test_a_point_in_gcj_02_is_taken_back_and_marked(self, people):
        east = make.HERE[0] + 0.004
        shifted = report(people, longitude=east, datum="gcj02").incident
        assert (shifted.datum_said, shifted.cell) == ("gcj02", make.CELL)
        assert 0.001 < east - shifted.longitude < 0.009

    def test_outside_of_the_grid_is_refused(self, people):
        with pytest.raises(operations.OutsideTheGrid):
            report(people, longitude=116.4, latitude=39.9)

    def test_an_address_alone_goes_to_the_citys_command_centre(self, people):
        incident = report(people, channel=Channel.CITIZEN, longitude=None, latitude=None, address="中山路口").incident
        assert (incident.cell, incident.division, incident.state) == ("", "", "reported")
        assert operations.file_incident(incident.number, actor=people.chief, at=make.NOW).state == "filed"

    def test_open_ones_close_by_are_found_nearest_first(self, people):
        here = report(people).incident
        near = report(people, sender="x", longitude=make.HERE[0] + 0.0005).incident
        report(people, sender="y", class_code="05001")
        found = queries.similar_incidents(
            longitude=make.HERE[0], latitude=make.HERE[1], class_code=make.CLASS, at=make.NOW
        )
        assert [one.number for one in found] == [here.number, near.number]
        assert near.resembles == here.number


class TestPhotos:
    def test_it_is_cleaned_of_what_the_camera_wrote_and_kept_small_beside(self, people):
        out, exif = BytesIO(), Image.Exif()
        exif[0x010F], exif[0x0112] = "相机", 6
        Image.new("RGB", (400, 100), "red").save(out, "JPEG", exif=exif)
        incident = report(people, photos=[NewPhoto(content=out.getvalue())]).incident
        kept = incident.photos.get()
        with Image.open(path_of(kept.content)) as whole, Image.open(path_of(kept.small)) as small:
            # Upright: the camera said that it was held on its side.
            assert (whole.size, (kept.width, kept.height), max(small.size)) == ((100, 400), (100, 400), 320)
            assert not dict(whole.getexif())
        assert b"\xe7\x9b\xb8" not in path_of(kept.content).read_bytes()

    @pytest.mark.parametrize("content", [b"", b"<svg onload='x'/>", b"\xff\xd8\xff" + b"0" * 100, b"x" * (LARGEST + 1)])
    def test_what_is_no_photo_is_refused_and_nothing_is_left(self, people, content):
        with pytest.raises(operations.PhotoNotReadable):
            report(people, photos=[NewPhoto(content=content)])
        assert not Incident.objects.exists()

    def test_the_same_photo_is_kept_once_a_stage(self, people):
        incident = report(people, photos=[make.photo(), make.photo()]).incident
        assert incident.photos.count() == 1
        added = operations.add_photos(
            incident.number, stage=make.stage("before"), photos=[make.photo()], actor=people.worker, at=make.NOW
        )
        assert added == []
