"""A browser in which somebody is signed in, and the small district in which he walks."""

import json
from pathlib import Path
from types import SimpleNamespace

from django.test import Client

from huimin.platform.identity.models import Account
from huimin.platform.identity.queries.asking import DEMO_IN_SESSION, POST_IN_SESSION
from huimin.platform.incidents.tests import factories as make
from huimin.platform.journal.rules import Actor
from huimin.platform.registries.operations import take_grid


def signed_in(actor: Actor) -> Client:
    """A client with the session of this actor, in his post."""
    client = Client()
    client.force_login(
        Account.objects.get(public_id=actor.ref), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    session = client.session
    session[DEMO_IN_SESSION], session[POST_IN_SESSION] = True, actor.post
    session.save()
    return client


def the_district(folder: Path) -> SimpleNamespace:
    """In a city that stands: a grid of one cell, one official at each post that a report meets, a worker who walks the cell."""
    outline = {
        "type": "Feature",
        "properties": {"code": make.CELL, "name": "网格001"},
        "geometry": make.square(*make.HERE),
    }
    grid = folder / "grid.geojson"
    grid.write_text(json.dumps({"type": "FeatureCollection", "features": [outline], "synthetic": True}), "utf-8")
    take_grid(grid, actor=make.SYSTEM, at=make.NOW)
    posts = {
        "worker": "qu_jinghu.grid",
        "command": "qu_jinghu.command",
        "housing": "zjj.dispose",
        "agent": "rx12345.agent",
    }
    accounts = {name: make.official(post) for name, post in posts.items()}
    make.walks(accounts["worker"], make.CELL)
    return SimpleNamespace(accounts=accounts, **{name: make.acting(one) for name, one in accounts.items()})
