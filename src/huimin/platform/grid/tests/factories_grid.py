"""A small grid of two districts, their workers and command posts; all synthetic."""

import json
from itertools import count
from pathlib import Path
from typing import Any

from huimin.platform.grid.models import Component
from huimin.platform.identity.models import Department
from huimin.platform.journal.rules import Actor
from huimin.platform.registries.operations import take_grid
from huimin.platform.registries.tests import factories as make

STREET, OTHER = "340202001", "340207001"
"""A street of Jinghu and a town of Jiujiang; each has a square of three by three cells."""
NAMES = {STREET: "赭山街道北门社区", OTHER: "沈巷镇河东社区"}
STEP = 0.01
_serial = count(1)


def cell(place: int, street: str = STREET) -> str:
    """The code of the n-th cell of a street, from 1."""
    return f"{street}001{place:03}"


def corner(place: int, street: str = STREET) -> tuple[float, float]:
    """Its south-west corner."""
    east = 118.30 if street == STREET else 118.60
    return round(east + (place - 1) % 3 * STEP, 4), round(31.30 + (place - 1) // 3 * STEP, 4)


def middle(place: int, street: str = STREET) -> tuple[float, float]:
    """Its middle."""
    west, south = corner(place, street)
    return round(west + STEP / 2, 5), round(south + STEP / 2, 5)


def take(folder: Path, *, cells: int = 9, name: str = "grid.geojson") -> None:
    """Take the grid over: so many cells of each street."""
    features = []
    for street in (STREET, OTHER):
        for place in range(1, cells + 1):
            (west, south), ring = corner(place, street), []
            for right, up in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0)):
                ring.append([round(west + right * STEP, 5), round(south + up * STEP, 5)])
            features.append(
                {
                    "type": "Feature",
                    "properties": {"code": cell(place, street), "name": f"{NAMES[street]}第{place}网格"},
                    "geometry": {"type": "Polygon", "coordinates": [ring]},
                }
            )
    path = folder / name
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    take_grid(path, actor=make.SYSTEM, at=make.AT)


def posts() -> None:
    """The posts of grid workers and command posts of both districts."""
    for code, division in (("qu_jinghu", "340202"), ("qu_jiujiang", "340207")):
        make.post(f"{code}.grid", "grid_worker", (division,))
        make.post(f"{code}.command", "command_operator", (division,))


def worker(district: str = "qu_jinghu", division: str = "340202") -> Actor:
    """A grid worker of a district."""
    return make.official(f"{district}.grid", "grid_worker", (division,))


def operator(district: str = "qu_jinghu", division: str = "340202") -> Actor:
    """Somebody at a district's command post."""
    return make.official(f"{district}.command", "command_operator", (division,))


def number_of(actor: Actor) -> str:
    """A worker's number, with which he signs in."""
    return make.account_of(actor).username


def component(place: int = 1, street: str = STREET, **fields: Any) -> Component:
    """A street lamp in the middle of a cell."""
    longitude, latitude = middle(place, street)
    made = {
        "code": f"{street[:6]}0118{next(_serial):06}",
        "standard_ref": "GB/T 30428",
        "class_code": "0118",
        "name": "路灯",
        "cell": cell(place, street),
        "division": street[:6],
        "longitude": longitude,
        "latitude": latitude,
        "authority": department("cgj"),
        "source": "测试",
    }
    return Component.objects.create(**made | fields)


def department(code: str) -> Department:
    """A department of the city."""
    made, _ = Department.objects.get_or_create(
        code=code, defaults={"name": f"部门{code}", "name_en": code, "kind": "government"}
    )
    return made
