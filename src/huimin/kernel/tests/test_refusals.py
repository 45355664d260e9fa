import pickle

import pytest

from huimin.kernel.refusals import BadInput, NotFound, NotPermitted, Refusal

pytestmark = pytest.mark.unit


class SlotTaken(Refusal):
    zh = "{starts} 的时段已被预约。"
    en = "The slot at {starts} has been taken."


def test_a_refusal_speaks_both_languages():
    refusal = SlotTaken(starts="9:00")
    assert refusal.sentence() == refusal.sentence("zh-hans") == "9:00 的时段已被预约。"
    assert refusal.sentence("en-gb") == "The slot at 9:00 has been taken."
    assert refusal.details == {"starts": "9:00"}
    assert (refusal.status, refusal.code) == (409, "SlotTaken")


def test_a_refusal_needs_every_detail_that_it_names():
    with pytest.raises(TypeError, match="starts"):
        SlotTaken()


def test_its_text_in_a_log_holds_no_details():
    refusal = SlotTaken(starts="张三")
    assert "张三" not in str(refusal)
    assert "张三" not in repr(refusal)


def test_it_crosses_a_process_border():
    copy = pickle.loads(pickle.dumps(SlotTaken(starts="9:00")))
    assert copy.sentence("en") == "The slot at 9:00 has been taken."
    assert pickle.loads(pickle.dumps(BadInput(field="name"))).field == "name"


def test_a_sentence_in_one_language_only_is_a_mistake():
    with pytest.raises(TypeError, match="both zh and en"):
        type("OnlyChinese", (Refusal,), {"zh": "不行"})


def test_sentences_that_name_different_details_are_a_mistake():
    with pytest.raises(TypeError, match="different details"):
        type("Uneven", (Refusal,), {"zh": "{a} 不行", "en": "{b} cannot be"})


@pytest.mark.parametrize(("kind", "status"), [(Refusal, 409), (NotFound, 404), (NotPermitted, 403), (BadInput, 400)])
def test_the_general_refusals_speak_for_themselves(kind, status):
    refusal = kind()
    assert refusal.status == status
    assert refusal.sentence("zh") != refusal.sentence("en")


def test_bad_input_names_its_field():
    assert BadInput(field="phone").field == "phone"
    assert BadInput().field == ""
