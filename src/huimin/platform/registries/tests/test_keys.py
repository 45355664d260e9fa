"""Keys: minted once, kept through re-linking, the oldest stays on a merge, none is reused, and an undone merge gives each its own back."""

from pathlib import Path
from tempfile import mkdtemp

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huimin.platform.exchange.lake import engine
from huimin.platform.registries import keys

pytestmark = [pytest.mark.unit, pytest.mark.covers("D08")]
Links = dict[str, str]
"""Record → number of its cluster."""


class Registry:
    """What keys.assign sees and leaves from build to build."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.known: dict[str, tuple[str, str]] = {}
        self.before: Links = {}

    def build(self, links: Links) -> dict[str, str]:
        """One build with these links; number → key."""
        run = self.connection.execute
        for table, columns in (
            ("known", "key, number, merged_into"),
            ("before", "resource, record_id, key"),
            ("linked", "resource, record_id, number"),
        ):
            run(
                f"CREATE OR REPLACE TEMP TABLE {table} ({', '.join(f'{column} VARCHAR' for column in columns.split(', '))})"
            )
        for key, (number, merged) in self.known.items():
            run("INSERT INTO known VALUES (?, ?, ?)", [key, number, merged])
        for table, rows in (("before", self.before), ("linked", links)):
            for record, value in rows.items():
                run(f"INSERT INTO {table} VALUES ('r', ?, ?)", [record, value])
        serial = max((int(key[1:]) for key in self.known), default=0) + 1
        keys.assign(self.connection, linked="linked", letter="P", next_serial=serial)
        found = dict(run("SELECT number, key FROM linked_key").fetchall())
        assert len(set(found.values())) == len(found), "two clusters share a key"
        self.known = {key: (number, merged) for key, number, merged in run("SELECT * FROM linked_ever").fetchall()}
        self.before = {record: found[number] for record, number in links.items()}
        return found

    def leads_to(self, key: str) -> str:
        """Where a key leads today."""
        merged = self.known[key][1]
        return merged or key


@pytest.fixture
def registry() -> Registry:
    return Registry()


A, B, C = "a" * 18, "b" * 18, "c" * 18
APART = {"1": A, "2": A, "3": B, "4": B}
AS_ONE = dict.fromkeys("1234", B)


def test_a_key_is_minted_once(registry: Registry) -> None:
    first = registry.build(APART)
    assert registry.build(APART) == first
    assert registry.build({}) == {}
    assert registry.build(APART) == first


def test_a_key_follows_its_number_whatever_records_come_and_go(registry: Registry) -> None:
    first = registry.build(APART)
    assert registry.build({"9": A, "8": B, "1": B}) == first


def test_a_corrected_number_keeps_its_key(registry: Registry) -> None:
    first = registry.build({"1": A, "2": A, "3": A})
    assert registry.build({"1": B, "2": B, "3": B}) == {B: first[A]}


@pytest.mark.parametrize("stays", [A, B])
def test_on_a_merge_the_oldest_stays_and_the_other_redirects(registry: Registry, stays: str) -> None:
    registry.build({"1": A, "2": A} if stays == A else {"3": B, "4": B})
    first = registry.build(APART)
    assert registry.build(AS_ONE) == {B: first[stays]}
    assert {registry.leads_to(key) for key in first.values()} == {first[stays]}


@pytest.mark.parametrize("oldest", [A, B])
def test_an_undone_merge_gives_each_the_key_that_it_had(registry: Registry, oldest: str) -> None:
    registry.build({"1": A, "2": A} if oldest == A else {"3": B, "4": B})
    first = registry.build(APART)
    registry.build(AS_ONE)
    assert registry.build(APART) == first
    assert [registry.leads_to(key) for key in first.values()] == list(first.values())


def test_a_redirect_leads_to_the_end_of_a_chain(registry: Registry) -> None:
    first = {**registry.build({"1": A}), **registry.build({"1": A, "2": B}), **registry.build({"1": A, "2": B, "3": C})}
    registry.build({"1": A, "2": B, "3": B})
    registry.build({"1": A, "2": A, "3": A})
    assert {registry.leads_to(key) for key in first.values()} == {first[A]}


def test_a_stray_that_goes_over_takes_no_key_along(registry: Registry) -> None:
    # One of A's three records is now linked to B and the others were withdrawn: A is nobody, but not B.
    first = registry.build({"1": A, "2": A, "s": A, "3": B})
    assert registry.build({"3": B, "s": B}) == {B: first[B]}
    assert registry.leads_to(first[A]) == first[A]
    assert registry.build({"s": C})[C] not in first.values()


# A build costs a dozen statements: a third of the profile's examples.
A_THIRD = settings(max_examples=settings.default.max_examples // 3)
links = st.dictionaries(st.sampled_from("123456789"), st.sampled_from([A, B, C, "d" * 18]), max_size=9)


@A_THIRD
@given(st.lists(links, min_size=1, max_size=5))
def test_whatever_happens_no_key_is_reused_lost_or_led_in_circles(builds: list[Links]) -> None:
    registry, minted = Registry(), set()
    for wanted in builds:
        found = registry.build(wanted)
        assert set(found) == set(wanted.values())
        assert minted <= set(registry.known), "a key was forgotten"
        fresh = set(registry.known) - minted
        assert not minted or not fresh or min(fresh) > max(minted), "a new key is not newer"
        minted |= fresh
        for key in registry.known:
            assert registry.leads_to(registry.leads_to(key)) == registry.leads_to(key)


@A_THIRD
@given(links, links)
def test_building_twice_changes_nothing(first: Links, second: Links) -> None:
    registry = Registry()
    registry.build(first)
    found, known = registry.build(second), dict(registry.known)
    assert registry.build(second) == found
    assert registry.known == known


def test_the_engine_of_the_city_can_do_it_too() -> None:
    registry = Registry()
    registry.connection = engine.connect(Path(mkdtemp()), memory="256MB", threads=2)
    assert len(registry.build(APART)) == 2
