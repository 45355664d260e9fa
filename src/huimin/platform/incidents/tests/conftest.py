import json
from types import SimpleNamespace

import pytest

from huimin.cli.standing import establish
from huimin.platform.incidents.tests import factories as make
from huimin.platform.registries.operations import take_grid


@pytest.fixture
def city(db, settings, tmp_path):
    """The city as it is declared, and a grid of three cells in two districts."""
    settings.HOME = tmp_path
    establish()
    features = [
        {"type": "Feature", "properties": {"code": code, "name": f"网格{code[-3:]}"}, "geometry": make.square(*where)}
        for code, where in ((make.CELL, make.HERE), (make.OTHER_CELL, make.THERE), (make.FAR_CELL, make.FAR))
    ]
    grid = tmp_path / "grid.geojson"
    grid.write_text(json.dumps({"type": "FeatureCollection", "features": features, "synthetic": True}), "utf-8")
    take_grid(grid, actor=make.SYSTEM, at=make.NOW)
    return grid


@pytest.fixture
def people(city):
    """One official at each post that an incident meets, and a worker who walks the cell."""
    posts = {
        "worker": "qu_jinghu.grid",
        "command": "qu_jinghu.command",
        "chief": "cgj.command",
        "housing": "zjj.dispose",
        "urban": "cgj.dispose",
        "police": "gaj.dispose",
        "market": "scjgj.dispose",
        "district": "qu_jinghu.dispose",
        "elsewhere": "qu_yijiang.command",
        "agent": "rx12345.agent",
        "router": "cgj.routing",
    }
    accounts = {name: make.official(post) for name, post in posts.items()}
    make.walks(accounts["worker"], make.CELL)
    return SimpleNamespace(accounts=accounts, **{name: make.acting(one) for name, one in accounts.items()})
