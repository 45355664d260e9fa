"""What a program sends to Open311, read and refused in the words of the specification."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from huimin.platform.incidents.declarations.channels import Attribute, open311
from huimin.platform.incidents.http.open311_formats import LONGEST
from huimin.platform.incidents.queries.open311 import MOST, SPAN, Wanted, find_public_class
from huimin.platform.incidents.rules import Channel, Contact, NewReport

_ATTRIBUTE: Final = re.compile(r"attribute\[([A-Za-z0-9_]{1,40})\](?:\[\])?")
_BOX: Final = (180.0, 90.0)
_NAMES: Final = {"first_name": 30, "last_name": 30, "phone": 30, "email": 120}


class Unfit(Exception):
    """A request that the specification turns away: what is wrong, each with its code."""

    def __init__(self, *problems: tuple[int, str]) -> None:
        super().__init__()
        self.problems = problems


def check_jurisdiction(said: str) -> None:
    """The only one that is served here, or none named. Raises Unfit."""
    if said and said != open311().jurisdiction_id:
        raise Unfit((404, _("没有这个 jurisdiction_id。")))


def _text(sent: QueryDict, name: str) -> str:
    return str(sent.get(name, "")).replace("\x00", "").strip()


def _number(sent: QueryDict, name: str, most: float) -> float | None:
    text = _text(sent, name)
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = most + 1
    if not -most <= number <= most:
        raise Unfit((400, _("%(name)s 不是合法的经纬度。") % {"name": name}))
    return number


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _instant(sent: QueryDict, name: str) -> datetime | None:
    text = _text(sent, name).replace(" ", "+")
    if not text:
        return None
    try:
        read = parse_datetime(text)
    except ValueError:
        read = None
    if read is None or read.tzinfo is None or not 1900 < read.year < 9000:
        raise Unfit((400, _("%(name)s 应为带时区的 W3C 时间，例如 2026-01-01T00:00:00Z。") % {"name": name}))
    return read


def asked_numbers(request: HttpRequest) -> list[str]:
    """The numbers of the requests asked for; they override everything else."""
    return _listed(_text(request.GET, "service_request_id"))[:MOST]


def asked_size(request: HttpRequest) -> int:
    """How many at once; the most where it does not say. Raises Unfit."""
    text = _text(request.GET, "page_size")
    if not text:
        return MOST
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= MOST:
        raise Unfit((400, _("page_size 应为 1 到 %(most)d。") % {"most": MOST}))
    return int(text)


def asked(request: HttpRequest) -> Wanted:
    """Which requests are asked for. Raises Unfit."""
    since, until = _instant(request.GET, "start_date"), _instant(request.GET, "end_date")
    if since and until and not since <= until <= since + SPAN:
        raise Unfit((400, _("start_date 到 end_date 最多 90 天。")))
    if since and not until:
        until = since + SPAN
    statuses = set(_listed(_text(request.GET, "status")))
    if statuses - {"open", "closed"}:
        raise Unfit((400, _("status 只有 open 和 closed。")))
    return Wanted(
        codes=_listed(_text(request.GET, "service_code"))[:MOST],
        since=since,
        until=until,
        status=statuses.pop() if len(statuses) == 1 else "",
    )


def answered_attributes(sent: QueryDict, questions: Sequence[Attribute]) -> tuple[dict[str, list[str]], str]:
    """The answers by the code of their question, and as lines for people. Raises Unfit."""
    given: dict[str, list[str]] = {}
    for name in sent:
        if found := _ATTRIBUTE.fullmatch(name):
            values = [value.replace("\x00", "").strip()[:LONGEST] for value in sent.getlist(name)]
            given[found[1]] = [value for value in values if value]
    problems: list[tuple[int, str]] = []
    lines, answers = [], {}
    for question in questions:
        values = given.get(question.code, [])
        names = {choice.key: choice.names.zh for choice in question.values}
        if question.required and not values:
            problems.append((400, _("缺少 attribute[%(code)s]。") % {"code": question.code}))
        elif names and (set(values) - names.keys() or (question.datatype == "singlevaluelist" and len(values) > 1)):
            problems.append((400, _("attribute[%(code)s] 不是可选的值。") % {"code": question.code}))
        elif values:
            answers[question.code] = values
            lines.append(f"{question.names.zh}：{'、'.join(names.get(value, value) for value in values)}")
    if problems:
        raise Unfit(*problems)
    return answers, "\n".join(lines)


def _media_url(sent: QueryDict) -> str:
    text = _text(sent, "media_url")
    if text and (len(text) > 500 or urlsplit(text).scheme not in {"http", "https"} or not urlsplit(text).hostname):
        raise Unfit((400, _("media_url 应为 500 字以内的 http(s) 链接。")))
    return text


def _key(sent: QueryDict, request: HttpRequest, at: datetime) -> str:
    """What makes a request the same when it is sent twice: the sender's own key, else all that it says, within a day."""
    own = request.headers.get("Idempotency-Key", "")
    said = sorted((name, sent.getlist(name)) for name in sent if name not in {"api_key", "jurisdiction_id"})
    plain = own or f"{at:%Y-%m-%d}{said}"
    return hashlib.sha256(plain.encode()).hexdigest()[:48]


def read_request(request: HttpRequest, *, at: datetime) -> tuple[NewReport, Mapping[str, Any]]:
    """The report that a POST makes, and what it says beside it. Raises Unfit with all that is wrong, and what NewReport refuses."""
    sent = request.POST
    code = _text(sent, "service_code")
    if not code:
        raise Unfit((400, _("缺少 service_code。")))
    if find_public_class(code) is None:
        raise Unfit((404, _("没有这个 service_code。")))
    latitude, longitude = _number(sent, "lat", _BOX[1]), _number(sent, "long", _BOX[0])
    address = _text(sent, "address_string") or _text(sent, "address_id")
    if (latitude is None or longitude is None) and not address:
        raise Unfit((400, _("缺少地点：lat 和 long，或 address_string，或 address_id。")))
    answers, lines = answered_attributes(sent, open311().attributes.get(code, ()))
    words = "\n".join(part for part in (_text(sent, "description")[: LONGEST // 4], lines) if part)
    contact = {name: _text(sent, name)[:most] for name, most in _NAMES.items()}
    name = f"{contact['last_name']}{contact['first_name']}"
    report = NewReport(
        key=_key(sent, request, at),
        channel=Channel.OPEN311,
        description=words,
        class_code=code,
        longitude=longitude if latitude is not None else None,
        latitude=latitude if longitude is not None else None,
        datum="wgs84",
        address=address[:200],
        contact=Contact(name=name, phone=contact["phone"], email=contact["email"]) if any(contact.values()) else None,
        anonymous=not any(contact.values()),
    )
    return report, {
        "account_id": _text(sent, "account_id")[:120],
        "device_id": _text(sent, "device_id")[:120],
        "media_url": _media_url(sent),
        "attributes": answers,
    }
