"""What exchange does beside the requests: lands uploads, keeps the catalogue's versions, sweeps what crashes left."""

from collections.abc import Callable
from typing import Final

from django.utils import timezone

from huimin.platform.exchange.operations import sweep_lake
from huimin.platform.exchange.operations.catalogue import register_catalogue
from huimin.platform.exchange.operations.pushing import forget_push_keys
from huimin.platform.exchange.operations.uploads import land_upload, sweep_uploads, waiting_uploads
from huimin.platform.journal.rules import Actor


def land_uploads() -> None:
    """Land every file that waits, one after the other."""
    for job in waiting_uploads():
        land_upload(job=job, clock=timezone.now)


def keep_versions() -> None:
    """Register what is declared anew or differently since the last start."""
    register_catalogue(actor=Actor(kind="system", ref="catalogue"), at=timezone.now())


def sweep() -> None:
    """Delete lake files, uploads and idempotency keys that nothing needs any more."""
    sweep_lake()
    sweep_uploads(at=timezone.now())
    forget_push_keys(at=timezone.now())


PERIODIC: Final[dict[str, tuple[float, Callable[[], object]]]] = {
    "land_uploads": (1.0, land_uploads),
    "keep_versions": (60.0, keep_versions),
    "sweep": (3600.0, sweep),
}
