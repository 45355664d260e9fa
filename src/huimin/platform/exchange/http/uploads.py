"""Uploading: many files at once, landed in the background; the page may be left and found again."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from huimin.platform.exchange import reach
from huimin.platform.exchange.http import words
from huimin.platform.exchange.http.forms import UploadForm
from huimin.platform.exchange.models import Delivery, UploadBatch, UploadJob
from huimin.platform.exchange.operations.uploads import SentFile, receive_files
from huimin.platform.exchange.permissions import DELIVER
from huimin.platform.identity.permissions import needs, who_of
from huimin.platform.identity.queries import actor_of, names_of_accounts
from huimin.platform.ui.charts import number
from huimin.platform.ui.dates import moment
from huimin.platform.ui.paging import keyset_page
from huimin.platform.ui.pieces import Empty, Progress, ProgressState, Queue, QueueRow

PAGE_SIZE: Final = 20
OPEN: Final = {UploadJob.State.WAITING, UploadJob.State.RUNNING}
NONE_YET: Final = Empty(
    what=gettext_lazy("还没有上传过文件。"), do=gettext_lazy("每次上传都会留在这里，离开后也能回来看进度。")
)


def _rows(batches: Sequence[UploadBatch]) -> list[QueueRow]:
    names = names_of_accounts(sorted({batch.actor_ref for batch in batches}))
    files = dict(UploadJob.objects.filter(batch__in=batches).values_list("batch").annotate(n=Count("id")).order_by())
    open_ = dict(
        UploadJob.objects.filter(batch__in=batches, state__in=OPEN)
        .values_list("batch")
        .annotate(n=Count("id"))
        .order_by()
    )
    return [
        QueueRow(
            number=batch.public_id[:6],
            url=reverse("exchange:upload", args=[batch.public_id]),
            what=ngettext("%(n)d 个文件", "%(n)d 个文件", files[batch.id]) % {"n": files[batch.id]},
            who=names.get(batch.actor_ref, ""),
            note=moment(batch.received_at),
            next_act={True: _("看进度"), False: _("看结果")}[batch.id in open_],
        )
        for batch in batches
    ]


@needs(DELIVER)
@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """Send files; and every earlier upload of the department."""
    reached = reach.reach_of(request)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        post = who_of(request).post
        batch = receive_files(
            [SentFile(name=file.name or "", chunks=file.chunks()) for file in form.cleaned_data["sent"]],
            department=post.department.code if post else "",
            reach=reached,
            actor=actor_of(request),
            at=timezone.now(),
        )
        return redirect("exchange:upload", public_id=batch.public_id)
    page = keyset_page(reach.batches(reached), by=["-id"], after=request.GET.get("after", ""), size=PAGE_SIZE)
    queue = Queue(
        rows=_rows(page.rows),
        label=_("上传记录"),
        more_url=f"{reverse('exchange:uploads')}?{urlencode({'after': page.after})}" if page.after else "",
        empty=NONE_YET,
    )
    return render(request, "exchange/uploads.html", {"form": form, "queue": queue}, status=422 if form.errors else 200)


def _progress(batch: UploadBatch, jobs: Sequence[UploadJob]) -> Progress:
    left = [job for job in jobs if job.state in OPEN]
    running = next((job for job in left if job.state == UploadJob.State.RUNNING), None)
    failed = [job for job in jobs if job.state == UploadJob.State.FAILED]
    ladder = (
        (ProgressState.RUNNING, running is not None or (bool(left) and len(left) < len(jobs))),
        (ProgressState.WAITING, bool(left)),
        (ProgressState.FAILED, len(failed) == len(jobs)),
    )
    return Progress(
        name="upload-progress",
        label=_("入库"),
        state=next((state for state, holds in ladder if holds), ProgressState.DONE),
        done=len(jobs) - len(left),
        total=len(jobs),
        unit=_("个文件"),
        detail=_("正在处理 %(file)s，已读 %(rows)s 行") % {"file": running.file_name, "rows": number(running.rows_read)}
        if running
        else "",
        page_url=reverse("exchange:upload", args=[batch.public_id]),
    )


@needs(DELIVER)
@require_safe
def upload(request: HttpRequest, public_id: str) -> HttpResponse:
    """How far an upload has come, and what became of each file."""
    batch = reach.access_batch(reach.reach_of(request), public_id)
    jobs = reach.jobs_of(batch)
    files = [
        {
            "job": job,
            "state": words.JOB_STATES[UploadJob.State(job.state)],
            "mark": MARKS[UploadJob.State(job.state)],
            "size": number(round(job.size / 1024)),
            "resource": words.resource_word(job.resource) if job.resource else "",
            "problem": words.problem_sentence(job),
            "delivery_state": words.STATES[Delivery.State(job.delivery.state)] if job.delivery else "",
        }
        for job in jobs
    ]
    context = {"batch": batch, "progress": _progress(batch, jobs), "files": files}
    return render(request, "exchange/upload.html", context)


MARKS: Final = {
    UploadJob.State.WAITING: "next",
    UploadJob.State.RUNNING: "running",
    UploadJob.State.LANDED: "good",
    UploadJob.State.FAILED: "late",
}
