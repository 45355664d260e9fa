from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.platform.notifications.declarations import Notice, channels, notices
from huimin.platform.notifications.rules import LONGEST_SMS, Channel, Quiet, Rate, find_mobile, fitting_sms, masked

pytestmark = pytest.mark.unit
NIGHT = Quiet(time(22), time(8))
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "free"),
    [
        ("21:59", "21:59"),
        ("22:00", "08:00"),
        ("23:30", "08:00"),
        ("00:10", "08:00"),
        ("07:59", "08:00"),
        ("08:00", "08:00"),
    ],
)
def test_nobody_s_telephone_rings_at_night(said, free):
    moment = NOON.replace(hour=int(said[:2]), minute=int(said[3:]))
    after = NIGHT.over_after(moment)
    assert f"{after:%H:%M}" == free
    assert timedelta() <= after - moment < timedelta(hours=11)


@given(st.lists(st.integers(0, 7200), max_size=12), st.integers(1, 4))
def test_a_rate_is_kept_whenever_the_next_goes_where_it_says(seconds, most):
    rate = Rate(most, timedelta(hours=1))
    sent = []
    for second in sorted(seconds):
        asked = NOON + timedelta(seconds=second)
        sent.append(max(asked, rate.free_from(sent, asked)))
    for moment in sent:
        assert sum(moment - rate.within < other <= moment for other in sent) <= most


def test_a_rate_with_room_lets_go_at_once():
    assert Rate(2, timedelta(hours=1)).free_from([NOON - timedelta(minutes=5)], NOON) == NOON


@pytest.mark.parametrize(
    ("written", "digits"),
    [("138 0000 1234", "13800001234"), ("+86-13800001234", "13800001234"), ("1380000123", None), ("23800001234", None)],
)
def test_a_mobile_number_however_it_is_written(written, digits):
    assert find_mobile(written) == digits


def test_an_address_is_shown_so_that_its_holder_knows_it_and_nobody_copies_it():
    assert masked(Channel.SMS, "13800001234") == "138****1234"
    assert masked(Channel.EMAIL, "wang@example.test") == "wa***@example.test"


@given(st.text())
def test_a_text_message_is_one(text):
    assert len(fitting_sms(text)) <= LONGEST_SMS


def test_a_table_with_a_text_message_too_long_is_refused():
    words = {"zh": "字" * 60, "en": "x"}
    with pytest.raises(ValueError, match="70 characters"):
        Notice(topic="cases", subject=words, text=words, sms=words)


def test_every_notice_of_the_house_has_its_topic_and_no_name_of_a_person_in_its_words():
    assert {notice.topic for notice in notices().values()} <= channels().topics.keys()
    outside = {name for notice in notices().values() for name in (notice.subject.names | notice.text.names)}
    assert "applicant" not in outside
    assert "name" not in outside
