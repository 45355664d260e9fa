"""What the machine gives: room, programs, and files that only their owner reads."""

import os
import shutil
import stat
from collections.abc import Iterator
from ctypes.util import find_library
from datetime import datetime, timedelta
from typing import Final

import orjson
from django.core import checks
from django.db import connection

from huimin.tooling.keeping.backing_up import NOTE
from huimin.tooling.keeping.doctor.findings import Finding, Patient, broken, note, warning
from huimin.tooling.keeping.places import SECRETS

LEAST_BYTES: Final = 1 << 30
LEAST_SHARE, LITTLE_SHARE = 0.02, 0.10
BACKUP_DAYS: Final = timedelta(days=2)
LIBRARIES: Final = {"pango-1.0": ("libpango-1.0-0", "PDF"), "pangoft2-1.0": ("libpangoft2-1.0-0", "PDF")}
PROGRAMS: Final = ("pg_dump", "pg_restore", "psql")


def disk(patient: Patient) -> Iterator[Finding]:
    """Room for the data folder."""
    whole, _, free = shutil.disk_usage(patient.home)
    remedy = ("扩容，或移走旧备份、清理 log/", "add room, move old backups away, clear log/")
    left = (f"数据盘只剩 {free / 1e9:.1f} GB", f"{free / 1e9:.1f} GB left on the disk of the data")
    if free < LEAST_BYTES or free < whole * LEAST_SHARE:
        yield broken("disk", *left, *remedy)
    elif free < whole * LITTLE_SHARE:
        yield warning("disk", *left, *remedy)


def permissions(patient: Patient) -> Iterator[Finding]:
    """Secrets that others may read, or that the city's user may not."""
    for path in sorted({path for pattern in SECRETS for path in patient.home.glob(pattern)}):
        name = path.relative_to(patient.home).as_posix()
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            yield broken(
                "key-permissions",
                f"{name} 的权限是 {mode:o}，其他用户可读",
                f"{name} has mode {mode:o}: others may read it",
                f"chmod 600 {name}；若机器上还有别人，请轮换该密钥",
                f"chmod 600 {name}; rotate the key if others use this machine",
            )
        if path.stat().st_uid != os.geteuid():
            yield broken(
                "key-owner",
                f"{name} 不属于当前用户",
                f"{name} belongs to another user",
                "以服务所用的用户运行，或改正属主",
                "run as the user of the service, or correct the owner",
            )


def programs(patient: Patient) -> Iterator[Finding]:
    """System packages without which something that the city promises does not work."""
    if connection.vendor == "postgresql":
        for program in PROGRAMS:
            if shutil.which(program) is None:
                yield broken(
                    f"package-{program}",
                    f"缺少 {program}，无法备份和恢复",
                    f"{program} is missing: no backup and no restore",
                    "安装 postgresql-client",
                    "install postgresql-client",
                )
    for library, (package, purpose) in LIBRARIES.items():
        if find_library(library) is None:
            yield warning(
                f"package-{package}",
                f"缺少 {library}，无法生成 {purpose}",
                f"{library} is missing: no {purpose} can be made",
                f"安装 {package}",
                f"install {package}",
            )


def settings_checked(patient: Patient) -> Iterator[Finding]:
    """What the apps' own start-up checks say of settings and declarations."""
    for said in checks.run_checks():
        if said.level >= checks.ERROR:
            text = f"{said.id}: {said.msg}"
            yield broken("check", text, text, said.hint or "见说明文档", said.hint or "see the manual")


def last_backup(patient: Patient) -> Iterator[Finding]:
    """How old the last backup is."""
    path = patient.home / NOTE
    remedy = ("huimin backup --out …（建议每日）", "huimin backup --out … (daily is a good habit)")
    if not path.exists():
        yield note("backup", "从未备份", "there has never been a backup", *remedy)
        return
    made_at = datetime.fromisoformat(orjson.loads(path.read_bytes())["made_at"])
    age = patient.at - made_at
    if age > BACKUP_DAYS:
        yield warning("backup", f"最近一次备份在 {age.days} 天前", f"the last backup is {age.days} days old", *remedy)
