"""Coordinates: degrees in the 2000 national system (CGCS2000), what comes in GCJ-02 taken back to it, and distances.

CGCS2000 and WGS 84 agree to some centimetres, so the platform treats them as one and keeps only what a sender said. GCJ-02 is the
published system of Chinese consumer maps: a shift of some hundred metres that depends on the place, defined inside of China only.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import asin, cos, hypot, isfinite, pi, radians, sin, sqrt
from typing import Final

from huimin.kernel.refusals import BadInput


class Datum(StrEnum):
    """The systems that a sender may say its degrees are in."""

    CGCS2000 = "cgcs2000"
    WGS84 = "wgs84"
    GCJ02 = "gcj02"


class NoSuchPoint(BadInput):
    """These are no degrees of a place on earth."""

    zh = "经度、纬度不正确：经度应在 -180 到 180 之间，纬度应在 -90 到 90 之间。"
    en = "The longitude or latitude is wrong: longitude lies between -180 and 180, latitude between -90 and 90."


class UnknownDatum(BadInput):
    """The coordinate system is none that is known here."""

    zh = "不认识坐标系“{datum}”，请用 cgcs2000、wgs84 或 gcj02。"
    en = "“{datum}” is no known coordinate system: use cgcs2000, wgs84 or gcj02."


@dataclass(frozen=True, slots=True)
class Point:
    """A place in degrees of the 2000 national system, and the system that its sender gave it in."""

    longitude: float
    latitude: float
    datum_said: Datum = Datum.CGCS2000


EARTH_METRES: Final = 6_371_008.8
"""The mean radius (IUGG R1)."""
_AXIS: Final = 6_378_245.0
"""The semi-major axis of the ellipsoid of Krasovsky, on which GCJ-02 is defined."""
_SQUARED_ECCENTRICITY: Final = 0.006_693_421_622_965_943
_ORIGIN: Final = (105.0, 35.0)
_WEST, _SOUTH, _EAST, _NORTH = 72.004, 0.8293, 137.8347, 55.8271
"""The rectangle outside of which GCJ-02 shifts nothing."""
_CLOSE: Final = 1e-9
"""Degrees, a tenth of a millimetre: the inverse has come to rest."""
_STEPS: Final = 10


def to_cgcs2000(longitude: float, latitude: float, datum: str = Datum.CGCS2000) -> Point:
    """A point as its sender gave it, in the 2000 national system. Raises NoSuchPoint, UnknownDatum."""
    try:
        said = Datum(datum)
    except ValueError:
        raise UnknownDatum(datum=datum[:20], field="datum") from None
    if not (isfinite(longitude) and isfinite(latitude) and abs(longitude) <= 180 and abs(latitude) <= 90):
        raise NoSuchPoint(field="longitude")
    if said is Datum.GCJ02:
        longitude, latitude = from_gcj02(longitude, latitude)
    return Point(longitude, latitude, said)


def to_gcj02(longitude: float, latitude: float) -> tuple[float, float]:
    """The same place in GCJ-02; outside of China GCJ-02 is the same as what comes in."""
    if not _is_shifted(longitude, latitude):
        return longitude, latitude
    east, north = _shift(longitude, latitude)
    return longitude + east, latitude + north


def from_gcj02(longitude: float, latitude: float) -> tuple[float, float]:
    """A place given in GCJ-02 taken back: the shift is inverted by iteration, to far less than half a metre."""
    if not _is_shifted(longitude, latitude):
        return longitude, latitude
    found = longitude, latitude
    for _ in range(_STEPS):
        east, north = _shift(*found)
        nearer = longitude - east, latitude - north
        moved = hypot(nearer[0] - found[0], nearer[1] - found[1])
        found = nearer
        if moved < _CLOSE:
            break
    return found


def _is_shifted(longitude: float, latitude: float) -> bool:
    return _WEST <= longitude <= _EAST and _SOUTH <= latitude <= _NORTH


def _shift(longitude: float, latitude: float) -> tuple[float, float]:
    """How far east and north GCJ-02 puts a place, in degrees."""
    x, y = longitude - _ORIGIN[0], latitude - _ORIGIN[1]
    root = sqrt(abs(x))
    wave = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + wave
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + wave
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    at = radians(latitude)
    curve = 1 - _SQUARED_ECCENTRICITY * sin(at) ** 2
    meridian = _AXIS * (1 - _SQUARED_ECCENTRICITY) / (curve * sqrt(curve))
    parallel = _AXIS / sqrt(curve) * cos(at)
    return east * 180 / (parallel * pi), north * 180 / (meridian * pi)


def metres_between(longitude: float, latitude: float, other_longitude: float, other_latitude: float) -> float:
    """The distance between two places along the earth's surface, in metres (haversine, sphere)."""
    here, there = radians(latitude), radians(other_latitude)
    half = sin((there - here) / 2) ** 2
    half += cos(here) * cos(there) * sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * EARTH_METRES * asin(min(1.0, sqrt(half)))


def box_around(longitude: float, latitude: float, metres: float) -> tuple[float, float, float, float]:
    """West, south, east and north of the box that holds every place within so many metres: what an index can answer."""
    up = metres / EARTH_METRES * 180 / pi
    across = up / max(cos(radians(min(89.0, abs(latitude) + up))), 1e-6)
    return longitude - across, latitude - up, longitude + across, latitude + up
