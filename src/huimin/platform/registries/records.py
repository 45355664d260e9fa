"""Which records speak of whom, as the last build and what came since have it."""

import shutil
import time
from pathlib import Path
from typing import Any

from django.conf import settings

from huimin.platform.exchange.lake import engine
from huimin.platform.exchange.queries import standing_digest
from huimin.platform.registries.models import Build, PlacesBuild, RecentLink

# The column of links.parquet that holds the key of each registry's entities.
KEY = {"people": "person_key", "organisations": "org_key"}


def builds() -> Path:
    """The folder of the builds' files."""
    return Path(settings.HOME) / "registries"


def latest_build() -> Build | None:
    """The build that the serving registries show, or None before the first."""
    return Build.objects.order_by("-number").first()


def is_behind() -> bool:
    """Whether deliveries have come or gone since the last build."""
    build = latest_build()
    return build is None or build.standing != standing_digest()


def records_of(key: str) -> list[tuple[str, str]]:
    """(resource, record id) of every record linked to this person or organisation, in order."""
    return sorted(links_of([key]))


def links_of(keys: list[str]) -> dict[tuple[str, str], str]:
    """(resource, record id) → key, of every record linked to one of these people and organisations."""
    found: dict[tuple[str, str], str] = {}
    if keys and (build := latest_build()) is not None and (kept := _linked(build)) is not None:
        rows = _asked(f"SELECT resource, record_id, key FROM {kept} WHERE key IN (SELECT unnest($1))", [keys])
        found.update({(resource, record): key for resource, record, key in rows})
    recent = RecentLink.objects.filter(key__in=keys).values_list("resource", "record_id", "key")
    found.update({(resource, record): key for resource, record, key in recent})
    return found


def keys_of(resource: str, record_ids: list[str]) -> dict[str, str]:
    """Record id → key of the person or organisation that each of these records is linked to; unresolved and unknown ones are left out."""
    found: dict[str, str] = {}
    if record_ids and (build := latest_build()) is not None and (kept := links(build)) is not None:
        rows = _asked(
            f"SELECT record_id, coalesce(person_key, org_key) FROM {kept} WHERE resource = $1 AND record_id IN (SELECT unnest($2))"
            " AND coalesce(person_key, org_key) IS NOT NULL",
            [resource, record_ids],
        )
        found.update(dict(rows))
    found.update(RecentLink.objects.filter(resource=resource, record_id__in=record_ids).values_list("record_id", "key"))
    return found


def links(build: Build) -> str | None:
    """The links of a build as the engine reads them; None where its file is gone."""
    file = builds() / build.folder / "links.parquet"
    return f"read_parquet('{engine.text(file)}')" if file.exists() else None


def _linked(build: Build) -> str | None:
    """Who has which records as the engine reads it, in the order of keys (in any, of a build of an earlier release)."""
    file = builds() / build.folder / "linked.parquet"
    if file.exists():
        return f"read_parquet('{engine.text(file)}')"
    kept = links(build)
    return kept and f"(SELECT resource, record_id, coalesce(person_key, org_key) AS key FROM {kept})"


def golden_files(folder: Path, table: str) -> Path:
    """The files of a registry's golden values in a build's folder, as a pattern that the engine reads: one wide row a subject, with the key
    and, of each field F, its value, F__source, F__as_of and F__disputed.
    """
    return folder / f"{table}_golden-*.parquet"


# A folder that a reader may still have open is left alone for so long.
SWEEP_AFTER_SECONDS = 3600


def sweep(*, older_than: float = SWEEP_AFTER_SECONDS) -> list[str]:
    """Delete the folders of builds that nothing needs any more, if older than `older_than` seconds; returns what went.

    Needed are the two latest builds (keys are kept by the last one, and who began to read may still read the one before) and the build
    whose houses are served. What a crash left behind belongs to no build. To be called under the lock of the builds' folder.
    """
    needed = set(Build.objects.order_by("-number").values_list("folder", flat=True)[:2])
    needed |= set(PlacesBuild.objects.order_by("-number").values_list("build__folder", flat=True)[:1])
    edge = time.time() - older_than
    gone = []
    for folder in sorted(builds().glob("build-*")):
        if folder.name not in needed and folder.stat().st_mtime < edge:
            shutil.rmtree(folder)
            gone.append(folder.name)
    return gone


def _asked(query: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with engine.borrowed(Path(settings.HOME) / "spill") as connection:
        rows: list[tuple[Any, ...]] = connection.execute(query, values).fetchall()
    return rows
