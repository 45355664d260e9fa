"""`huimin restore`: a backup becomes a city again, in another folder or database, and proves that it is the same."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

from huimin.kernel.refusals import Refusal
from huimin.tooling.keeping import places
from huimin.tooling.keeping.manifest import Manifest, differences
from huimin.tooling.keeping.moving import move
from huimin.tooling.keeping.proof import Standing, announce_restored, standing_of
from huimin.tooling.keeping.reading import lay_out
from huimin.tooling.keeping.stores import ask_for_empty_database, check_sqlite, fill_database
from huimin.tooling.keeping.writing import sync

WORK: Final = ".restoring"
"""In the data folder while a restore is at work: what lies beside it is unfinished, and the next restore clears it."""


class CityLives(Refusal):
    """There is a city where the backup should go."""

    zh = "{path} 里已有数据，不会覆盖。请用 --home 指定空目录。"
    en = "{path} holds a city already and will not be overwritten. Name an empty folder with --home."


class NotTheOne(Refusal):
    """The backup is not the one whose fingerprint was noted."""

    zh = "这不是记下指纹的那份备份。"
    en = "This is not the backup whose fingerprint was noted."


@dataclass(frozen=True, kw_only=True)
class Restored:
    """A restored city: where, its manifest, how it stands, and what it answers differently."""

    home: Path
    manifest: Manifest
    standing: Standing
    differences: list[str]

    @property
    def wrong(self) -> list[str]:
        """Everything that is not as it was, one sentence each; files that had been lost before the backup are not counted."""
        lost = [f"lake file missing: {name}" for name in self.standing.missing if name not in self.manifest.missing]
        changed = [f"lake file changed: {name}" for name in self.standing.changed]
        return [*self.standing.findings, *lost, *changed, *self.differences]


def restore(
    source: Path,
    *,
    home: Path,
    database: str,
    passphrase: str | None = None,
    expect: str = "",
    told: Callable[[str], None] = lambda _: None,
) -> Restored:
    """Bring a backup into `home` (and the empty PostgreSQL `database`, a URL; blank for the embedded store) and ask the new city.

    `expect` is the fingerprint that was noted when the backup was made: raises NotTheOne when this is another one.
    Nothing that is there is overwritten: raises CityLives, NotEmpty. Interrupted, it leaves a folder that the next restore clears.
    A backup of the other kind of store is moved, row by row. Raises also the refusals of `reading`, `stores`, `moving` and `proof`.
    """
    home = home.resolve()
    work = home / WORK
    if not work.exists() and places.holds_a_city(home):
        raise CityLives(path=str(home))
    if database:
        ask_for_empty_database(database)
    _clear(home)
    work.mkdir(mode=0o700, parents=True)
    keys = [key for key in [os.environ.get("HUIMIN_SECRET_KEY", "")] if key]
    try:
        told("copy")
        manifest = lay_out(source, work, passphrase=passphrase, keys=keys)
        if expect and manifest.fingerprint() != expect:
            raise NotTheOne
        otherwise = _put_in_place(home, work, manifest, database=database, told=told)
    except Refusal:
        _clear(home)
        raise
    told("prove")
    standing = standing_of(_environment(home, database))
    one_store = manifest.store == _kind(database)
    found = differences(manifest.evidence, standing.evidence, one_store=one_store)
    restored = Restored(home=home, manifest=manifest, standing=standing, differences=[*otherwise, *found])
    # A city that is not as it was must not be used; one of an earlier version is written to only after its upgrade.
    if not restored.wrong and not standing.behind:
        announce_restored(_environment(home, database), fingerprint=manifest.fingerprint(), made_at=manifest.made_at)
    return restored


def _clear(home: Path) -> None:
    """Take away what an interrupted restore left: with its folder there, there was no city here before."""
    if not (home / WORK).exists():
        return
    for path in home.iterdir():
        if path.name not in places.LEFT_ALONE:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.rmtree(home / WORK)


def _kind(database: str) -> str:
    """Which kind of store this is, as a manifest says it."""
    return "postgresql" if database else "sqlite"


def _put_in_place(
    home: Path, work: Path, manifest: Manifest, *, database: str, told: Callable[[str], None]
) -> list[str]:
    """Everything else first, the store last: it makes the city. Gives the tables that came out otherwise when it was moved."""
    store = work / (places.DUMP if manifest.store == "postgresql" else places.SQLITE)
    told("store")
    if manifest.store == "sqlite":
        check_sqlite(store)
    for path in sorted(work.iterdir()):
        if path != store:
            path.replace(home / path.name)
    (home / "anchors").mkdir(mode=0o700, exist_ok=True)
    sync(home)
    otherwise: list[str] = []
    if manifest.store != _kind(database):
        moved = move(store, migrations=manifest.evidence.migrations, env=_environment(home, database))
        otherwise = [f"table {name}: not as it was" for name in moved]
    elif database:
        fill_database(database, store)
    else:
        store.replace(home / places.SQLITE)
    sync(home)
    shutil.rmtree(work)
    return otherwise


def _environment(home: Path, database: str) -> dict[str, str]:
    """What a process of the restored city sees."""
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    env |= {"HUIMIN_HOME": str(home), "HUIMIN_CITY": settings.CITY}
    return {**env, "DATABASE_URL": database} if database else env
