"""Landing a whole inbox: the files in the order of their handover list, one bad file not stopping the rest."""

import csv
import hashlib
import io
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.exchange.models import Delivery
from huimin.platform.exchange.operations.landing import land_file
from huimin.platform.journal.rules import Actor

logger = logging.getLogger(__name__)

HANDOVER_LIST = "交接清单.csv"


class NotReadable(BadInput):
    """A file broke its reader; nothing of it was landed."""

    zh = "文件读取时出错，未入库：{file}。原因已记入日志；其余文件照常处理。"
    en = "The file could not be read and nothing of it was landed: {file}. The cause is in the log; the other files went on."


@dataclass(frozen=True, kw_only=True)
class Handover:
    """A line of the handover list: when a file arrived, how many rows it should have, its MD5."""

    arrived_at: datetime
    rows: int
    md5: str


@dataclass(kw_only=True)
class Progress:
    """How far a landing has come: deliveries so far, files that nobody declared, files that could not be read and why."""

    total: int
    done: int = 0
    deliveries: list[Delivery] = field(default_factory=list)
    refused: list[tuple[str, Refusal]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_handover_list(folder: Path) -> dict[str, Handover]:
    """The handover list of an inbox by file name (folder/name); empty where there is none. Raises NotReadable."""
    path = folder / HANDOVER_LIST
    if not path.exists():
        return {}
    try:
        return {
            row["文件"]: Handover(
                arrived_at=timezone.make_aware(datetime.fromisoformat(row["到达时间"])),
                rows=int(row["数据行数"]),
                md5=row["MD5"],
            )
            for row in csv.DictReader(io.StringIO(_decoded(path.read_bytes()), newline=""))
        }
    except (ValueError, TypeError, KeyError, csv.Error) as wrong:
        raise NotReadable(file=HANDOVER_LIST) from wrong


def _decoded(content: bytes) -> str:
    """Text in UTF-8, or as spreadsheets on Chinese machines save it."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _files(path: Path) -> Iterator[Path]:
    """The files to land: not the handover list, hidden files, or what is written for people to read."""
    if path.is_file():
        yield path
        return
    for file in sorted(path.rglob("*")):
        if file.is_file() and file.name != HANDOVER_LIST and not file.name.startswith((".", "README")):
            yield file


def land_inbox(
    path: Path, *, actor: Actor, clock: Callable[[], datetime], report: Callable[[Progress], None] = lambda _: None
) -> Progress:
    """Land a file, or every file under a folder in order of arrival; what cannot be landed is named and the rest goes on."""
    root = path if path.is_dir() else path.parent
    refused: list[tuple[str, Refusal]] = []
    try:
        listed = read_handover_list(root)
    except NotReadable as unreadable:
        listed, refused = {}, [(HANDOVER_LIST, unreadable)]
    files = list(_files(path))
    names = {file: file.relative_to(root).as_posix() for file in files}
    files.sort(
        key=lambda file: (
            listed[names[file]].arrived_at.timestamp() if names[file] in listed else float("inf"),
            names[file],
        )
    )
    progress = Progress(total=len(files), refused=refused)
    for file in files:
        handover = listed.get(names[file])
        try:
            delivery = land_file(
                file,
                actor=actor,
                at=clock(),
                arrived_at=handover.arrived_at if handover else None,
                file_name=names[file] if "/" in names[file] else None,
            )
        except Refusal as refusal:
            progress.refused.append((names[file], refusal))
        except Exception:
            # Whatever one file does to its reader, the rest of the inbox goes on; the cause is in the log, without the file's content.
            logger.exception("landing failed", extra={"file": names[file]})
            progress.refused.append((names[file], NotReadable(file=names[file])))
        else:
            progress.deliveries.append(delivery)
            if handover and handover.md5 != _md5(file):
                progress.notes.append(
                    f"{names[file]}: 内容与交接清单的 MD5 不符 / differs from the handover list's MD5"
                )
            if handover and handover.rows != delivery.delivered:
                zh = f"交接清单 {handover.rows} 行，实收 {delivery.delivered} 行"
                en = f"listed {handover.rows} rows, received {delivery.delivered}"
                progress.notes.append(f"{names[file]}: {zh} / {en}")
        progress.done += 1
        report(progress)
    return progress
