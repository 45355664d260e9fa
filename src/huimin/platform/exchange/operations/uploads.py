"""Files sent from the data office's page: kept aside at once, landed in the background, so that the page may be left."""

import logging
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.exchange.events import FilesUploaded
from huimin.platform.exchange.forms import sniff
from huimin.platform.exchange.models import UploadBatch, UploadJob
from huimin.platform.exchange.operations.inbox import NotReadable
from huimin.platform.exchange.operations.landing import NobodysFile, land_file, source_of
from huimin.platform.exchange.reach import NotYourResource, Reach
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor

logger = logging.getLogger(__name__)

MOST_ATTEMPTS: Final = 3
ORPHAN_AFTER_SECONDS: Final = 3600
LONGEST_NAME_BYTES: Final = 200


class UndeclaredFile(NobodysFile):
    """No source of this city declares a file of this name; says what it looks like and what to do."""

    zh = (
        "没有部门登记过名为“{file}”的文件（看起来是 {looks}），未入库。"
        "请先核对文件名是否与约定一致；新的资源要先在本市的 sources 中登记。"
    )
    en = (
        "No department has declared a file named “{file}” (it looks like {looks}); nothing of it was landed. "
        "Check the name against the agreement; a new resource is declared in the city's sources first."
    )


class UnusableName(BadInput):
    """A file name that no store can keep."""

    zh = "文件名“{file}”过长或以点开头，未入库。请改名后再传。"
    en = "The file name “{file}” is too long or begins with a dot; nothing was landed. Rename it and send it again."


class EmptyFile(BadInput):
    """A file without a byte."""

    zh = "文件“{file}”是空的，未入库。请重新导出。"
    en = "The file “{file}” is empty; nothing was landed. Export it again."


class GivenUp(Refusal):
    """The landing died with its process time and again."""

    zh = "文件“{file}”连续 {times} 次未能处理完，已停止。没有入库任何一行；请联系数据管理员。"
    en = "Landing “{file}” broke off {times} times and was given up. Nothing of it was landed; ask the data steward."


@dataclass(frozen=True, kw_only=True)
class SentFile:
    """A file as it comes in: its name, and its content in chunks, read once."""

    name: str
    chunks: Iterable[bytes]


def uploads() -> Path:
    """Where uploaded files wait to be landed; nothing stays there."""
    return Path(settings.HOME) / "uploads"


def receive_files(
    files: Sequence[SentFile], *, department: str, reach: Reach, actor: Actor, at: datetime
) -> UploadBatch:
    """Keep the files aside and enter each in the queue. One that cannot be landed has its reason with it and the rest goes on.

    `department` is the sender's own, under which the upload is found again; `reach` says whose resources may be sent.
    """
    public_id = secrets.token_hex(8)
    folder = uploads() / public_id
    folder.mkdir(parents=True)
    received = [_receive(file, folder / str(place), reach) for place, file in enumerate(files)]
    with transaction.atomic():
        batch = UploadBatch.objects.create(
            public_id=public_id, department=department, actor_ref=actor.ref, actor_post=actor.post, received_at=at
        )
        jobs = [UploadJob(batch=batch, ended_at=at if job["problem"] else None, **job) for job in received]
        UploadJob.objects.bulk_create(jobs)
        refused = sum(bool(job["problem"]) for job in received)
        fact = FilesUploaded(subject=f"upload:{public_id}", files=len(jobs), refused=refused)
        publish(fact, actor=actor, at=at)
    return batch


def _receive(file: SentFile, folder: Path, reach: Reach) -> dict[str, Any]:
    """Store one file under its own name (the sources go by it) in a folder of its own, or say why not."""
    job: dict[str, Any] = {"file_name": file.name[:255], "resource": "", "size": 0, "problem": {}}
    folder.mkdir()
    path = folder / file.name
    try:
        if file.name.startswith(".") or "/" in file.name or len(file.name.encode()) > LONGEST_NAME_BYTES:
            raise UnusableName(file=file.name)
        job["size"] = _store(file.chunks, path)
        if not job["size"]:
            raise EmptyFile(file=file.name)
        source = _source_for(path)
        if not reach.covers(source.department):
            raise NotYourResource(resource=source.resource)
    except Refusal as refusal:
        shutil.rmtree(folder)
        return {**job, "state": UploadJob.State.FAILED, "problem": _sentences(refusal)}
    return {**job, "resource": source.resource, "state": UploadJob.State.WAITING}


def _source_for(path: Path) -> Any:
    try:
        return source_of(path)
    except NobodysFile:
        raise UndeclaredFile(file=path.name, looks=sniff(path)) from None


def _store(chunks: Iterable[bytes], path: Path) -> int:
    size = 0
    with path.open("wb") as kept:
        for chunk in chunks:
            size += kept.write(chunk)
        kept.flush()
        os.fsync(kept.fileno())
    return size


def _sentences(refusal: Refusal) -> dict[str, str]:
    return {"code": refusal.code, "zh": refusal.sentence("zh"), "en": refusal.sentence("en")}


def waiting_uploads() -> list[int]:
    """Files that wait to be landed, or whose landing died with its process, in the order in which they came."""
    states = [UploadJob.State.WAITING, UploadJob.State.RUNNING]
    return list(UploadJob.objects.filter(state__in=states).order_by("id").values_list("id", flat=True))


def _move(job: int, to: UploadJob.State) -> UploadJob:
    found = UploadJob.objects.select_for_update(of=("self",)).select_related("batch").get(id=job)
    if to not in UploadJob.MOVES[UploadJob.State(found.state)]:
        raise ValueError(f"an upload cannot go from {found.state} to {to}")
    found.state = to
    return found


def _begin(job: int) -> UploadJob:
    with transaction.atomic():
        found = _move(job, UploadJob.State.RUNNING)
        found.attempts += 1
        found.save(update_fields=["state", "attempts"])
    return found


def land_upload(*, job: int, clock: Callable[[], datetime]) -> UploadJob:
    """Land a waiting file in the name of whoever sent it; what cannot be landed has its reason in the row. The file is then deleted.

    May be called again after a crash: landing is idempotent, and a file that killed its process MOST_ATTEMPTS times is given up.
    """
    begun = _begin(job)
    folder = uploads() / begun.batch.public_id / str(_place(begun))
    actor = Actor(kind="account", ref=begun.batch.actor_ref, post=begun.batch.actor_post)
    delivery, problem = None, {}
    try:
        if begun.attempts > MOST_ATTEMPTS:
            raise GivenUp(file=begun.file_name, times=MOST_ATTEMPTS)
        path = folder / begun.file_name
        name = f"{source_of(path).department}/{begun.file_name}"
        delivery = land_file(
            path,
            actor=actor,
            at=clock(),
            arrived_at=begun.batch.received_at,
            file_name=name,
            report=lambda rows: _count(job, rows),
        )
    except Refusal as refusal:
        problem = _sentences(refusal)
    except Exception:
        # Whatever a file does to its reader, the queue goes on; the cause is in the log, without the file's content.
        logger.exception("landing an upload failed", extra={"upload": begun.batch.public_id})
        problem = _sentences(NotReadable(file=begun.file_name))
    with transaction.atomic():
        ended = _move(job, UploadJob.State.FAILED if problem else UploadJob.State.LANDED)
        ended.delivery, ended.problem, ended.ended_at = delivery, problem, clock()
        ended.save(update_fields=["state", "delivery", "problem", "ended_at"])
    shutil.rmtree(folder, ignore_errors=True)
    return ended


def _count(job: int, rows: int) -> None:
    """Note how far the landing has come, so that its sender sees it."""
    UploadJob.objects.filter(id=job).update(rows_read=rows)


def _place(job: UploadJob) -> int:
    """The folder of a file within its upload: its place among the files sent together."""
    return UploadJob.objects.filter(batch=job.batch, id__lt=job.id).count()


def sweep_uploads(*, at: datetime, older_than: float = ORPHAN_AFTER_SECONDS) -> list[str]:
    """Delete uploads of which no file waits any more (ended ones, and leftovers of crashes); returns their names."""
    states = [UploadJob.State.WAITING, UploadJob.State.RUNNING]
    needed = set(UploadBatch.objects.filter(jobs__state__in=states).values_list("public_id", flat=True))
    edge = at.timestamp() - older_than
    gone = []
    for folder in uploads().glob("*"):
        if folder.name not in needed and folder.stat().st_mtime < edge:
            shutil.rmtree(folder, ignore_errors=True)
            gone.append(folder.name)
    return sorted(gone)
