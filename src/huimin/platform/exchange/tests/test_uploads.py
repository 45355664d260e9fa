"""Uploads: kept aside at once, landed in the background, whatever dies meanwhile."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from huimin.platform.exchange import reach, tasks
from huimin.platform.exchange.forms import rows as rows_of_forms
from huimin.platform.exchange.lake import landing
from huimin.platform.exchange.models import Delivery, UploadBatch, UploadJob
from huimin.platform.exchange.operations import uploads
from huimin.platform.exchange.operations.uploads import (
    SentFile,
    land_upload,
    receive_files,
    sweep_uploads,
    waiting_uploads,
)
from huimin.platform.exchange.reach import Reach
from huimin.platform.exchange.tests.factories import ACTOR, AT, delivered_file, insured
from huimin.platform.exchange.tests.readers import at_desk
from huimin.platform.journal.queries import entries_about

pytestmark = [pytest.mark.django_db, pytest.mark.covers("D01")]
EVERYTHING = Reach(None)


def sent(folder: Path, name: str = "", rows=None, content: bytes | None = None) -> SentFile:
    path = delivered_file(folder, "medins.insured", rows or [insured("1"), insured("")])
    return SentFile(name=name or path.name, chunks=[path.read_bytes() if content is None else content])


def receive(*files: SentFile, within: Reach = EVERYTHING) -> UploadBatch:
    return receive_files(files, department="ybj", reach=within, actor=ACTOR, at=AT)


def only(batch: UploadBatch) -> UploadJob:
    (job,) = reach.jobs_of(batch)
    return job


def test_a_file_waits_and_is_landed(tmp_path):
    batch = receive(sent(tmp_path))
    assert only(batch).state == "waiting"
    assert not Delivery.objects.exists()
    tasks.land_uploads()
    job = only(batch)
    assert (job.state, job.delivery.landed, job.delivery.quarantined) == ("landed", 1, 1)
    assert job.delivery.file_name == "ybj/medins_insured_20260630.tsv"
    assert job.delivery.arrived_at == AT
    assert waiting_uploads() == []
    assert not list((uploads.uploads() / batch.public_id).iterdir())
    assert [entry.kind for entry in entries_about([f"upload:{batch.public_id}"])] == ["exchange.FilesUploaded"]


def test_one_bad_file_does_not_stop_the_others(tmp_path):
    batch = receive(
        sent(tmp_path, "notes.docx", content=b"PK\x03\x04"),
        sent(tmp_path, "empty.csv", content=b""),
        sent(tmp_path, ".hidden.tsv"),
        sent(tmp_path, "字" * 90 + ".tsv"),
        sent(tmp_path, "institutions.json", content=b"no json"),
        sent(tmp_path),
    )
    tasks.land_uploads()
    jobs = reach.jobs_of(batch)
    assert [job.state for job in jobs] == ["failed"] * 5 + ["landed"]
    assert [job.problem.get("code") for job in jobs] == [
        "UndeclaredFile", "EmptyFile", "UnusableName", "UnusableName", "PartMissing", None,
    ]  # fmt: skip
    assert "XLSX/ZIP" in jobs[0].problem["zh"]
    assert "notes.docx" in jobs[0].problem["en"]


def test_another_departments_file_is_refused(tmp_path):
    job = only(receive(sent(tmp_path), within=Reach(frozenset({"gaj"}))))
    assert (job.state, job.problem["code"]) == ("failed", "NotYourResource")


def test_two_files_of_one_name_are_two_files(tmp_path):
    batch = receive(sent(tmp_path, rows=[insured("1")]), sent(tmp_path, rows=[insured("2"), insured("3")]))
    tasks.land_uploads()
    assert [job.delivery.landed for job in reach.jobs_of(batch)] == [1, 2]


def test_a_landing_that_died_is_taken_up_again_and_doubles_nothing(tmp_path, monkeypatch):
    batch = receive(sent(tmp_path))
    with monkeypatch.context() as patch:
        patch.setattr(uploads.shutil, "rmtree", lambda *_args, **_more: None)
        job = land_upload(job=only(batch).id, clock=timezone.now)
    # As a process leaves it that dies after landing and before saying so.
    UploadJob.objects.filter(id=job.id).update(state="running", delivery=None)
    tasks.land_uploads()
    again = only(batch)
    assert (again.state, again.attempts, again.delivery_id) == ("landed", 2, job.delivery_id)
    assert Delivery.objects.count() == 1


def test_what_kills_its_process_is_given_up(tmp_path):
    batch = receive(sent(tmp_path))
    UploadJob.objects.update(state="running", attempts=3)
    tasks.land_uploads()
    assert (only(batch).state, only(batch).problem["code"]) == ("failed", "GivenUp")


def test_what_broke_the_reader_is_a_sentence(tmp_path, monkeypatch):
    batch = receive(sent(tmp_path))
    monkeypatch.setattr(uploads, "land_file", lambda *_args, **_more: 1 / 0)
    tasks.land_uploads()
    assert (only(batch).state, only(batch).problem["code"]) == ("failed", "NotReadable")


def test_an_ended_upload_cannot_be_landed(tmp_path):
    batch = receive(sent(tmp_path))
    tasks.land_uploads()
    with pytest.raises(ValueError, match="cannot go"):
        land_upload(job=only(batch).id, clock=timezone.now)


def test_sweeping_keeps_what_waits(tmp_path):
    waiting, done = receive(sent(tmp_path)), receive(sent(tmp_path))
    land_upload(job=only(done).id, clock=timezone.now)
    (uploads.uploads() / "left-by-a-crash").mkdir()
    assert sweep_uploads(at=timezone.now()) == []
    gone = sweep_uploads(at=timezone.now() + timedelta(hours=2))
    assert {done.public_id, "left-by-a-crash"} <= set(gone)
    assert waiting.public_id not in gone
    tasks.land_uploads()
    assert only(waiting).state == "landed"


def test_the_jobs_are_declared_for_the_serving_process(tmp_path):
    receive(sent(tmp_path))
    for _name, (seconds, work) in tasks.PERIODIC.items():
        assert seconds > 0
        work()
    assert waiting_uploads() == []


def test_the_page_counts_the_rows_that_are_read(tmp_path, monkeypatch):
    """What a reader sees while a file is under way is what has been judged of it."""
    batch = receive(sent(tmp_path, rows=[insured(str(number)) for number in range(5)]))
    seen = []
    whole = uploads._count

    def watched(job: int, rows: int) -> None:
        whole(job, rows)
        answer = at_desk("ybj").get(reverse("exchange:upload", args=[batch.public_id]))
        seen.append((rows, f"已读 {rows} 行" in answer.content.decode()))

    monkeypatch.setattr(uploads, "_count", watched)
    monkeypatch.setattr(landing, "ROWS_A_PIECE", 2)
    monkeypatch.setattr(rows_of_forms, "ROWS_PER_BATCH", 2)
    tasks.land_uploads()
    assert seen[-1] == (5, True)
    assert all(shown for _, shown in seen)
    assert only(batch).rows_read == 5
