"""A small district with a grid, posts and people for tests of incidents."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import count

from PIL import Image

from huimin.platform.grid.models import Assignment
from huimin.platform.identity.models import Account, Post, PostHolding
from huimin.platform.incidents import operations
from huimin.platform.incidents.models import Incident
from huimin.platform.incidents.rules import Channel, NewPhoto, NewReport, PhotoStage
from huimin.platform.journal.rules import Actor

NOW = datetime(2026, 6, 3, 2, 0, tzinfo=UTC)
"""Wednesday, 3 June 2026, ten in the morning in Beijing."""
CELL = "340202001001001"
OTHER_CELL = "340202001001002"
FAR_CELL = "340209001001001"
HERE = (118.365, 31.335)
THERE = (118.375, 31.335)
FAR = (118.385, 31.335)
CLASS = "01010"
"""道路破损, which the table gives to housing and construction (zjj)."""
SYSTEM = Actor(kind="system", ref="test")
_serial = count(1)


def square(longitude: float, latitude: float) -> dict[str, object]:
    """A square of a hundredth of a degree around a point."""
    west, south = longitude - 0.005, latitude - 0.005
    ring = [[west, south], [west + 0.01, south], [west + 0.01, south + 0.01], [west, south + 0.01], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def official(post: str, name: str = "") -> Account:
    number = next(_serial)
    account = Account.objects.create(
        username=f"incident-official{number}",
        name=name or f"合成人员{number}",
        kind="official",
        opened_at=NOW - timedelta(days=400),
    )
    PostHolding.objects.create(account=account, post=Post.objects.get(code=post), starts_at=NOW - timedelta(days=300))
    return account


def acting(account: Account, post: str = "") -> Actor:
    held = post or PostHolding.objects.get(account=account).post.code
    return Actor(kind="account", ref=account.public_id, post=held)


def resident() -> Account:
    number = next(_serial)
    return Account.objects.create(
        username=f"incident-citizen{number}",
        name=f"合成居民{number}",
        kind="citizen",
        opened_at=NOW - timedelta(days=90),
    )


def walks(account: Account, *cells: str) -> None:
    for cell in cells:
        Assignment.objects.create(worker=account, cell=cell, since_on=(NOW - timedelta(days=200)).date())


def photo(colour: str = "grey", size: tuple[int, int] = (64, 48)) -> NewPhoto:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return NewPhoto(content=out.getvalue())


def a_report(**fields: object) -> NewReport:
    given = {
        "key": f"report-{next(_serial):08}",
        "channel": Channel.WORKER,
        "description": "路面有一个坑",
        "class_code": CLASS,
        "longitude": HERE[0],
        "latitude": HERE[1],
    }
    return NewReport(**{**given, **fields})


def reported(*, actor: Actor = SYSTEM, at: datetime = NOW, sender: str = "test:1", **fields: object) -> Incident:
    return operations.report_incident(report=a_report(**fields), sender=sender, actor=actor, at=at).incident


def stage(name: str) -> PhotoStage:
    return PhotoStage(name)
