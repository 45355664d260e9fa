"""Classes are learned from closed incidents, suggested, and held against what people settle on."""

import itertools
from datetime import timedelta

import pytest
from django.utils import timezone

from huimin.platform.incidents import operations
from huimin.platform.incidents.models import Incident, JudgedSuggestion, LearnedEdition
from huimin.platform.incidents.operations.suggesting import NothingToLearn, learn_classes
from huimin.platform.incidents.queries.suggesting import path_of, suggest
from huimin.platform.incidents.tests import factories as make
from huimin.platform.incidents.tests.browsers import signed_in
from huimin.platform.incidents.tests.test_learning import told
from huimin.platform.journal.operations import deliver_due

pytestmark = [pytest.mark.django_db, pytest.mark.covers("G01")]
_serial = itertools.count(1)


def closed_before(texts, codes, *, days):
    """Closed incidents of so many days ago, as they lie in the table."""
    at = make.NOW - timedelta(days=days)
    Incident.objects.bulk_create(
        Incident(
            number=f"WG-TAUGHT-{next(_serial):06}",
            standard_ref="GB/T 30428",
            kind="event",
            class_code=code,
            description=text,
            grade="A",
            channel="hotline",
            state="closed",
            reported_at=at,
            closed_at=at,
            ended_at=at,
        )
        for text, code in zip(texts, codes, strict=True)
    )


@pytest.fixture
def taught(city):
    closed_before(*told(300), days=60)
    closed_before(*told(80, seed=2), days=1)
    return learn_classes(actor=make.SYSTEM, at=make.NOW)


def test_a_new_city_is_served_by_keywords(city):
    found = suggest("路面有个大坑")
    assert (found.best[0].code, found.is_learned) == (make.CLASS, False)
    with pytest.raises(NothingToLearn):
        learn_classes(actor=make.SYSTEM, at=make.NOW)


def test_it_is_measured_on_the_latest_month_which_it_has_not_seen(taught):
    assert (taught.texts, taught.tested) == (300, 80)
    assert taught.tested_from.isoformat() == "2026-06-01"
    assert taught.first / taught.tested > 0.9
    assert taught.three >= taught.first
    found = suggest("学校门口路面有坑")
    assert (found.best[0].code, found.edition) == (make.CLASS, 1)


def test_a_file_that_was_changed_is_not_read_and_keywords_serve(taught):
    path_of(taught.digest).write_bytes(b"something else")
    assert suggest("路面有个大坑").edition == 0


def test_learning_again_makes_the_next_edition(taught):
    again = learn_classes(actor=make.SYSTEM, at=make.NOW)
    assert again.number == 2
    assert LearnedEdition.objects.count() == 2


def test_what_people_settle_on_is_held_against_what_was_suggested(taught, people):
    right = make.reported(actor=people.worker, description="路面有个大坑")
    wrong = make.reported(actor=people.worker, description="路面有个大坑", class_code="")
    operations.file_incident(right.number, actor=people.command, at=make.NOW)
    operations.file_incident(wrong.number, class_code="05012", actor=people.command, at=make.NOW)
    while deliver_due(limit=100, at=make.NOW):
        pass
    judged = {one.incident.number: one.place for one in JudgedSuggestion.objects.select_related("incident")}
    assert judged == {right.number: 1, wrong.number: 0}
    page = signed_in(people.command).get("/desk/suggestions/").content.decode()
    assert "50%" in page
    assert "类别建议准不准" in page


def test_the_page_says_where_suggestions_come_from_before_anything_is_learned(people):
    page = signed_in(people.command).get("/desk/suggestions/").content.decode()
    assert "建议来自声明的关键词" in page
    assert timezone.localdate().year


def test_a_suggestion_is_fast(taught):
    """A page asks for one at every pause in typing: the arrays are read once a process."""
    from huimin.platform.incidents.queries import suggesting

    suggest("路面")
    before = suggesting._read.cache_info().misses
    for _ in range(20):
        suggest("路面有坑")
    assert suggesting._read.cache_info().misses == before
