"""A backup of a city comes back as the same city, elsewhere; anything else is refused or found."""

import json
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from huimin.tooling.keeping.tests.small_city import environment, huimin, living, python, report, write_extracts

pytestmark = pytest.mark.fault
Target = Callable[[], dict[str, str]]
PASSPHRASE = "correct horse battery"
KEPT_FACTS = (
    "import django, json; django.setup()\n"
    "from huimin.platform.journal import queries\n"
    "print(json.dumps([[e.kind, e.fact.fingerprint] for e in queries.latest_entries(100) if hasattr(e.fact, 'fingerprint')]))"
)


def restore(target: dict[str, str], source: Path, *words: str, status: int = 0) -> str:
    return huimin(target, "restore", "--from", str(source), *words, status=status)


def kept_facts(env: dict[str, str]) -> list[list[str]]:
    """What the city's journal says of backups, newest first: kind and fingerprint."""
    return json.loads(python(env, "-c", KEPT_FACTS))


def fingerprint(said: str) -> str:
    return said.split("elsewhere: ")[1].split()[0]


def test_a_restored_city_answers_the_same(small_city: dict[str, str], empty_target: Target, tmp_path: Path) -> None:
    said = huimin(small_city, "backup", "--out", str(tmp_path / "backups"))
    target = empty_target()
    assert "Restored and proven" in restore(target, tmp_path / "backups", "--expect", fingerprint(said))
    assert report(target) == report(small_city)
    # Each city says what was done with it: the living one that it was copied, the new one of which copy it is.
    assert kept_facts(small_city) == [["journal.BackupMade", fingerprint(said)]]
    assert kept_facts(target) == [["journal.CityRestored", fingerprint(said)]]
    for verb in (["registry", "export", "people"], ["registry", "links"]):
        for env in (small_city, target):
            huimin(env, *verb, "--out", str(Path(env["HUIMIN_HOME"]) / "spill" / "out.csv"))
        files = [(Path(env["HUIMIN_HOME"]) / "spill" / "out.csv").read_bytes() for env in (small_city, target)]
        assert files[0] == files[1]
    assert "is whole" in huimin(target, "journal", "verify")
    home = Path(target["HUIMIN_HOME"])
    secrets = [home / "secret.key", *(home / "keys").glob("*.json")]
    assert len(secrets) >= 2
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in secrets)
    # It goes on living: the next delivery lands, and the chain stays whole.
    write_extracts(tmp_path / "inbox", rounds=range(5, 6), rows=60)
    huimin(target, "exchange", "land", str(tmp_path / "inbox"))
    huimin(target, "registry", "reconcile")
    huimin(target, "journal", "anchor")
    assert "is whole" in huimin(target, "journal", "verify")


def test_a_city_that_lives_meanwhile_is_kept_as_of_one_moment(
    small_city: dict[str, str], empty_target: Target, tmp_path: Path
) -> None:
    with living(small_city):
        for number in range(4):
            huimin(small_city, "backup", "--out", str(tmp_path / f"{number}.tar"))
    for number in range(4):
        target = empty_target()
        assert "Restored and proven" in restore(target, tmp_path / f"{number}.tar")
        held = report(target)
        assert held["findings"] == []
        assert set(held["named_files"]) <= set(held["files"])
    assert len(report(small_city)["facts"]) > len(held["facts"]), (
        "nothing happened during the backups: nothing was proven"
    )


def test_what_has_not_changed_is_shared(small_city: dict[str, str], empty_target: Target, tmp_path: Path) -> None:
    out = tmp_path / "backups"
    huimin(small_city, "backup", "--out", str(out))
    write_extracts(tmp_path / "inbox", rounds=range(5, 6), rows=60)
    huimin(small_city, "exchange", "land", str(tmp_path / "inbox"))
    huimin(small_city, "backup", "--out", str(out))
    first, second = sorted(out.glob("*Z"))
    files = {path.relative_to(second): path for path in second.rglob("*.parquet")}
    shared = {name for name, path in files.items() if (first / name).exists() and path.samefile(first / name)}
    assert shared == {path.relative_to(first) for path in first.rglob("*.parquet")}
    assert len(files) == len(shared) + 2
    # Nothing is shared with the city itself: what happens to its files does not happen to the backup.
    city = Path(small_city["HUIMIN_HOME"])
    assert not any(path.samefile(city / name) for name, path in files.items())
    shutil.rmtree(first)
    target = empty_target()
    restore(target, out)
    assert report(target) == report(small_city)


def test_a_locked_archive_needs_its_passphrase(
    small_city: dict[str, str], empty_target: Target, tmp_path: Path
) -> None:
    key, other = tmp_path / "passphrase", tmp_path / "other"
    key.write_text(PASSPHRASE)
    other.write_text("incorrect horse battery")
    archive = tmp_path / "city.tar"
    huimin(small_city, "backup", "--out", str(archive), "--passphrase-file", str(key))
    secret = (Path(small_city["HUIMIN_HOME"]) / "secret.key").read_bytes()
    assert secret not in archive.read_bytes()
    assert "locked" in restore(empty_target(), archive, status=1)
    target = empty_target()
    assert "passphrase is wrong" in restore(target, archive, "--passphrase-file", str(other), status=1)
    assert "Restored and proven" in restore(target, archive, "--passphrase-file", str(key))
    assert "one file" in huimin(small_city, "backup", "--out", str(tmp_path), "--passphrase-file", str(key), status=1)
    assert "exists" in huimin(small_city, "backup", "--out", str(archive), status=1)


def test_a_living_city_is_not_overwritten(small_city: dict[str, str], tmp_path: Path, empty_target: Target) -> None:
    huimin(small_city, "backup", "--out", str(tmp_path / "city.tar"))
    before = report(small_city)
    assert "will not be overwritten" in restore(small_city, tmp_path / "city.tar", status=1)
    assert report(small_city) == before
    if "DATABASE_URL" in small_city:
        target = empty_target() | {"DATABASE_URL": small_city["DATABASE_URL"]}
        assert "is not empty" in restore(target, tmp_path / "city.tar", status=1)
        assert report(small_city) == before


@pytest.mark.parametrize("damage", ["changed", "missing", "added", "manifest", "unfinished"])
def test_a_damaged_backup_is_refused(
    small_city: dict[str, str], empty_target: Target, tmp_path: Path, damage: str
) -> None:
    out = tmp_path / "backups"
    huimin(small_city, "backup", "--out", str(out))
    (made,) = out.glob("*Z")
    lake = sorted((made / "lake").rglob("*.parquet"))[0]
    match damage:
        case "changed":
            lake.write_bytes(lake.read_bytes()[:-1] + b"?")
        case "missing":
            lake.unlink()
        case "added":
            (made / "lake" / "more.parquet").write_bytes(b"")
        case "manifest":
            written = orjson.loads((made / "manifest.json").read_bytes())
            written["files"].pop(lake.relative_to(made).as_posix())
            lake.unlink()
            (made / "manifest.json").write_bytes(orjson.dumps(written))
        case "unfinished":
            (made / "manifest.json").unlink()
    wanted = {"manifest": "contradicts its seal", "unfinished": "not a finished backup"}
    target = empty_target()
    assert wanted.get(damage, "contradicts its manifest") in restore(target, out, status=1)
    assert not [
        path.name for path in Path(target["HUIMIN_HOME"]).iterdir() if path.name not in ("secret.key", "log", "spill")
    ]


def test_another_backup_than_the_noted_one_is_refused(
    small_city: dict[str, str], empty_target: Target, tmp_path: Path
) -> None:
    huimin(small_city, "backup", "--out", str(tmp_path / "city.tar"))
    assert "not the backup" in restore(empty_target(), tmp_path / "city.tar", "--expect", "sha256:0", status=1)


def test_a_city_that_lost_a_file_is_kept_and_says_so(
    small_city: dict[str, str], empty_target: Target, tmp_path: Path
) -> None:
    lost = sorted((Path(small_city["HUIMIN_HOME"]) / "lake").rglob("*.parquet"))[0]
    lost.unlink()
    assert lost.name in huimin(small_city, "backup", "--out", str(tmp_path / "city.tar"), status=1)
    assert f"lost before the backup: {lost.parent.name}/{lost.name}" in restore(empty_target(), tmp_path / "city.tar")


def test_a_restore_that_is_not_the_same_is_not_proven(
    small_city: dict[str, str], empty_target: Target, tmp_path: Path
) -> None:
    """Rows that go missing between dump and store are found by the counts and digests."""
    huimin(small_city, "backup", "--out", str(tmp_path / "city.tar"))
    target = empty_target()
    program = (
        "import sys, django; django.setup()\n"
        "from huimin.tooling.keeping import restoring\n"
        "whole = restoring.standing_of\n"
        "def robbed(env):\n"
        "    import subprocess\n"
        "    subprocess.run([sys.executable, '-c', 'import django; django.setup(); from django.db import connection;"
        ' connection.cursor().execute("DELETE FROM registries_person WHERE key = (SELECT max(key) FROM registries_person)")\'],'
        " env=env, check=True)\n"
        "    return whole(env)\n"
        "restoring.standing_of = robbed\n"
        "from huimin.cli import main\n"
        "sys.exit(main(sys.argv[1:]) - 1)"
    )
    said = python(target, "-c", program, "restore", "--from", str(tmp_path / "city.tar"))
    assert "table registries_person" in said
    assert "NOT as it was" in said


@pytest.mark.postgresql
def test_a_city_moves_into_the_other_store_and_back(
    small_city: dict[str, str], empty_target: Target, tmp_path: Path
) -> None:
    before = report(small_city)
    huimin(small_city, "backup", "--out", str(tmp_path / "postgresql.tar"))
    embedded = environment(tmp_path / "embedded", {})
    assert "Restored and proven" in restore(embedded, tmp_path / "postgresql.tar")
    assert report(embedded) == before
    assert_lives_on(embedded, tmp_path, day=5)

    before = report(embedded)
    huimin(embedded, "backup", "--out", str(tmp_path / "sqlite.tar"))
    grown = empty_target()
    assert "Restored and proven" in restore(grown, tmp_path / "sqlite.tar")
    assert report(grown) == before
    people = [tmp_path / "embedded.csv", tmp_path / "grown.csv"]
    for env, out in zip((embedded, grown), people, strict=True):
        huimin(env, "registry", "export", "people", "--out", str(out))
    assert people[0].read_bytes() == people[1].read_bytes()
    assert_lives_on(grown, tmp_path, day=6)


def assert_lives_on(city: dict[str, str], folder: Path, *, day: int) -> None:
    """The next delivery lands, under numbers that nobody has had, and the chain stays whole."""
    write_extracts(folder / "inbox", rounds=range(day, day + 1), rows=60)
    huimin(city, "exchange", "land", str(folder / "inbox"))
    huimin(city, "registry", "reconcile")
    huimin(city, "journal", "anchor")
    assert "is whole" in huimin(city, "journal", "verify")


ROBBERY = """
import sys, django
django.setup()
from huimin.tooling.keeping import moving
moving.PROGRAM = '''
import sys, django
django.setup()
from django.db import connection
from huimin.tooling.keeping import moving
whole = moving._set_counters
def robbed(counters):
    whole(counters)
    connection.cursor().execute("UPDATE registries_person SET name_key = '' WHERE key = (SELECT max(key) FROM registries_person)")
moving._set_counters = robbed
moving.tell_filled(sys.argv[1])
'''
from huimin.cli import main
sys.exit(main(sys.argv[1:]) - 1)
"""


@pytest.mark.postgresql
def test_a_value_that_changes_on_the_way_is_found(small_city: dict[str, str], tmp_path: Path) -> None:
    huimin(small_city, "backup", "--out", str(tmp_path / "city.tar"))
    target = environment(tmp_path / "embedded", {})
    said = python(target, "-c", ROBBERY, "restore", "--from", str(tmp_path / "city.tar"))
    assert "table registries_person: not as it was" in said
    assert "NOT as it was" in said


@pytest.mark.postgresql
def test_another_version_does_not_move(small_city: dict[str, str], tmp_path: Path) -> None:
    python(small_city, "-m", "django", "migrate", "sessions", "zero", "-v0")
    huimin(small_city, "backup", "--out", str(tmp_path / "city.tar"))
    target = environment(tmp_path / "embedded", {})
    assert "sessions.0001_initial" in restore(target, tmp_path / "city.tar", status=1)
    assert not (tmp_path / "embedded" / "lake").exists()
