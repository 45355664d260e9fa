"""Reading what other departments share with one's post: why first; then one number, or page after page, or a file."""

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huimin.kernel.codes import code_list
from huimin.kernel.refusals import NotFound, Refusal
from huimin.platform.exchange import sharing
from huimin.platform.exchange.declarations import Resource
from huimin.platform.exchange.http import cursors, words
from huimin.platform.exchange.http.request_forms import LookUpForm, ReadForm
from huimin.platform.exchange.operations import reading
from huimin.platform.exchange.operations.reading import SharedPage
from huimin.platform.exchange.permissions import READ_SHARED
from huimin.platform.exchange.rules import MOST_ROWS_A_FILE, Way
from huimin.platform.exchange.sharing import Shared
from huimin.platform.identity.names import purpose_name
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.ui.dates import as_of
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.pieces import Column, Empty, Queue, QueueRow, Table

KEPT: Final = "exchange.why"
NOTHING_SHARED: Final = Empty(
    what=gettext_lazy("还没有部门向本岗位提供数据。"),
    do=gettext_lazy("由本部门的数据专员在资源目录里申请；同意以后出现在这里，到期或停止提供后不再显示。"),
)
NO_ROWS: Final = Empty(
    what=gettext_lazy("没有查到，或不在授权范围内。"), do=gettext_lazy("这次读取已记入日志。可以换一个号码再查。")
)


def _shared(request: HttpRequest, code: str) -> Shared:
    """What is shared of a resource with the reader now. Raises NotFound."""
    found = next(
        (one for one in sharing.shared_with(actor_of(request), timezone.now()) if one.resource.code == code), None
    )
    if found is None:
        raise NotFound
    return found


def _asked_again(request: HttpRequest, form: ReadForm) -> None:
    """Remember why, never by what."""
    request.session[KEPT] = {"purpose": form.why.purpose, "case_ref": form.why.case_ref}


def value_word(resource: Resource, item: str, value: str) -> str:
    """A value as it reads: a code with its label, a truth by its word."""
    declared = resource.items[item]
    if declared.codes and value in code_list(declared.codes):
        return code_list(declared.codes).label(value, reader_language())
    return str(words.TRUTHS[value]) if declared.type == "truth" and value in words.TRUTHS else value


def table_of(page: SharedPage) -> Table:
    """Rows as a table."""
    resource = page.resource
    return Table(
        caption=_("%(resource)s：共享的记录") % {"resource": words.named(resource.names)},
        columns=[
            *(Column(heading=words.named(resource.items[item])) for item in page.items),
            Column(heading=_("时点")),
        ],
        rows=[
            [
                *(value_word(resource, item, row.values.get(item, "")) or "—" for item in page.items),
                as_of(row.as_of) if row.as_of else "—",
            ]
            for row in page.rows
        ],
        empty=NO_ROWS,
    )


@needs(READ_SHARED)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What is shared with the post that the reader acts in."""
    rows = [
        QueueRow(
            number=one.resource.code,
            url=reverse("exchange:shared", args=[one.resource.code]),
            what=words.named(one.resource.names),
            who=_("、").join(purpose_name(code, reader_language()) for code in one.purposes),
            note=_("%(ways)s · 到%(day)s止")
            % {
                "ways": _("、").join(str(words.WAYS[way]) for way in Way if way in one.ways),
                "day": as_of(timezone.localdate(one.until)),
            },
            next_act=_("读取"),
        )
        for one in sharing.shared_with(actor_of(request), timezone.now())
    ]
    queue = Queue(rows=rows, label=_("共享给我的数据"), empty=NOTHING_SHARED)
    return render(request, "exchange/shared_list.html", {"queue": queue})


def _answered(
    request: HttpRequest, shared: Shared, form: ReadForm, act: Callable[[Any], SharedPage], template: str
) -> HttpResponse:
    """Read when the form is right; the same page again, with what was filled in, when it is not."""
    context: dict[str, Any] = {
        "shared": shared,
        "name": words.named(shared.resource.names),
        "form": form,
        "ways": {way.value: shared.allows(way) for way in Way},
        "items": _("、").join(words.named(shared.resource.items[item]) for item in shared.items),
        "most": MOST_ROWS_A_FILE,
    }
    status = 200
    if form.is_bound and form.is_valid():
        try:
            page = act(form)
        except NotFound:
            raise
        except Refusal as refusal:
            field = getattr(refusal, "field", "")
            form.add_error(field if field in form.fields else None, refusal.sentence(reader_language()))
            status = refusal.status
        else:
            _asked_again(request, form)
            context |= {
                "table": table_of(page),
                "count": ngettext("%(n)d 行", "%(n)d 行", len(page.rows)) % {"n": len(page.rows)},
                "why": form.why,
                "purpose": purpose_name(form.why.purpose, reader_language()),
                "at": timezone.now(),
                "after": cursors.closed(page.after),
            }
    elif form.is_bound:
        status = 400
    answer = render(request, template, context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


@needs(READ_SHARED)
@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: HttpRequest, code: str) -> HttpResponse:
    """One record by its number."""
    shared = _shared(request, code)
    filled = request.POST if request.method == "POST" else None
    form = LookUpForm(filled, shared=shared, initial=request.session.get(KEPT, {}))

    def act(form: LookUpForm) -> SharedPage:
        asked = form.cleaned_data
        return reading.look_up_shared(
            code, by=asked["by"], value=asked["value"], why=form.why, actor=actor_of(request), at=timezone.now()
        )

    return _answered(request, shared, form, act, "exchange/shared_look_up.html")


@needs(READ_SHARED)
@require_http_methods(["GET", "HEAD", "POST"])
def read(request: HttpRequest, code: str) -> HttpResponse:
    """Page after page; what comes next is asked for with why, like the first."""
    shared = _shared(request, code)
    if not shared.allows(Way.READ):
        raise NotFound
    filled = request.POST if request.method == "POST" else None
    form = ReadForm(filled, shared=shared, initial=request.session.get(KEPT, {}))

    def act(form: ReadForm) -> SharedPage:
        after = cursors.opened(request.POST.get("after", ""))
        return reading.read_shared(code, after=after, why=form.why, actor=actor_of(request), at=timezone.now())

    return _answered(request, shared, form, act, "exchange/shared_read.html")


@needs(READ_SHARED)
@require_POST
def export(request: HttpRequest, code: str) -> HttpResponse:
    """The rows as a file that bears its mark in every row."""
    shared = _shared(request, code)
    if not shared.allows(Way.FILE):
        raise NotFound
    form = ReadForm(request.POST, shared=shared)
    if not form.is_valid():
        return _answered(
            request,
            shared,
            form,
            lambda _form: SharedPage(resource=shared.resource, items=(), rows=()),
            "exchange/shared_read.html",
        )
    made = reading.export_shared(code, why=form.why, actor=actor_of(request), at=timezone.now())
    answer = HttpResponse(made.content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{code}-{made.mark}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer
