"""Searching the services of a city that has 2,000 of them: everyday words, pinyin, initials, slips, whole questions, nonsense.

The index holds the declared services and, to reach 2,000, their names with other objects put in. Each question is timed by itself, in
one process, after the index has been built and every question has been asked once; the figure is the 95th percentile. The floor is the
plainest search there is over the same texts: `question in text` for every phrase, by the same questions.
"""

import os
import statistics
import time
from collections.abc import Callable
from itertools import cycle, islice

import django

SERVICES = int(os.environ.get("HUIMIN_BENCH_SERVICES", "2000"))
TURNS = 20
MOST_MS = 10.0
QUESTIONS = (
    "生孩子", "退休", "我想开个饭店怎么办", "身份证丢了", "公积金提取房租", "gjj", "jiehun", "shenfenzheng", "工积金", "gongjijn",
    "过户", "许可", "登记", "证", "have a baby", "lost ID card", "mariage", "retirment", "人力资源市场", "危险化学品经营许可",
    "火星移民", "zzxxqq", "老人补贴怎么领取要什么材料", "kaifandian", "shbx", "open a cafe", "食品", "消防检查", "sbk", "住房",
)  # fmt: skip
OBJECTS = (
    "船舶",
    "幼儿园",
    "药店",
    "旅馆",
    "网吧",
    "电影院",
    "游泳馆",
    "货运",
    "林木",
    "取水",
    "种子",
    "兽药",
    "渔业",
    "广告",
    "测绘",
)


def measure() -> list[dict[str, object]]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huimin.settings")
    django.setup()
    from huimin.platform.catalogue.queries.items import current
    from huimin.platform.catalogue.queries.search import phrases_of
    from huimin.platform.catalogue.rules.finding import Index, Phrase

    declared = [list(phrases_of(service)) for service in current().values()]
    phrases = [phrase for own in declared for phrase in own]
    for number, (own, thing) in enumerate(islice(zip(cycle(declared), cycle(OBJECTS)), SERVICES - len(declared))):
        key = f"{own[0].key}_{number}"
        phrases += [Phrase(key, f"{thing}{number % 97}{phrase.text}", phrase.weight) for phrase in own]
    index = Index(phrases)
    texts = [(phrase.key, phrase.text.lower()) for phrase in phrases]

    def plain(asked: str) -> list[str]:
        return sorted({key for key, text in texts if asked in text})

    asked = [question for question in QUESTIONS for _ in range(TURNS)]
    for question in QUESTIONS:
        index.search(question)
    value = _percentile([_milliseconds(index.search, question) for question in asked])
    floor = _percentile([_milliseconds(plain, question.lower()) for question in asked])
    return [
        {
            "name": f"service search over {SERVICES:,} services ({len(phrases):,} phrases), p95",
            "value": round(value, 2),
            "unit": "ms",
            "floor": round(floor, 2),
            "ratio": round(value / floor, 2),
            "goal": f"at most {MOST_MS:g} ms",
            "met": value <= MOST_MS,
            "floor_is": "`in` over every phrase of the same services, by the same questions, in the same process",
            "connections": 1,
            "warm_up": "every question once",
        }
    ]


def _milliseconds(search: Callable[[str], object], question: str) -> float:
    began = time.perf_counter()
    search(question)
    return 1000 * (time.perf_counter() - began)


def _percentile(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]
