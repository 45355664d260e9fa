"""Open311 GeoReport v2 as a client: our incidents at a neighbour's endpoint.

Where a neighbour is reached and the key it gave us are secrets of the installation: `HUIMIN_NEIGHBOUR_<CODE>_URL` (up to and with `/v2`)
and `HUIMIN_NEIGHBOUR_<CODE>_KEY`.
"""

import json
import os
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from huimin.platform.incidents.declarations.channels import open311
from huimin.platform.incidents.ports import Handed, Heard

SECONDS: Final = 10
LARGEST: Final = 1_000_000
"""Bytes of an answer that are read."""
GONE_FOR_GOOD: Final = frozenset({400, 403, 404, 405, 410, 422})
NOT_CONNECTED: Final = Heard(problem="not_connected")


class Unanswered(Exception):
    """No useful answer; `code` is short and holds no address, `is_final` where asking again will not help."""

    def __init__(self, code: str, *, is_final: bool = False) -> None:
        super().__init__(code)
        self.code, self.is_final = code, is_final


def _of_environment(neighbour: str, what: str) -> str:
    return os.environ.get(f"HUIMIN_NEIGHBOUR_{neighbour.upper()}_{what}", "")


def is_connected(neighbour: str) -> bool:
    """Whether this installation knows where the neighbour is reached."""
    return bool(_of_environment(neighbour, "URL"))


class Open311Neighbours:
    """Neighbours over HTTP, with a time limit on every answer; redirects are not followed."""

    def send(self, handed: Handed) -> Heard:
        """`POST requests.json`. Our reference goes along as `device_id`, so that a server which tells repetitions apart takes it once."""
        said = {
            "service_code": handed.service_code,
            "description": handed.description,
            "lat": handed.latitude,
            "long": handed.longitude,
            "address_string": handed.address,
            "device_id": handed.reference,
            "api_key": _of_environment(handed.neighbour, "KEY"),
        }
        body = urlencode({name: value for name, value in said.items() if value not in (None, "")})
        return self._heard(handed, "POST", "requests.json", body)

    def ask(self, handed: Handed) -> Heard:
        """`GET requests/<id>.json`, or `GET tokens/<token>.json` where only a token was given."""
        if not handed.number:
            return self._heard(handed, "GET", f"tokens/{quote(handed.token, safe='')}.json")
        return self._heard(handed, "GET", f"requests/{quote(handed.number, safe='')}.json")

    def _heard(self, handed: Handed, method: str, path: str, body: str = "") -> Heard:
        if not is_connected(handed.neighbour):
            return NOT_CONNECTED
        try:
            answer = _asked(handed.neighbour, method, path, body)
        except Unanswered as silence:
            return Heard(problem=silence.code, is_final=silence.is_final)
        number, token = _text(answer, "service_request_id"), _text(answer, "token")
        if not (number or token):
            return Heard(problem="no_number")
        return Heard(
            number=number,
            token=token,
            is_closed=answer.get("status") == "closed",
            notes=_text(answer, "status_notes")[:500],
        )


def _text(answer: dict[str, Any], name: str) -> str:
    value = answer.get(name)
    return str(value)[:500] if isinstance(value, str | int) else ""


def _asked(neighbour: str, method: str, path: str, body: str) -> dict[str, Any]:
    """The first thing of the answer. Raises Unanswered."""
    to = urlsplit(_of_environment(neighbour, "URL"))
    kinds = {"https": HTTPSConnection, "http": HTTPConnection}
    if to.scheme not in kinds or not to.hostname:
        raise Unanswered("bad_address")
    declared = open311().neighbours.get(neighbour)
    jurisdiction = declared.jurisdiction_id if declared else ""
    target = f"{to.path.rstrip('/')}/{path}"
    headers = {"Accept": "application/json"}
    if method == "POST":
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = f"{body}&{urlencode({'jurisdiction_id': jurisdiction})}" if jurisdiction else body
    elif jurisdiction:
        target = f"{target}?{urlencode({'jurisdiction_id': jurisdiction})}"
    connection = kinds[to.scheme](to.hostname, to.port, timeout=SECONDS)
    try:
        connection.request(method, target, body=body.encode() if body else None, headers=headers)
        response = connection.getresponse()
        content = response.read(LARGEST)
    except (OSError, HTTPException) as failure:
        raise Unanswered("no_answer") from failure
    finally:
        connection.close()
    if response.status >= 300:
        raise Unanswered(f"http_{response.status}", is_final=response.status in GONE_FOR_GOOD)
    try:
        told = json.loads(content)
    except ValueError as garbage:
        raise Unanswered("not_json") from garbage
    first = told[0] if isinstance(told, list) and told else told
    if not isinstance(first, dict):
        raise Unanswered("not_open311")
    return first
