from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from huimin.kernel.identifiers import CitizenId, MaskedCitizenId
from huimin.platform.journal import events
from huimin.platform.journal.events import Fact, NotAFact, PersonalValue
from huimin.platform.journal.rules import Digest
from huimin.platform.journal.tests.factories import EverythingHappened, PersonLookedUp, look

pytestmark = pytest.mark.unit


def everything(**other: object) -> EverythingHappened:
    values = {
        "subject": "person:1",
        "restricted_until": date(2027, 1, 1),
        "case_ref": "公（刑）立字〔2026〕12号",
        "code": "A-1",
        "count": 3,
        "was_so": True,
        "on": date(2026, 2, 3),
        "ended_at": datetime(2026, 2, 3, 4, 5, 6, 7, tzinfo=UTC),
        "digest": Digest("k1:" + "0" * 64),
        "way": "in",
        "places": (date(2026, 1, 1), date(2026, 1, 2)),
    }
    return EverythingHappened(**(values | other))


@pytest.mark.parametrize(
    "other", [{}, {"ended_at": None, "digest": None, "places": (), "restricted_until": None, "case_ref": ""}]
)
def test_a_fact_comes_back_from_its_entry_as_it_was(other: dict[str, object]) -> None:
    fact = everything(**other)
    again = EverythingHappened.revived(subject=fact.subject, restricted_until=fact.restricted_until, body=fact.body())
    assert again == fact
    assert type(again.digest) is type(fact.digest)


def test_a_fact_lives_on_when_its_class_loses_a_field() -> None:
    assert PersonLookedUp.revived(subject="person:1", restricted_until=None, body='{"gone":1,"purpose":"x"}') == look(
        "person:1", purpose="x"
    )


def test_a_kind_is_named_after_app_and_class() -> None:
    assert PersonLookedUp.kind == "tests.PersonLookedUp"
    assert events.class_of("tests.PersonLookedUp") is PersonLookedUp
    assert events.kinds()["journal.KeyRotated"] is events.KeyRotated
    with pytest.raises(events.UnknownKind):
        events.class_of("tests.Nothing")


def test_a_fact_says_what_happened_in_both_languages() -> None:
    assert look(purpose="audit").sentence() == "因 audit 查询"
    assert look(purpose="audit").sentence("en-gb") == "Looked up for audit"
    assert everything().sentence("en") == "tests.EverythingHappened"


@pytest.mark.parametrize(
    "other",
    [
        {"code": "王小明"},
        {"code": "11010519491231002X"},
        {"code": "13812345678"},
        {"subject": "王小明"},
        {"subject": "7QK2M9"},
        {"subject": "person:11010519491231002X"},
        {"case_ref": "查询13812345678"},
        {"case_ref": "案件 11010519491231002X"},
        {"case_ref": "案件 110105 1949-1231 002X"},
        {"case_ref": "查询１３８１２３４５６７８"},
        {"case_ref": "12 13812345678"},
        {"case_ref": "长" * 65},
        {"count": 1.5},
        {"places": ("王小明",)},
        {"places": [date(2026, 1, 1)]},
    ],
)
def test_a_fact_takes_no_personal_value_and_does_not_repeat_it(other: dict[str, object]) -> None:
    with pytest.raises(PersonalValue) as refused:
        everything(**other)
    assert not any(text in str(refused.value) for text in map(str, other.values()))


def test_a_fact_has_a_docstring() -> None:
    with pytest.raises(NotAFact, match="docstring"):

        @dataclass(frozen=True, kw_only=True)
        class Mute(Fact):
            pass


@pytest.mark.parametrize(
    "hint", ["float", "dict[str, str]", "list[str]", "object", "bytes", "str | int", "tuple[str, int]", "CitizenId"]
)
def test_a_field_of_a_type_that_could_hold_anything_is_refused(hint: str) -> None:
    annotation = eval(hint, {"CitizenId": CitizenId, "MaskedCitizenId": MaskedCitizenId})
    with pytest.raises(NotAFact, match="holds references"):
        type("Loose", (Fact,), {"__doc__": "A fact.", "__module__": __name__, "__annotations__": {"field": annotation}})


def test_sentences_come_in_pairs_about_the_same_fields() -> None:
    for zh, en in (("甲 {subject}", "A"), ("甲", ""), ("{other}", "{other}")):
        with pytest.raises(NotAFact, match="zh and en"):
            type("Lame", (Fact,), {"__doc__": "A fact.", "__module__": __name__, "zh": zh, "en": en})


def test_an_undecorated_class_is_found_at_its_first_use() -> None:
    class Plain(Fact):
        """Somebody forgot the decorator."""

        extra: str = ""

    with pytest.raises(NotAFact, match="decorated"):
        Plain(subject="person:1")


def test_the_check_of_values_cannot_be_replaced() -> None:
    with pytest.raises(NotAFact, match="check"):

        @dataclass(frozen=True, kw_only=True)
        class Lax(Fact):
            """A fact that would let anything pass."""

            def __post_init__(self) -> None:
                pass


def test_facts_are_declared_in_the_events_room_of_an_app() -> None:
    with pytest.raises(NotAFact, match="events room"):
        type("Stray", (Fact,), {"__doc__": "A fact.", "__module__": "huimin.platform.exchange.models"})


def test_two_facts_of_one_name_are_refused() -> None:
    type("Twice", (Fact,), {"__doc__": "A fact.", "__module__": "huimin.platform.one.events"})
    with pytest.raises(NotAFact, match="two facts"):
        type(
            "Twice",
            (Fact,),
            {"__doc__": "A fact.", "__module__": "huimin.platform.one.events.more", "__qualname__": "Twice"},
        )
    del events._kinds["one.Twice"]
