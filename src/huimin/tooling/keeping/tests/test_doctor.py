"""The doctor finds every way in which a real small city is broken, and nothing in one that is well."""

import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from huimin.tooling.keeping.tests.small_city import environment, huimin, python, write_extracts

pytestmark = pytest.mark.fault
City = Mapping[str, str]
EXPECTED = {"never-delivered", "stale", "package-libpango-1.0-0", "package-libpangoft2-1.0-0"}
"""What the small city has by design: two resources of many, of days long ago. Packages are the machine's."""


def found(city: City, *words: str, path: str | None = None) -> dict[str, dict[str, Any]]:
    """The doctor's findings by code; the exit status must fit them."""
    env = {**city, "PATH": path} if path is not None else dict(city)
    program = (
        "import sys; from huimin.cli import main\n"
        "status = main(['doctor', '--json', *sys.argv[1:]])\n"
        "print(); print(status)"
    )
    told, _, status = python(env, "-c", program, *words).strip().rpartition("\n")
    said = json.loads(told)
    assert said["broken"] == (status == "1") == any(one["severity"] == "broken" for one in said["findings"])
    assert all(all(one.values()) for one in said["findings"])
    return {one["code"]: one for one in said["findings"]}


def run_sql(city: City, *statements: str) -> None:
    if url := city.get("DATABASE_URL"):
        with psycopg.connect(url, autocommit=True) as store:
            for statement in statements:
                store.execute(statement)
        return
    with closing(sqlite3.connect(home(city) / "huimin.sqlite3")) as store, store:
        for statement in statements:
            store.execute(statement)


def home(city: City) -> Path:
    return Path(city["HUIMIN_HOME"])


def in_city(city: City, program: str) -> None:
    python(
        city,
        "-c",
        f"import django; django.setup()\nfrom datetime import *\nfrom django.utils import timezone\n{program}",
    )


def a_lake_file(city: City) -> Path:
    return sorted((home(city) / "lake").rglob("*.parquet"))[0]


# --- ways to break a city ---------------------------------------------------------------------------------------------

PUBLISH = """
from huimin.platform.journal.operations import publish_alone
from huimin.platform.journal.rules import Actor
from huimin.platform.exchange.events import HeldDeliveryAccepted
fact = HeldDeliveryAccepted(subject="delivery:1", resource="x")
publish_alone(fact, actor=Actor("system", "tests"), at=timezone.now() + timedelta(minutes={minutes}))
"""
NO_TRIGGER = {
    "sqlite": ["DROP TRIGGER journal_entry_keep_update"],
    "postgresql": ["ALTER TABLE journal_entry DISABLE TRIGGER USER"],
}


def lose_lake_file(city: City) -> None:
    a_lake_file(city).unlink()


def change_lake_file(city: City) -> None:
    path = a_lake_file(city)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def leave_orphan(city: City) -> None:
    path = a_lake_file(city).with_name(f"{'0' * 64}.parquet")
    path.write_bytes(b"left")
    os.utime(path, (time.time() - 7200,) * 2)


def set_clock_back(city: City) -> None:
    in_city(city, PUBLISH.format(minutes=90))


def stop_anchoring(city: City) -> None:
    shutil.rmtree(home(city) / "anchors")
    run_sql(city, *_without_guards(city, "anchor"), "DELETE FROM journal_anchor")
    in_city(city, PUBLISH.format(minutes=-90))


def _without_guards(city: City, table: str) -> list[str]:
    if "DATABASE_URL" in city:
        return [f"ALTER TABLE journal_{table} DISABLE TRIGGER USER"]
    return [f"DROP TRIGGER journal_{table}_keep_delete", f"DROP TRIGGER journal_{table}_keep_update"]


def change_entry(city: City) -> None:
    run_sql(city, *_without_guards(city, "entry"), "UPDATE journal_entry SET subject = 'delivery:9' WHERE seq = 1")


def wait(city: City, state: str, minutes: int) -> None:
    in_city(
        city,
        "from django.apps import apps\n"
        "item, entry = apps.get_model('journal', 'OutboxItem'), apps.get_model('journal', 'Entry')\n"
        f"item.objects.create(entry=entry.objects.first(), receiver='tests.deaf', state='{state}',"
        f" due_at=timezone.now() - timedelta(minutes={minutes}))",
    )


def let_outbox_wait(city: City) -> None:
    wait(city, "waiting", 30)


def park(city: City) -> None:
    wait(city, "parked", 30)


def leave_message(city: City, state: str) -> None:
    in_city(
        city,
        "from django.apps import apps\n"
        "Account, Message = apps.get_model('identity', 'Account'), apps.get_model('notifications', 'Message')\n"
        "reader = Account.objects.create(username='r', name='r', kind='citizen', opened_at=timezone.now())\n"
        "due = timezone.now() - timedelta(hours=2)\n"
        f"Message.objects.create(account=reader, channel='email', state='{state}', due_at=due, written_at=due, over_at=due)",
    )


def let_mail_lie(city: City) -> None:
    leave_message(city, "waiting")


def give_mail_up(city: City) -> None:
    leave_message(city, "given_up")


def land_without_reconcile(city: City) -> None:
    write_extracts(home(city) / "spill" / "inbox", rounds=range(7, 8), rows=60)
    huimin(city, "exchange", "land", str(home(city) / "spill" / "inbox"))


def deliver_far_fewer(city: City) -> None:
    write_extracts(home(city) / "spill" / "inbox", rounds=range(7, 8), rows=12)
    huimin(city, "exchange", "land", str(home(city) / "spill" / "inbox" / "gaj"))


def lose_build(city: City) -> None:
    next((home(city) / "registries").glob("build-*/links.parquet")).unlink()


def unapply_migration(city: City) -> None:
    python(city, "-m", "django", "migrate", "sessions", "zero", "-v0")


def come_from_the_future(city: City) -> None:
    run_sql(
        city, "INSERT INTO django_migrations (app, name, applied) VALUES ('journal', '9999_later', CURRENT_TIMESTAMP)"
    )


def open_keys(city: City) -> None:
    next((home(city) / "keys").glob("*.json")).chmod(0o644)


def open_secret_key(city: City) -> None:
    (home(city) / "secret.key").chmod(0o640)


def lose_keys(city: City) -> None:
    shutil.rmtree(home(city) / "keys")


def forget_quarantine(city: City) -> None:
    run_sql(city, "UPDATE exchange_delivery SET arrived_at = '2020-01-01 00:00:00+00:00'")


def back_up_long_ago(city: City) -> None:
    huimin(city, "backup", "--out", str(home(city) / "backups"))
    path = home(city) / "backup.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"made_at": "2020-01-01T00:00:00+00:00"}))


BROKEN: list[tuple[str, str, Callable[[City], None]]] = [
    ("lake-missing", "broken", lose_lake_file),
    ("lake-changed", "broken", change_lake_file),
    ("lake-orphans", "warning", leave_orphan),
    ("clock", "broken", set_clock_back),
    ("anchor", "broken", stop_anchoring),
    ("chain", "broken", change_entry),
    ("outbox", "broken", let_outbox_wait),
    ("outbox-parked", "broken", park),
    ("mail", "broken", let_mail_lie),
    ("mail-given-up", "warning", give_mail_up),
    ("registries", "warning", land_without_reconcile),
    ("held", "warning", deliver_far_fewer),
    ("build", "broken", lose_build),
    ("migrations", "broken", unapply_migration),
    ("migrations-newer", "broken", come_from_the_future),
    ("key-permissions", "broken", open_keys),
    ("key-permissions", "broken", open_secret_key),
    ("keys", "broken", lose_keys),
    ("quarantine", "warning", forget_quarantine),
    ("backup", "warning", back_up_long_ago),
]


def test_a_city_that_is_well(small_city: City) -> None:
    codes = found(small_city)
    assert codes.keys() <= EXPECTED | {"backup"}
    assert codes["backup"]["severity"] == "note"
    assert codes["stale"]["severity"] == "warning"
    assert "police.population" in codes["stale"]["en"] or "hrss.insured" in codes["stale"]["en"]
    said = huimin(small_city, "doctor")
    assert len(said.splitlines()) >= 3
    assert all(" → " in line for line in said.splitlines())


@pytest.mark.parametrize(("code", "severity", "break_it"), BROKEN, ids=[break_it.__name__ for _, _, break_it in BROKEN])
def test_what_is_broken_is_found(small_city: City, code: str, severity: str, break_it: Callable[[City], None]) -> None:
    break_it(small_city)
    assert found(small_city)[code]["severity"] == severity


def test_a_damaged_store_is_found(small_city: City) -> None:
    if "DATABASE_URL" in small_city:
        run_sql(small_city, "DROP TABLE exchange_quarantinedrow")
        assert found(small_city)["deliveries-unknown"]["severity"] == "broken"
        return
    path = home(small_city) / "huimin.sqlite3"
    with closing(sqlite3.connect(path)) as store:
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = store.execute("SELECT rootpage FROM sqlite_master WHERE name = 'exchange_quarantinedrow'").fetchone()
        (size,) = store.execute("PRAGMA page_size").fetchone()
    data = bytearray(path.read_bytes())
    data[(page - 1) * size : page * size] = bytes(size)
    path.write_bytes(data)
    assert found(small_city)["store-damaged"]["severity"] == "broken"


def test_a_store_that_is_gone_is_found(small_city: City) -> None:
    if "DATABASE_URL" in small_city:
        city = {**small_city, "DATABASE_URL": f"{small_city['DATABASE_URL']}_gone"}
    else:
        (home(small_city) / "huimin.sqlite3").write_bytes(b"this is no database at all" * 400)
        for path in home(small_city).glob("huimin.sqlite3-*"):
            path.unlink()
        city = small_city
    assert found(city)["store-unreachable"]["severity"] == "broken"


def test_looking_makes_no_store(tmp_path: Path) -> None:
    city = environment(tmp_path / "nowhere", {})
    assert found(city)["store-missing"]["severity"] == "broken"
    assert not list((tmp_path / "nowhere").glob("huimin.sqlite3*"))


@pytest.mark.postgresql
def test_missing_programs_are_found(small_city: City, tmp_path: Path) -> None:
    assert found(small_city, path=str(tmp_path))["package-pg_dump"]["severity"] == "broken"


def test_quick_reads_no_file_in_full(small_city: City) -> None:
    change_lake_file(small_city)
    change_entry(small_city)
    assert not {"lake-changed", "chain"} & found(small_city, "--quick").keys()
    lose_lake_file(small_city)
    assert "lake-missing" in found(small_city, "--quick")


@pytest.mark.parametrize(("free", "severity"), [(10**8, "broken"), (5 * 10**9, "warning"), (10**11, None)])
@pytest.mark.unit
def test_room_on_the_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free: int, severity: str | None) -> None:
    from datetime import UTC, datetime

    from huimin.tooling.keeping.doctor import Patient, machine

    monkeypatch.setattr(machine.shutil, "disk_usage", lambda path: (2 * 10**11, 2 * 10**11 - free, free))
    assert [finding.severity for finding in machine.disk(Patient(tmp_path, datetime.now(UTC)))] == [severity] * bool(
        severity
    )
