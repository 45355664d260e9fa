"""What is learned from words, what keywords say, and that a file of another's making is not read."""

import random

import numpy as np
import pytest

from huimin.platform.incidents.learning import (
    Learned,
    NotLearned,
    TooLittle,
    by_keywords,
    digest_of,
    grams_of,
    learn,
    measured,
)

pytestmark = pytest.mark.unit

SAID = {
    "01010": ("路面有个大坑", "路上坑洼不平", "人行道地砖松动", "路面开裂下沉", "路面破损有坑"),
    "01002": ("垃圾没人收", "垃圾堆了好几天", "垃圾桶满了发臭", "有人乱扔垃圾", "生活垃圾没有清运"),
    "05005": ("汽车停在人行道", "车子乱停挡路", "违停堵住通道", "有车停在盲道上", "乱停车很严重"),
    "03001": ("半夜施工太吵", "工地打桩声很大", "夜间施工噪音", "施工吵得睡不着", "凌晨还在施工"),
}
WHERE = ("中山路", "北京路口", "小区门口", "学校旁边", "菜市场后面", "{n}号楼下", "公交站")


def told(count: int, seed: int = 1) -> tuple[list[str], list[str]]:
    dice = random.Random(seed)
    codes = [dice.choice(sorted(SAID)) for _ in range(count)]
    texts = [dice.choice(WHERE).format(n=dice.randrange(90)) + dice.choice(SAID[code]) for code in codes]
    return texts, codes


@pytest.fixture(scope="module")
def model() -> Learned:
    return learn(*told(400))


@pytest.mark.covers("G01")
def test_what_people_classified_is_learned(model: Learned) -> None:
    hits = measured(model, *told(200, seed=2))
    assert hits.first_rate is not None
    assert hits.first_rate > 0.95
    best = model.best("学校门口的路上有坑，电动车摔了")
    assert best[0].code == "01010"
    assert best[0].is_learned
    assert [one.confidence for one in best] == sorted((one.confidence for one in best), reverse=True)


def test_all_that_can_be_meant_adds_up_to_one(model: Learned) -> None:
    chances = model.chances("垃圾")
    assert chances is not None
    assert float(chances.sum()) == pytest.approx(1.0, abs=1e-5)


def test_our_few_lines_say_what_the_library_says() -> None:
    """The model as read by numpy gives the library's own probabilities."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    texts, codes = told(300, seed=3)
    ours = learn(texts, codes)
    table = TfidfVectorizer(analyzer=grams_of, min_df=3, max_features=20_000, sublinear_tf=True, dtype=np.float32)
    theirs = LogisticRegression(C=10.0, max_iter=300).fit(table.fit_transform(texts), codes)
    asked = ["垃圾没有人收", "施工噪音"]
    scores = theirs.decision_function(table.transform(asked)) / ours.temperature
    wanted = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    for text, row in zip(asked, wanted, strict=True):
        assert ours.chances(text) == pytest.approx(row, abs=1e-3)


def test_words_never_heard_bring_no_suggestion(model: Learned) -> None:
    assert model.best("zzz") == []


def test_what_one_caller_alone_said_is_not_kept() -> None:
    texts, codes = told(300)
    texts[0] = "欧阳翠花家门口垃圾"
    assert not any("翠" in gram for gram in learn(texts, codes).grams)


def test_a_file_is_read_only_as_it_was_written(model: Learned) -> None:
    content = model.to_bytes()
    again = Learned.from_bytes(content, digest=digest_of(content))
    assert again.best("路面有坑")[0].code == model.best("路面有坑")[0].code
    with pytest.raises(NotLearned):
        Learned.from_bytes(content + b"x", digest=digest_of(content))


def test_a_pickle_is_not_opened() -> None:
    import io

    file = io.BytesIO()
    np.savez(file, head=np.array([{"codes": []}], dtype=object))
    with pytest.raises(NotLearned):
        Learned.from_bytes(file.getvalue(), digest=digest_of(file.getvalue()))


@pytest.mark.parametrize("count", [0, 20, 99])
def test_too_little_teaches_nothing(count: int) -> None:
    with pytest.raises(TooLittle):
        learn(*told(count))


def test_one_class_teaches_nothing() -> None:
    with pytest.raises(TooLittle):
        learn(["垃圾没人收"] * 200, ["01002"] * 200)


def test_confidence_is_about_as_often_right_as_it_says() -> None:
    """Where a fifth of the classes are wrong by chance, nothing is said with certainty."""
    dice = random.Random(4)
    texts, codes = told(1500, seed=4)
    noisy = [dice.choice(sorted(SAID)) if dice.random() < 0.25 else code for code in codes]
    model = learn(texts, noisy)
    tops = [model.best(text)[0] for text in told(400, seed=5)[0]]
    assert np.mean([one.confidence for one in tops]) < 0.93


def test_keywords_serve_a_new_city() -> None:
    words = {"01010": ("坑", "路面破"), "01002": ("垃圾",), "05005": ("违停",)}
    found = by_keywords("路面破了个坑，还有垃圾", words)
    assert [one.code for one in found] == ["01010", "01002"]
    assert not found[0].is_learned
    assert sum(one.confidence for one in found) == pytest.approx(1.0)
    assert by_keywords("天气真好", words) == []
