"""People and officials who walk a case."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from huimin.platform.identity.models import Account, Post, PostHolding
from huimin.platform.journal.rules import Actor
from huimin.platform.process import operations as process
from huimin.platform.process.models import WorkItem

_serial = count(1)
PDF = b"%PDF-1.4 synthetic"
FIRM = "organisation:E000000001"


def official(post: str, at: datetime) -> Actor:
    """An official who holds a post of the city."""
    account = Account.objects.create(
        username=f"case-official-{next(_serial)}", name="合成人员", kind="official", opened_at=at
    )
    PostHolding.objects.create(account=account, post=Post.objects.get(code=post), starts_at=at - timedelta(days=30))
    return Actor(kind="account", ref=account.public_id, post=post)


def do(case: Any, node: str, outcome: str, at: datetime, note: str = "") -> None:
    """Somebody at its post claims the open step of this name and finishes it."""
    item = WorkItem.objects.get(process__subject=case.reference, node=node, closed_at=None)
    actor = official(item.post.code, at)
    process.claim(number=item.number, actor=actor, at=at)
    process.complete(number=item.number, outcome=outcome, note=note, actor=actor, at=at)
