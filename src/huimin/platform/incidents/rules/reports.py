"""What somebody says when he reports, whatever the channel: a value that every door fills in alike."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from huimin.kernel.refusals import BadInput

_KEY: Final = re.compile(r"[A-Za-z0-9-]{8,64}")


class Channel(StrEnum):
    """Where a report came in."""

    WORKER = "worker"
    CITIZEN = "citizen"
    HOTLINE = "hotline"
    OPEN311 = "open311"
    SENSOR = "sensor"
    OFFICIAL = "official"


SEEN_BY_OFFICIALS: Final = frozenset({Channel.WORKER, Channel.OFFICIAL})
"""Channels whose reporter has been on the spot in the city's service: nobody has to verify what he saw."""


class PhotoStage(StrEnum):
    """When in the life of an incident a photo was taken."""

    BEFORE = "before"
    AFTER = "after"
    CHECK = "check"


class NoPlace(BadInput):
    """Neither a point nor an address nor a component says where it is."""

    zh = "请说明地点：在地图上选一个点，或填写地址，或选一个部件。"
    en = "Say where it is: choose a point on the map, give an address, or name a component."


class BadKey(BadInput):
    """The sender's key cannot be one: the same report sent twice could not be told apart."""

    zh = "上报的幂等键应为 8 到 64 位字母、数字或连字符。"
    en = "The key of a report has 8 to 64 letters, digits or hyphens."


@dataclass(frozen=True, kw_only=True)
class NewPhoto:
    """A photo as it came, and when it was taken if the sender says so."""

    content: bytes
    taken_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Contact:
    """How the reporter can be reached; personal data, kept with his report alone."""

    name: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class NewReport:
    """A report. Degrees in `datum` (cgcs2000, wgs84 or gcj02); at least one of point, address and component.

    `key` is the sender's own: the same sender and key mean the same report. `class_code` empty: the command centre classifies.
    `observed_at` is when it was seen; when it arrived is the operation's `at`. `confirms` names an open incident which this voice joins.
    Raises BadKey and NoPlace when it is made.
    """

    key: str
    channel: Channel
    description: str = ""
    class_code: str = ""
    longitude: float | None = None
    latitude: float | None = None
    datum: str = "cgcs2000"
    address: str = ""
    component: str = ""
    observed_at: datetime | None = None
    photos: Sequence[NewPhoto] = ()
    contact: Contact | None = None
    anonymous: bool = False
    urgent: bool = False
    confirms: str = ""
    handset: str = ""

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key):
            raise BadKey(field="key")
        if self.point is None and not (self.address.strip() or self.component or self.confirms):
            raise NoPlace(field="address")

    @property
    def point(self) -> tuple[float, float] | None:
        """Longitude and latitude as the sender gave them; None where either is missing."""
        if self.longitude is None or self.latitude is None:
            return None
        return self.longitude, self.latitude
