"""How satisfied people are with a service: published so that nobody's rating can be read off it, and shown on its guide."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from huimin.platform.cases.models import Case, Rating
from huimin.platform.indicators.models import MonthTally
from huimin.platform.indicators.operations import release_case_statistics
from huimin.platform.indicators.queries import get_table, month_of, satisfaction_with
from huimin.platform.indicators.rules import Satisfaction, published_satisfaction
from huimin.platform.indicators.tests.test_operations import ACTOR

SERVICE = "identity_card_replacement"


@pytest.mark.unit
@given(st.integers(0, 300).flatmap(lambda rated: st.tuples(st.just(rated), st.integers(0, rated))), st.integers(3, 20))
def test_no_small_number_can_be_read_off_it(counts, smallest) -> None:
    rated, satisfied = counts
    said = published_satisfaction(rated, satisfied, smallest=smallest)
    if said is None:
        assert rated < smallest or 0 < satisfied < smallest
        return
    assert said.rated <= rated < said.rated + smallest
    assert 100 * satisfied >= said.share * rated, "what is said is true"
    alike = [
        (all_, good)
        for all_ in range(said.rated, said.rated + smallest)
        for good in range(all_ + 1)
        if published_satisfaction(all_, good, smallest=smallest) == said
    ]
    few = {all_ - good for all_, good in alike if 0 < all_ - good < smallest}
    assert not few or few == set(range(1, smallest)), "each small number of dissatisfied people looks like every other"


@pytest.mark.unit
def test_what_it_says() -> None:
    assert published_satisfaction(9, 9, smallest=10) is None
    assert published_satisfaction(57, 57, smallest=10) == Satisfaction(rated=50, share=100, at_least=False)
    assert published_satisfaction(57, 55, smallest=10) == Satisfaction(rated=50, share=82, at_least=True)
    assert published_satisfaction(100, 80, smallest=10) == Satisfaction(rated=100, share=80, at_least=False)


@pytest.mark.django_db
@pytest.mark.covers("C08")
def test_the_guide_shows_a_year_of_whole_months_and_no_less() -> None:
    this = month_of(timezone.localdate())
    before = month_of(this - timedelta(days=1))
    for month in (this, date(this.year - 2, this.month, 1)):
        MonthTally.objects.create(month=month, department="gaj", service=SERVICE, rated=500, satisfied=1)
    assert satisfaction_with(SERVICE, on=timezone.localdate()) is None
    guide = f"/services/{SERVICE}/"
    assert "办过的人满意的" not in Client().get(guide).content.decode()
    for division in ("340202", "340207"):
        MonthTally.objects.create(
            month=before, department="gaj", service=SERVICE, division=division, rated=50, satisfied=40
        )
    page = Client().get(guide).content.decode()
    assert "办过的人满意的" in page
    assert "80% 的人" in page
    assert "一年内 100 多条评价" in page


@pytest.mark.django_db
@pytest.mark.covers("C08")
def test_ratings_are_released_by_service_and_month_and_nothing_of_a_few(tmp_path, settings) -> None:
    settings.HOME = tmp_path
    at = datetime(2026, 7, 20, 4, 0, tzinfo=UTC)
    levels = {SERVICE: [1] * 28 + [5] * 12, "retirement": [1] * 26 + [4] * 11, "birth": [5] * 3}
    said = [(service, level) for service, all_ in levels.items() for level in all_]
    cases = Case.objects.bulk_create(
        Case(number=str(number), service=service, version=1, revision=1, applicant=f"person:{number}", applicant_name="合成",
             channel="online", department="gaj", state="granted", lodged_at=at, decided_at=at)
        for number, (service, _level) in enumerate(said)
    )  # fmt: skip
    Rating.objects.bulk_create(
        Rating(
            case=case, service=service, department="gaj", level=level, channel="online", rated_at=at - timedelta(days=1)
        )
        for case, (service, level) in zip(cases, said, strict=True)
    )
    release_case_statistics(actor=ACTOR, at=at)
    table = get_table("ratings_by_service")
    assert (table.number(service=SERVICE), table.number(service=SERVICE, satisfied="bad")) == (40, 12)
    assert table.number(service="birth") is None
    assert get_table("ratings_by_month").number(month="07", satisfied="good") in (54, None)
