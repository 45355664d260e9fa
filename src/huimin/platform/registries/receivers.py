"""What the registries do when something was announced."""

from functools import partial

from huimin.platform.exchange.events import DeliveryLanded
from huimin.platform.journal.ports import Arrival, receives
from huimin.platform.notifications.operations import tell_of
from huimin.platform.registries.events import CorrectionFact
from huimin.platform.registries.models import AwaitedRefresh
from huimin.platform.registries.queries import told_of_correction
from huimin.platform.registries.records import latest_build

# A delivery of more records than this, or than this part of all, waits for the next reconcile: whom it touches is then a good part of
# everybody.
SMALL, MOST, ONE_IN = 500, 10_000, 10


def is_small(records: int, standing: int) -> bool:
    """Whether whom a delivery of so many records touches is brought in by itself, beside a registry built from `standing` records."""
    return 0 < records <= max(SMALL, min(MOST, standing // ONE_IN))


@receives(DeliveryLanded)
def await_refresh(fact: DeliveryLanded, arrival: Arrival) -> None:
    """Note a small delivery that no build has seen; the work itself is too long for a receiver."""
    build = latest_build()
    if build is None or arrival.at < build.built_at or fact.state != "standing":
        return
    if is_small(fact.landed, build.records):
        AwaitedRefresh.objects.get_or_create(delivery=int(fact.subject.removeprefix("delivery:")))


@receives(CorrectionFact)
def tell_of_correction(fact: CorrectionFact, arrival: Arrival) -> None:
    """Something became of a correction: whose value it is is told."""
    at = arrival.received_at
    told = partial(told_of_correction, fact, but=arrival.actor.ref, at=at)
    tell_of(fact, told, key=arrival.key, at=at)
