"""What the registries do when something was announced."""

from huimin.platform.exchange.events import DeliveryLanded
from huimin.platform.journal.ports import Arrival, receives
from huimin.platform.registries.models import AwaitedRefresh
from huimin.platform.registries.records import latest_build

# A delivery of more records than this waits for the next reconcile: all at once is cheaper than one by one.
SMALL = 500


@receives(DeliveryLanded)
def await_refresh(fact: DeliveryLanded, arrival: Arrival) -> None:
    """Note a small delivery that no build has seen; the work itself is too long for a receiver."""
    build = latest_build()
    if build is not None and arrival.at < build.built_at:
        return
    if fact.state == "standing" and 0 < fact.landed <= SMALL:
        AwaitedRefresh.objects.get_or_create(delivery=int(fact.subject.removeprefix("delivery:")))
