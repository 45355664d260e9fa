"""A small city in a data folder of its own, with extracts of invented people, that tests may kill, break and bring back.

`python -m huimin.tooling.keeping.tests.small_city` runs inside a city: `report` prints what it holds as JSON; `live` lets it live,
with facts, anchors and deliveries, until it is killed.
"""

import atexit
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import django
import psycopg
import pyarrow as pa

from huimin.kernel.identifiers.check_digits import citizen_check
from huimin.tooling.empty_store import empty_store

HUIMIN: Final = [sys.executable, "-c", "import sys; from huimin.cli import main; sys.exit(main(sys.argv[1:]))"]
# The same command, that counts its steps and kills itself as it begins the step HUIMIN_DIES_AT: what it does with files under
# HUIMIN_DIES_IN, and every statement to the database. When it lives to its end it leaves the list of its steps in HUIMIN_STEPS.
# Seconds would depend on the machine; steps do not.
MORTAL: Final = [
    sys.executable,
    "-c",
    """
import atexit, json, os, pathlib, signal, sys
from django.db.backends.signals import connection_created

folders, last = tuple(os.environ["HUIMIN_DIES_IN"].split(os.pathsep)), int(os.environ["HUIMIN_DIES_AT"])
events = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "sqlite3.connect"}
steps = []

def step(name):
    steps.append(name)
    if len(steps) == last:
        os.kill(os.getpid(), signal.SIGKILL)

def with_file(event, args):
    if event in events and not isinstance(args[0], int) and os.path.abspath(os.fsdecode(args[0])).startswith(folders):
        step(f"{event} {os.fsdecode(args[0])}")

def with_database(execute, sql, params, many, context):
    step(f"sql {sql}")
    return execute(sql, params, many, context)

def tell():
    told = json.dumps(steps)
    pathlib.Path(os.environ["HUIMIN_STEPS"]).write_text(told)

connection_created.connect(lambda connection, **_: connection.execute_wrappers.append(with_database), weak=False)
atexit.register(tell)
sys.addaudithook(with_file)
from huimin.cli import main
sys.exit(main(sys.argv[1:]))
""",
]
NAMES: Final = ["合成甲", "合成乙丙", "合成丁", "合成戊己", "合成庚", "合成辛壬"]
TIMEOUT: Final = 180


# --- its processes ----------------------------------------------------------------------------------------------------


@contextmanager
def database(template: str = "template1") -> Iterator[dict[str, str]]:
    """What names a fresh database like `template`: nothing on the embedded store, else one of its own beside DATABASE_URL's."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        yield {}
        return
    name = f"small_{uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template or 'template1'}")
        try:
            yield {"DATABASE_URL": f"{url.rpartition('/')[0]}/{name}"}
        finally:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def installation(home: Path, *, migrated: bool = True) -> Iterator[dict[str, str]]:
    """The environment of an empty city in `home`."""
    if migrated:
        with copied(_empty(), home) as env:
            yield env
    else:
        with database() as named:
            yield environment(home, named)


@cache
def _empty() -> Mapping[str, str]:
    """An empty city that is migrated once for all tests of this process, and copied; gone when the process ends."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="huimin-empty-"))
        home = Path(folder, "city")
        env = environment(home, stack.enter_context(database()))
        if "DATABASE_URL" in env:
            python(env, "-m", "django", "migrate", "-v0")
            (home / "secret.key").unlink()
        else:
            shutil.copyfile(empty_store(), home / "huimin.sqlite3")
        atexit.register(stack.pop_all().close)
        return env


@contextmanager
def copied(pattern: Mapping[str, str], home: Path) -> Iterator[dict[str, str]]:
    """The environment of a copy of a city that nobody is using."""
    shutil.copytree(pattern["HUIMIN_HOME"], home)
    with database(template=pattern.get("DATABASE_URL", "").rpartition("/")[2]) as named:
        yield environment(home, named)


def environment(home: Path, named: Mapping[str, str]) -> dict[str, str]:
    """The environment of a city whose database is `named`; its words are English, its home is made."""
    home.mkdir(parents=True, exist_ok=True)
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "HUIMIN_SECRET_KEY")}
    env |= {"HUIMIN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "huimin.settings", "LC_ALL": "en_GB.UTF-8"}
    return {**env, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), **named}


def python(env: Mapping[str, str], *words: str) -> str:
    """Run Python to its end and give what it printed; AssertionError with its complaints when it fails."""
    done = subprocess.run([sys.executable, *words], env=env, capture_output=True, text=True, timeout=TIMEOUT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def start(env: Mapping[str, str], *words: str) -> subprocess.Popen[str]:
    """Start a command of the city and leave it running."""
    return subprocess.Popen(
        [*HUIMIN, *words], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def steps_of(env: Mapping[str, str], *words: str, within: Iterable[Path]) -> list[str]:
    """The steps that a command of the city takes, in these folders and in its database, run to its end. See `killed_at_step`."""
    lived = killed_at_step(env, *words, within=within, step=0)
    assert lived is not None
    return lived


def killed_at_step(env: Mapping[str, str], *words: str, within: Iterable[Path], step: int) -> list[str] | None:
    """Run a command of the city that is killed (-9) as it begins its n-th step, counted from 1.

    A step is, in these folders, a file opened, renamed or removed, a folder made or removed (`os.rename /…`), a database connected
    to; and any statement to the city's own (`sql …`). None when it was killed; its steps when it had fewer and came to its end.
    """
    with tempfile.TemporaryDirectory() as told:
        steps = Path(told, "steps")
        wishes = {
            "HUIMIN_DIES_IN": os.pathsep.join(map(str, within)),
            "HUIMIN_DIES_AT": str(step),
            "HUIMIN_STEPS": str(steps),
        }
        done = subprocess.run([*MORTAL, *words], env={**env, **wishes}, capture_output=True, text=True, timeout=TIMEOUT)
        if done.returncode == -signal.SIGKILL:
            return None
        assert done.returncode == 0, done.stdout + done.stderr
        lived: list[str] = json.loads(steps.read_text())
        return lived


@contextmanager
def living(env: Mapping[str, str]) -> Iterator[None]:
    """The city lives on in a process of its own: facts, anchors and deliveries all the time, until the block ends."""
    city = subprocess.Popen(
        [sys.executable, "-m", "huimin.tooling.keeping.tests.small_city", "live"],
        env=env,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert city.stdout is not None
        assert city.stdout.readline() == "living\n"
        yield
        assert city.poll() is None, "the city died by itself"
    finally:
        city.kill()
        city.communicate()


def huimin(env: Mapping[str, str], *words: str, status: int = 0) -> str:
    """Run a command of the city to its end and give what it printed, complaints included; it must end with this status."""
    done = subprocess.run([*HUIMIN, *words], env=env, capture_output=True, text=True, timeout=TIMEOUT)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def report(env: Mapping[str, str]) -> dict[str, Any]:
    """What the city holds."""
    told: dict[str, Any] = json.loads(python(env, "-m", "huimin.tooling.keeping.tests.small_city", "report"))
    return told


# --- its data -----------------------------------------------------------------------------------------------------------


def citizen(number: int) -> str:
    """The identity number of an invented person of this number: right check digit, order numbers of nobody in particular."""
    body = f"340202{1940 + number % 70}{1 + number % 12:02}{1 + number % 28:02}{number // 840 % 1000:03}"
    return body + citizen_check(body)


def write_extracts(inbox: Path, *, rounds: range, rows: int, seed: int = 1) -> None:
    """For every round, a full delivery and increments as two departments write them, with rows to send back and exact duplicates."""
    from huimin.platform.exchange.declarations import sources
    from huimin.platform.exchange.forms import write

    for number in rounds:
        day = f"2026{1 + number // 28 % 12:02}{1 + number % 28:02}"
        chance = random.Random(seed * 1000 + number)
        people = [_person(chance.randrange(10_000), day) for _ in range(rows)]
        police = [_police(person) for person in people]
        # The first row twice, and the second without its record number.
        police += [police[0], police[1] | {"人员编号": ""}]
        insured = [_insured(person, day, chance) for person in people[: rows // 2]]
        insured += [insured[0]]
        for resource, name, delivered in (
            ("police.population", f"police_population_{day}.csv", police),
            ("hrss.insured", f"hrss_insured_{day}_inc.csv", insured),
        ):
            form = sources()[resource].form
            path = inbox / {"police.population": "gaj", "hrss.insured": "rsj"}[resource] / name
            path.parent.mkdir(parents=True, exist_ok=True)
            write(pa.Table.from_pylist(delivered, pa.schema([(key, pa.string()) for key in delivered[0]])), form, path)


def _person(number: int, day: str) -> dict[str, str]:
    born = citizen(number)[6:14]
    return {
        "number": citizen(number),
        "name": NAMES[number % len(NAMES)],
        "sex": "1" if number % 2 else "2",
        "born": f"{born[:4]}-{born[4:6]}-{born[6:]}",
        "address": f"安徽省芜湖市镜湖区合成路{number}号",
        "day": f"{day[:4]}-{day[4:6]}-{day[6:]}",
        "id": f"R{number:06}",
    }


def _police(person: Mapping[str, str]) -> dict[str, str]:
    cells = {
        "人员编号": person["id"],
        "公民身份号码": person["number"],
        "姓名": person["name"],
        "性别": person["sex"],
        "民族": "01",
        "出生日期": person["born"],
        "户籍地址": person["address"],
        "户号": f"H{person['id'][-5:]}",
        "与户主关系": "本人",
        "人员状态": "正常",
        "更新日期": person["day"],
    }
    return dict.fromkeys(_columns("police.population"), "") | cells


def _insured(person: Mapping[str, str], day: str, chance: random.Random) -> dict[str, str]:
    cells = {
        "row_guid": f"G{person['id']}",
        "姓名": person["name"],
        "社会保障号码": person["number"],
        "性别": person["sex"],
        "出生日期": person["born"],
        "手机号码": f"1390000{int(person['id'][1:]) % 10000:04}",
        "变更日期": person["day"],
        "cd_operation": chance.choice("IUUD"),
        "cd_batch": day,
        "cd_time": f"{person['day']} {chance.randrange(24):02}:{chance.randrange(60):02}:00",
    }
    return dict.fromkeys(_columns("hrss.insured"), "") | cells


def _columns(resource: str) -> list[str]:
    from huimin.platform.exchange.declarations import sources

    return list(sources()[resource].form.columns)


# --- what it holds --------------------------------------------------------------------------------------------------------


def _holdings() -> dict[str, Any]:
    from django.conf import settings

    from huimin.platform.exchange import queries
    from huimin.platform.exchange.declarations import resources
    from huimin.platform.exchange.lake import engine
    from huimin.platform.journal import queries as journal
    from huimin.platform.journal.events import BackupMade, CityRestored

    current = {}
    with engine.connect(Path(settings.HOME) / "spill") as connection:
        for code in ("police.population", "hrss.insured"):
            select = queries.current_select(
                resources()[code], ["record_id", "hash(COLUMNS(* EXCLUDE (delivery, bucket)))"]
            )
            rows = connection.execute(select).fetchall() if select else []
            current[code] = sorted(map(str, rows))
    lake = queries.lake()
    return {
        # In no order of arrival: which of two departments came first is nobody's business.
        "deliveries": sorted(
            [row.resource, row.file_name, row.state, row.delivered, row.landed, row.quarantined, row.duplicates]
            for row in queries.deliveries()
        ),
        "returned": sorted(
            [row.delivery.file_name, row.line, row.rule, row.columns] for row in queries.quarantined_rows().iterator()
        ),
        "current": current,
        "named_files": sorted(queries.lake_files()),
        "files": sorted(f"{path.parent.name}/{path.name}" for path in lake.glob("*/*") if path.is_file()),
        # What is said of a backup stands in the city, not in the backup.
        "facts": sorted(
            f"{entry.kind} {entry.body}"
            for entry in journal.latest_entries(10_000)
            if entry.kind not in (BackupMade.kind, CityRestored.kind)
        ),
        "findings": [finding.sentence("en") for finding in journal.verify().findings],
    }


def _live() -> None:
    """Facts and anchors in one thread, deliveries in another; prints `living` when both have begun."""
    from django.utils import timezone

    from huimin.platform.exchange.events import HeldDeliveryAccepted
    from huimin.platform.exchange.operations import land_rows
    from huimin.platform.journal import operations
    from huimin.platform.journal.rules import Actor

    clerk = Actor("system", "tests")

    def deliver() -> None:
        number = 50_000
        while True:
            number += 1
            row = _police(_person(number, "20260601"))
            land_rows("police.population", [row], actor=clerk, at=timezone.now())

    land_rows("police.population", [_police(_person(50_000, "20260601"))], actor=clerk, at=timezone.now())
    threading.Thread(target=deliver, daemon=True).start()
    sys.stdout.write("living\n")
    sys.stdout.flush()
    while True:
        fact = HeldDeliveryAccepted(subject="delivery:1", resource="police.population")
        operations.publish_alone(fact, actor=clerk, at=timezone.now())
        operations.anchor(at=timezone.now())


def main() -> None:
    """`report` or `live`."""
    django.setup()
    if sys.argv[1] == "live":
        _live()
    json.dump(_holdings(), sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
