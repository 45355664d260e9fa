"""Search: in everyday words, two characters, pinyin, initials, with slips, in English; and nothing for nonsense."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.platform.catalogue.queries.items import current
from huimin.platform.catalogue.queries.search import search
from huimin.platform.catalogue.rules.finding import Index, Phrase, distance

pytestmark = pytest.mark.unit


@pytest.mark.covers("P13")
@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("生孩子", "birth"),
        ("我要生孩子了怎么办", "birth"),
        ("上户口", "birth"),
        ("结婚", "marriage_registration"),
        ("领证", "marriage_registration"),
        ("退休", "retirement"),
        ("过户", "real_estate_transfer"),
        ("开饭店", "restaurant_opening"),
        ("我想开个饭店", "restaurant_opening"),
        ("身份证丢了", "identity_card_replacement"),
        ("shenfenzheng", "identity_card_replacement"),
        ("jiehun", "marriage_registration"),
        ("jhdj", "marriage_registration"),
        ("gjj", "fund_rent_withdrawal"),
        ("工积金", "fund_rent_withdrawal"),
        ("gongjijn", "fund_rent_withdrawal"),
        ("tuixui", "retirement"),
        ("公积金提取房租", "fund_rent_withdrawal"),
        ("老人补贴", "old_age_allowance"),
        ("去世", "after_death"),
        ("教师证", "teacher_qualification"),
        ("have a baby", "birth"),
        ("marriage", "marriage_registration"),
        ("mariage", "marriage_registration"),
        ("retirment", "retirement"),
        ("lost ID card", "identity_card_replacement"),
        ("open a cafe", "restaurant_opening"),
        ("  退 休  ", "retirement"),
        ("ＧＪＪ", "fund_rent_withdrawal"),
    ],
)
def test_what_people_type_finds_what_they_mean(asked, first):
    found = search(asked)
    assert found
    assert found[0].service.code == first, [(one.service.code, one.score, one.words) for one in found[:4]]


@pytest.mark.parametrize("asked", ["", "   ", "qzxv", "火星移民", "x", "%%%", "'; DROP TABLE"])
def test_nonsense_finds_nothing(asked):
    assert search(asked) == []


@pytest.mark.parametrize("code", sorted(current()))
def test_every_name_and_everyday_word_finds_its_service(code):
    item = current()[code].item
    for words in (item.names.zh, item.names.en, *item.everyday.zh, *item.everyday.en):
        assert code in [one.service.code for one in search(words)[:3]], words


@given(st.text(max_size=40))
def test_no_question_breaks_the_search(asked):
    found = search(asked, most=5)
    assert len(found) <= 5
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


@given(st.text("abc", min_size=0, max_size=6), st.text("abc", min_size=0, max_size=6))
def test_the_distance_is_symmetric_and_zero_for_equal_words(one, other):
    assert distance(one, other, 9) == distance(other, one, 9)
    assert (distance(one, other, 9) == 0) == (one == other)
    assert distance(one + "ab", one + "ba", 9) == 1


def test_the_better_answer_comes_first_and_equal_ones_by_key():
    index = Index([Phrase("b", "补贴", 10), Phrase("a", "补贴", 10), Phrase("c", "老人补贴发放", 10)])
    assert [hit.key for hit in index.search("补贴")] == ["a", "b", "c"]
