"""What the city's own apps tell of themselves: journal, lake, registries, deliveries."""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.utils import timezone

from huimin.platform.cases.queries.outcomes import outcomes_held_up
from huimin.platform.exchange import queries as exchange
from huimin.platform.exchange.lake.files import ORPHAN_AFTER_SECONDS
from huimin.platform.journal import keyfiles
from huimin.platform.journal import queries as journal
from huimin.platform.registries import records
from huimin.tooling.keeping.doctor.findings import Finding, Patient, broken, note, warning
from huimin.tooling.keeping.places import ANCHORS
from huimin.tooling.keeping.proof import lake_wrong

AHEAD: Final = timedelta(seconds=60)
UNANCHORED_WARNING: Final = timedelta(minutes=5)
UNANCHORED_BROKEN: Final = timedelta(hours=1)
QUARANTINE_DAYS: Final = 15
BUILD_FILES: Final = ("links.parquet", "people_golden-00.parquet", "organisations_golden-00.parquet")


def clock(patient: Patient) -> Iterator[Finding]:
    """Entries from the future: the clock was set back, or had been ahead."""
    newest = max((entry.at for entry in journal.latest_entries(50)), default=None)
    if newest and newest > patient.at + AHEAD:
        yield broken(
            "clock",
            f"最新存证的时间比本机时钟晚 {newest - patient.at}",
            f"the newest journal entry is {newest - patient.at} ahead of this machine's clock",
            "核对系统时间并启用时间同步（chrony），校准前勿写入",
            "check the system time and follow a time server (chrony); let nothing be written before",
        )


def outbox(patient: Patient) -> Iterator[Finding]:
    """Facts that their receivers have not heard."""
    waiting = journal.backlog(patient.at)
    if waiting.overdue:
        yield broken(
            "outbox",
            f"{waiting.overdue} 条通知逾期未送，最早 {waiting.oldest_due_at:%Y-%m-%d %H:%M}",
            f"{waiting.overdue} deliveries of facts are overdue, the oldest since {waiting.oldest_due_at:%Y-%m-%d %H:%M}",
            "确认 huimin serve 正在运行，查看 log/errors.log",
            "see that huimin serve is running, and look into log/errors.log",
        )
    if waiting.parked:
        yield broken(
            "outbox-parked",
            f"{waiting.parked} 条通知多次失败，已被搁置",
            f"{waiting.parked} deliveries of facts were given up",
            "huimin journal parked；排除原因后 huimin journal resume N",
            "huimin journal parked; remove the cause, then huimin journal resume N",
        )


def anchors(patient: Patient) -> Iterator[Finding]:
    """Entries that no anchor protects yet."""
    waiting = journal.backlog(patient.at)
    if not waiting.unanchored:
        return
    since = waiting.anchored_at or min(
        (entry.at for entry in journal.latest_entries(waiting.unanchored)), default=patient.at
    )
    age = patient.at - since
    say = broken if age > UNANCHORED_BROKEN else warning
    if age > UNANCHORED_WARNING:
        yield say(
            "anchor",
            f"{waiting.unanchored} 条存证尚无锚，最近的锚距今 {_told(age)}",
            f"{waiting.unanchored} entries are not anchored; the last anchor is {_told(age)} old",
            "确认 huimin serve 正在运行，或 huimin journal anchor",
            "see that huimin serve is running, or huimin journal anchor",
        )


def _told(age: timedelta) -> str:
    return f"{age.days} d" if age.days else f"{age.seconds // 60} min"


def keys(patient: Patient) -> Iterator[Finding]:
    """Keys that are gone while what they made is still there."""
    if names := "、".join(keyfiles.lost()):
        yield broken(
            "keys",
            f"keys/ 中缺少以前生成过的密钥：{names}",
            f"keys that were made before are missing from keys/: {names}",
            "停止服务；把最近的备份恢复到空目录（huimin restore），将其中的 keys/ 拷回",
            "stop the service; restore the latest backup into an empty folder (huimin restore) and copy its keys/ back",
        )
        return
    kept = patient.home / ANCHORS
    if kept.exists() and kept.stat().st_size and not any(key.purpose == "anchor" for key in journal.keys_listed()):
        yield broken(
            "keys",
            "锚还在，签名密钥却不见了（keys/）",
            "there are anchors, and their signing key is gone (keys/)",
            "先勿启动服务；从备份取回 keys/",
            "do not start the service; bring keys/ back from a backup",
        )


def chain(patient: Patient) -> Iterator[Finding]:
    """The journal's chains, verified in full; left out while keys are missing, since looking for them makes new ones."""
    if not patient.in_full or any(keys(patient)):
        return
    for finding in journal.verify().findings[:20]:
        yield broken(
            "chain",
            finding.sentence("zh"),
            finding.sentence("en"),
            "保全现场，通知审计管理员，与备份比对",
            "keep everything as it is, tell the audit administrator, compare with a backup",
        )


def lake(patient: Patient) -> Iterator[Finding]:
    """Lake files that are missing, changed, or nobody's."""
    missing, changed = lake_wrong(read=patient.in_full)
    restore = ("从备份取回该文件", "bring the file back from a backup")
    for name in missing:
        yield broken("lake-missing", f"湖中缺少文件 {name}", f"the lake lacks {name}", *restore)
    for name in changed:
        yield broken("lake-changed", f"湖中文件 {name} 的内容已变", f"the lake's {name} is not what it was", *restore)
    edge = time.time() - ORPHAN_AFTER_SECONDS
    named = exchange.lake_files()
    folder = exchange.lake()
    orphans = [
        path
        for path in folder.glob("*/*.parquet")
        if path.relative_to(folder).as_posix() not in named and path.stat().st_mtime < edge
    ]
    if orphans:
        yield warning(
            "lake-orphans",
            f"湖中有 {len(orphans)} 个中断留下的文件",
            f"interrupted landings left {len(orphans)} files in the lake",
            "huimin exchange sweep",
            "huimin exchange sweep",
        )


def registries(patient: Patient) -> Iterator[Finding]:
    """Registries older than the deliveries, or without their files."""
    reconcile = ("huimin registry reconcile", "huimin registry reconcile")
    if exchange.reference_day() is None:
        return
    build = records.latest_build()
    if build is not None:
        lost = [name for name in BUILD_FILES if not (records.builds() / build.folder / name).is_file()]
        if lost:
            yield broken(
                "build",
                f"登记库文件缺失：{', '.join(lost)}",
                f"files of the registries are gone: {', '.join(lost)}",
                *reconcile,
            )
    if records.is_behind():
        yield warning("registries", "登记库落后于已入库的交付", "the registries are behind the deliveries", *reconcile)


def resources(patient: Patient) -> Iterator[Finding]:
    """Resources overdue by their own cycle; those that never came, in one line."""
    never = []
    for fresh in exchange.freshness(timezone.localdate(patient.at)):
        if fresh.reference_on is None:
            never.append(fresh.resource.code)
        elif fresh.is_stale:
            yield warning(
                "stale",
                f"{fresh.resource.code} 停在 {fresh.reference_on}（更新周期 {fresh.resource.cycle}）",
                f"{fresh.resource.code} is of {fresh.reference_on} (its cycle is {fresh.resource.cycle})",
                f"请 {fresh.department} 报送",
                f"ask {fresh.department} to deliver",
            )
    if never:
        names = ", ".join(never[:5]) + (" …" if len(never) > 5 else "")
        yield note(
            "never-delivered",
            f"{len(never)} 类资源从未报送：{names}",
            f"{len(never)} resources have never come: {names}",
            "请相关部门报送",
            "ask the departments to deliver",
        )


def outcomes(patient: Patient) -> Iterator[Finding]:
    """Decisions that could not be written back to their departments' records."""
    held_up = outcomes_held_up()
    counts = Counter(record.resource for record in held_up)
    first = {record.resource: record for record in reversed(held_up)}
    for resource, count in sorted(counts.items()):
        record = first[resource]
        yield broken(
            "outcomes",
            f"{count} 件决定没有写成 {resource}，如 {record.case.number}：{record.problem.get('zh', '')}",
            f"{count} decisions could not be written to {resource}, such as {record.case.number}: {record.problem.get('en', '')}",
            f"核对 cities 下 {resource} 的来源声明和事项的 outcome.records；改好后自动重试",
            f"look at the city's source of {resource} and the service's outcome.records; once mended it is tried again by itself",
        )


def deliveries(patient: Patient) -> Iterator[Finding]:
    """What waits for a person: rows sent back too long ago, and held deliveries."""
    edge = patient.at - timedelta(days=QUARANTINE_DAYS)
    waiting = exchange.quarantined_rows().filter(state="waiting", delivery__arrived_at__lt=edge)
    counts = Counter(waiting.values_list("delivery__resource", flat=True))
    for resource, count in sorted(counts.items()):
        yield warning(
            "quarantine",
            f"{resource} 有 {count} 行退回超过 {QUARANTINE_DAYS} 天",
            f"{count} rows of {resource} were sent back more than {QUARANTINE_DAYS} days ago",
            "huimin exchange quarantine --out F，催请部门更正",
            "huimin exchange quarantine --out F, and remind the department",
        )
    held = exchange.deliveries().filter(state="held").count()
    if held:
        yield warning(
            "held",
            f"{held} 次全量交付因行数骤降待确认",
            f"{held} full deliveries wait for a person because they list far fewer records",
            "在数据页确认或撤回",
            "accept or withdraw them on the data page",
        )
