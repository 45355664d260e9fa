"""Notices of a table of our own."""

from huimin.platform.journal.rules import Actor
from huimin.platform.notifications.declarations import Notice, Words
from huimin.platform.notifications.operations import Told, tell
from huimin.platform.notifications.queries import Reader

CASE = "case:3402-26-0000001A"


def words(zh, en):
    return Words(zh=zh, en=en)


TABLE = {
    "result": Notice(
        topic="cases",
        official=True,
        subject=words("{service}有结果了", "{service}: a result"),
        text=words("办件 {number}", "Case {number}"),
        sms=words("【惠民】{service}有结果了", "Huimin: {service}"),
    ),
    "reminder": Notice(topic="bookings", subject=words("提醒", "A reminder"), text=words("明天", "Tomorrow")),
    "alarm": Notice(
        topic="licences",
        urgent=True,
        subject=words("证照失效", "Revoked"),
        text=words("请看", "Look"),
        sms=words("证照失效", "Licence revoked"),
    ),
}
VALUES = {"zh": {"service": "餐饮开业", "number": "N1"}, "en": {"service": "Restaurant", "number": "N1"}}


def tell_one(account, code="result", *, key, at, principal=""):
    told = Told(to=[Reader(account, principal)], about=CASE, page="/my/cases/", values=VALUES)
    return tell(code, told, key=key, at=at)


def actor_of(account):
    return Actor(kind="account", ref=account.public_id)
