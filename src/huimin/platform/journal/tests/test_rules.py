from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.platform.journal import rules
from huimin.platform.journal.rules import Actor, Digest, Keyring, Link

pytestmark = pytest.mark.unit
RING = Keyring("k2", {"k1": b"1" * 32, "k2": b"2" * 32})
LINK = Link(0, 1, "app.Done", "person:1", "account", "A1", "", "", "2026-11-21T04:00:00.000000+00:00", "", "{}", "")
TEXTS = [
    "kind",
    "subject",
    "actor_kind",
    "actor_ref",
    "actor_post",
    "on_behalf_of",
    "at",
    "restricted_until",
    "body",
    "previous",
]


def test_sm3_is_the_standards_own_example() -> None:
    # GB/T 32905-2016, A.1
    assert rules.fingerprint("sm3", b"abc") == "sm3:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_sha256_is_the_standards_own_example() -> None:
    # FIPS 180-4
    assert (
        rules.fingerprint("sha256", b"abc") == "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


@given(st.sampled_from(TEXTS), st.text(max_size=20))
def test_every_part_of_an_entry_is_in_its_hash(part: str, text: str) -> None:
    other = LINK._replace(**{part: text})
    assert (other.hash("sm3") == LINK.hash("sm3")) == (other == LINK)


@given(st.text(max_size=8), st.text(max_size=8))
def test_parts_cannot_flow_into_each_other(one: str, two: str) -> None:
    if two:
        assert LINK._replace(kind=one + two, subject="").hash("sm3") != LINK._replace(kind=one, subject=two).hash("sm3")


def test_canonical_json_has_one_text_for_one_value() -> None:
    assert (
        rules.canonical({"b": [1, None, True], "a": "户"})
        == rules.canonical({"a": "户", "b": [1, None, True]})
        == '{"a":"户","b":[1,null,true]}'.encode()
    )


def test_an_instant_is_the_same_in_every_zone() -> None:
    here = datetime(2026, 11, 21, 12, tzinfo=timezone(timedelta(hours=8)))
    assert rules.instant(here) == rules.instant(here.astimezone(UTC)) == "2026-11-21T04:00:00.000000+00:00"
    with pytest.raises(ValueError, match="zone"):
        rules.instant(datetime(2026, 11, 21))


@given(st.text(), st.text())
def test_a_digest_recognises_its_value_and_no_other(one: str, two: str) -> None:
    assert RING.recognises(RING.digest(one), one)
    assert RING.recognises(RING.digest(one), two) == (one == two)


def test_a_digest_outlives_the_rotation_of_its_key_but_not_its_destruction() -> None:
    old = Keyring("k1", {"k1": b"1" * 32}).digest("value")
    assert RING.recognises(old, "value")
    assert old in RING.digests("value")
    assert RING.digests("value")[0] == RING.digest("value") != old
    assert not Keyring("k2", {"k2": b"2" * 32}).recognises(old, "value")


def test_a_digest_cannot_hold_anything_else() -> None:
    for text in ("", "王小明", "k1:12", "k1:" + "g" * 64):
        with pytest.raises(ValueError, match="digest"):
            Digest(text)


@pytest.mark.parametrize(
    "text",
    [
        "11010519491231002X",
        "person:11010519491231002x",
        "a-13812345678",
        "+8613812345678",
        "138****5678",
        "110105********002X",
    ],
)
def test_personal_numbers_are_seen(text: str) -> None:
    assert rules.holds_personal_number(text)
    assert not rules.is_code(text)


@pytest.mark.parametrize(
    "text", ["110105194912310021", "20261121000123", "person:7QK2M9", "sm3:13812345678901", "case:A13812345678", ""]
)
def test_other_numbers_are_codes(text: str) -> None:
    assert rules.is_code(text)


@pytest.mark.parametrize("text", ["王小明", "two words", "a" * 201, "line\n"])
def test_free_text_is_no_code(text: str) -> None:
    assert not rules.is_code(text)


@pytest.mark.parametrize(
    ("kind", "ref", "post"),
    [("person", "A1", ""), ("account", "", ""), ("account", "王小明", ""), ("account", "A1", "派出所 民警")],
)
def test_an_actor_is_named_by_codes(kind: str, ref: str, post: str) -> None:
    with pytest.raises(ValueError, match="actor"):
        Actor(kind, ref, post=post)


def test_deliveries_rest_longer_each_time_but_never_longer_than_six_hours() -> None:
    waits = [rules.wait_before_retry(n) for n in range(1, rules.MOST_ATTEMPTS + 1)]
    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=10)
    assert waits[-1] == timedelta(hours=6)
