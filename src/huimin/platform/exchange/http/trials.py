"""Trying a mapping on a file: fifty rows raw → mapped → rule; nothing is landed, the file is deleted at once."""

import tempfile
from pathlib import Path
from typing import Final

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from huimin.kernel.refusals import Refusal
from huimin.platform.exchange import reach
from huimin.platform.exchange.forms import sniff
from huimin.platform.exchange.http import words
from huimin.platform.exchange.http.forms import TrialForm
from huimin.platform.exchange.operations.landing import NobodysFile, reference_day, source_of
from huimin.platform.exchange.operations.uploads import UndeclaredFile
from huimin.platform.exchange.permissions import DELIVER
from huimin.platform.exchange.reach import NotYourResource, Reach
from huimin.platform.exchange.trials import Trial, try_file
from huimin.platform.identity.permissions import needs
from huimin.platform.ui.pieces import Column, Table

NAME_KEPT: Final = 60


def _try(file: UploadedFile[bytes], resource: str, reached: Reach) -> tuple[Trial, str]:
    """The trial of a file, and what the file looks like. Raises the refusals of naming and of reading."""
    today = timezone.localdate()
    with tempfile.TemporaryDirectory() as folder:
        # Only the end of an overlong name matters: the sources go by the whole of a usable one.
        path = Path(folder) / Path(file.name or "").name[-NAME_KEPT:].lstrip(".")
        with path.open("wb") as kept:
            for chunk in file.chunks():
                kept.write(chunk)
        looks = sniff(path)
        try:
            source = reach.get_source(reached, resource) if resource else source_of(path)
        except NobodysFile:
            raise UndeclaredFile(file=path.name, looks=looks) from None
        if not reached.covers(source.department):
            raise NotYourResource(resource=source.resource)
        return try_file(path, source, reference_on=reference_day(path, today)), looks


def _summary(trial: Trial) -> Table:
    return Table(
        caption=_("各信息项的情况（只数会入库的行）"),
        columns=[
            Column(heading=_("信息项")),
            Column(heading=_("部门的列")),
            Column(heading=_("有内容"), numeric=True),
            Column(heading=_("得到值"), numeric=True),
            Column(heading=_("存疑"), numeric=True),
        ],
        rows=[
            [words.item_word(trial.resource, one.item), one.column or "—", one.given, one.valued, one.doubted]
            for one in trial.summary
        ],
    )


@needs(DELIVER)
@require_http_methods(["GET", "HEAD", "POST"])
def trial(request: HttpRequest) -> HttpResponse:
    """Try a file."""
    reached = reach.reach_of(request)
    sent = request.method == "POST"
    form = TrialForm(
        request.POST if sent else None,
        request.FILES if sent else None,
        reach=reached,
        initial={"resource": request.GET.get("resource", "")},
    )
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        try:
            tried, looks = _try(form.cleaned_data["file"], form.cleaned_data["resource"], reached)
        except Refusal as refusal:
            form.add_error("file", refusal.sentence("en" if words.is_english() else "zh"))
        else:
            context |= {
                "trial": tried,
                "looks": looks,
                "name": words.resource_word(tried.resource.code),
                "summary": _summary(tried),
                "rows": [_row(tried, at) for at in range(len(tried.rows))],
            }
    answer = render(request, "exchange/trial.html", context, status=422 if form.errors else 200)
    answer["Cache-Control"] = "no-store"
    return answer


def _row(tried: Trial, at: int) -> dict[str, object]:
    row = tried.rows[at]
    return {
        "row": row,
        "sentence": words.rule_sentence(row.rule) if row.rule else "",
        "rule": words.rule_word(row.rule) if row.rule else "",
        "named_items": [(words.item_word(tried.resource, item.item), item) for item in row.items],
    }
