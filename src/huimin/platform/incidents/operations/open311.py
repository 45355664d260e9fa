"""Open311: who may send; a request that came in; an incident that goes out to a neighbour."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction

from huimin.kernel.refusals import NotFound, Refusal
from huimin.platform.incidents.declarations import standard
from huimin.platform.incidents.declarations.channels import open311
from huimin.platform.incidents.events import (
    IncidentForwarded,
    NeighbourAnswered,
    Open311ClientClosed,
    Open311ClientRegistered,
)
from huimin.platform.incidents.models import Forwarding, Open311Client, Open311Request
from huimin.platform.incidents.operations.reporting import Reported, report_incident
from huimin.platform.incidents.ports import Handed, Heard, neighbours
from huimin.platform.incidents.queries import get_incident
from huimin.platform.incidents.queries.open311 import key_digests, sent_by, without_numbers
from huimin.platform.incidents.rules import NewReport
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor

HOUR: Final = timedelta(hours=1)
ASK_AGAIN: Final = timedelta(minutes=15)
"""How often a neighbour is asked how it stands."""
HELD: Final = timedelta(minutes=5)
"""How long a row that is being sent is nobody else's: longer than any answer is waited for."""
MOST_TRIES: Final = 8
NOT_CONNECTED: Final = "not_connected"
SYSTEM: Final = Actor(kind="system", ref="neighbours")


class ClientNameTaken(Refusal):
    """A program of this name has a key."""

    zh = "已有同名的 Open311 客户端。"
    en = "There is an Open311 client of this name."


class NoSuchOpen311Client(NotFound):
    """No program of this name has a key."""

    zh = "没有这个 Open311 客户端。"
    en = "There is no such Open311 client."


class TooManyRequests(Refusal):
    """The program has sent as much as the city takes in an hour."""

    zh = "一小时内提交过多，请稍后再试。"
    en = "Too many requests within an hour; please try again later."
    status = 429


class NoSuchNeighbour(NotFound):
    """No neighbour of this code is declared, or it does not take this class."""

    zh = "没有声明这个相邻地区，或者它不受理这类事项。"
    en = "No such neighbour is declared, or it does not take this class."


class ForwardedAlready(Refusal):
    """The neighbour has it."""

    zh = "这件已经转给该地区了。"
    en = "This has been handed to that neighbour already."


def register_open311_client(*, name: str, key: str = "", actor: Actor, at: datetime) -> tuple[Open311Client, str]:
    """Give a program a key, which nobody sees again. Raises ClientNameTaken."""
    key = key or secrets.token_urlsafe(24)
    try:
        with transaction.atomic():
            client = Open311Client.objects.create(name=name, key_digest=key_digests(key)[0], registered_at=at)
            publish(Open311ClientRegistered(subject=client.reference), actor=actor, at=at)
    except IntegrityError as taken:
        raise ClientNameTaken from taken
    return client, key


@transaction.atomic
def close_open311_client(*, name: str, actor: Actor, at: datetime) -> None:
    """Let a program send no more. Raises NoSuchOpen311Client; a closed one stays as it is."""
    client = Open311Client.objects.filter(name=name).first()
    if client is None:
        raise NoSuchOpen311Client
    if Open311Client.objects.filter(pk=client.pk, closed_at=None).update(closed_at=at):
        publish(Open311ClientClosed(subject=client.reference), actor=actor, at=at)


@transaction.atomic
def take_open311_request(
    *, client: Open311Client, report: NewReport, said: Mapping[str, object], at: datetime
) -> Reported:
    """Report what a program sends, and keep what it said beside it. Sent twice it is one.

    Raises TooManyRequests and what reporting refuses.
    """
    most = open311().reports_an_hour
    if sent_by(client, since=at - HOUR, at_most=most) >= most:
        raise TooManyRequests
    actor = Actor(kind="client", ref=client.public_id)
    reported = report_incident(report=report, sender=client.reference, actor=actor, at=at)
    Open311Request.objects.get_or_create(report=reported.report, defaults={"client": client, "sent_at": at, **said})
    return reported


@transaction.atomic
def forward_incident(number: str, *, neighbour: str, actor: Actor, at: datetime) -> Forwarding:
    """Hand an incident to a neighbour; it is sent after the commit. What failed may be handed over again.

    Raises NoSuchNeighbour, ForwardedAlready, NoSuchIncident.
    """
    incident = get_incident(number)
    declared = open311().neighbours.get(neighbour)
    if declared is None or incident.class_code not in declared.classes:
        raise NoSuchNeighbour
    made, is_new = Forwarding.objects.get_or_create(
        incident=incident, neighbour=neighbour, defaults={"asked_at": at, "next_at": at}
    )
    if not is_new:
        again = {"standing": Forwarding.Standing.WAITING.value, "tries": 0, "problem": "", "next_at": at}
        failed = Forwarding.objects.filter(pk=made.pk, standing=Forwarding.Standing.FAILED)
        if not failed.update(**again):
            raise ForwardedAlready
        made.refresh_from_db()
    publish(IncidentForwarded(subject=incident.reference, neighbour=neighbour), actor=actor, at=at)
    return made


def send_and_ask(*, at: datetime, limit: int = 20) -> int:
    """Send what waits, and ask after what was sent; gives how many neighbours were spoken with.

    Each row is taken for five minutes first, so that no lock is held while a server far away answers and two runners never send the same.
    """
    spoken = 0
    for pk, next_at in _due(at, limit):
        if not _taken(pk, next_at, until=at + HELD):
            continue
        row = Forwarding.objects.select_related("incident").get(pk=pk)
        outside = neighbours.get()
        speak = outside.send if row.standing == Forwarding.Standing.WAITING else outside.ask
        _write_down(row, speak(_handed(row)), at=at)
        spoken += 1
    return spoken


def _due(at: datetime, limit: int) -> list[tuple[int, datetime | None]]:
    found = Forwarding.objects.filter(next_at__lte=at).order_by("next_at", "id")
    return list(found.values_list("pk", "next_at")[:limit])


def _taken(pk: int, next_at: datetime | None, *, until: datetime) -> bool:
    """Whether this runner is the one that moved the row on from where both have read it."""
    return bool(Forwarding.objects.filter(pk=pk, next_at=next_at).update(next_at=until))


def _handed(row: Forwarding) -> Handed:
    """What the neighbour is told: the public words of the incident, and nothing of who reported it."""
    incident, language = row.incident, "zh"
    declared = open311().neighbours.get(row.neighbour)
    named = standard(incident.standard_ref).of(incident.class_code).names.text(language)
    return Handed(
        neighbour=row.neighbour,
        reference=incident.number,
        service_code=declared.classes.get(incident.class_code, "") if declared else "",
        description=without_numbers(f"{named}：{incident.description}" if incident.description else named),
        longitude=incident.longitude,
        latitude=incident.latitude,
        address=incident.address,
        number=row.remote_id,
        token=row.remote_token,
    )


@transaction.atomic
def _write_down(row: Forwarding, heard: Heard, *, at: datetime) -> None:
    before = row.standing
    if heard.problem:
        # A neighbour that this installation is not connected to yet has not failed: the row waits.
        row.tries += heard.problem != NOT_CONNECTED
        row.problem = heard.problem
        over = heard.is_final or row.tries >= MOST_TRIES
        # What the neighbour has taken in is asked after for as long as it takes.
        if over and row.standing == Forwarding.Standing.WAITING:
            row.standing = Forwarding.Standing.FAILED.value
        row.next_at = None if row.standing == Forwarding.Standing.FAILED else at + wait(max(row.tries, 1))
    else:
        row.tries, row.problem = 0, ""
        row.remote_id, row.remote_token = heard.number or row.remote_id, heard.token or row.remote_token
        row.remote_notes = heard.notes or row.remote_notes
        row.sent_at = row.sent_at or at
        row.standing = (Forwarding.Standing.CLOSED if heard.is_closed else Forwarding.Standing.SENT).value
        row.next_at = None if heard.is_closed else at + ASK_AGAIN
    row.save()
    if row.standing != before:
        fact = NeighbourAnswered(subject=row.incident.reference, neighbour=row.neighbour, standing=row.standing)
        publish(fact, actor=SYSTEM, at=at)


def wait(tries: int) -> timedelta:
    """How long to wait after so many failures: a minute, four, sixteen … at most six hours."""
    return min(timedelta(minutes=4 ** (tries - 1)), timedelta(hours=6))
