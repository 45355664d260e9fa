"""The catalogue's pages: browse and search, a resource, what its versions changed."""

from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from huimin.kernel.codes import code_list
from huimin.platform.exchange import catalogue, queries
from huimin.platform.exchange.catalogue import Entry
from huimin.platform.exchange.declarations import Resource
from huimin.platform.exchange.http import words
from huimin.platform.exchange.http.forms import CatalogueForm, VersionsForm
from huimin.platform.exchange.permissions import CATALOGUE, REQUEST
from huimin.platform.identity.permissions import may, needs, who_of
from huimin.platform.ui.pieces import Answer, Chip, Column, Empty, Queue, QueueRow, Table, Text

NOTHING: Final = Empty(
    what=gettext_lazy("没有找到这样的资源。"),
    do=gettext_lazy("可以换个说法，或用拼音、拼音首字母（如 shbx）查找。"),
)
CODES_SHOWN: Final = 12


def _address(asked: dict[str, Any], **change: str) -> str:
    left = {name: value for name, value in {**asked, **change}.items() if value}
    return f"{reverse('exchange:catalogue')}?{urlencode(left)}" if left else reverse("exchange:catalogue")


def _chips(asked: dict[str, Any], name: str, labels: dict[str, str]) -> list[Chip]:
    """One chip for each value there is; a chosen one leads back out."""
    return [
        Chip(
            label=label,
            url=_address(asked, **{name: "" if asked[name] == value else value}),
            chosen=asked[name] == value,
        )
        for value, label in labels.items()
    ]


def _row(entry: Entry) -> QueueRow:
    resource = entry.resource
    count = len(resource.items)
    return QueueRow(
        number=resource.code,
        url=reverse("exchange:resource", args=[resource.code]),
        what=words.named(resource.names),
        who=words.department_word(entry.department) or _("本市还没有部门提供"),
        note=_("%(share)s · %(cycle)s更新 · %(items)s")
        % {
            "share": words.SHARES[resource.share],
            "cycle": words.CYCLES[resource.cycle],
            "items": ngettext("%(n)d 个信息项", "%(n)d 个信息项", count) % {"n": count},
        },
        next_act=_("查看"),
    )


@needs(CATALOGUE)
@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """Every resource, narrowed by class, domain and department, or searched."""
    form = CatalogueForm(request.GET)
    asked = form.asked()
    found = catalogue.browse(
        kind=asked["kind"], domain=asked["domain"], department=asked["department"], asked=asked["q"]
    )
    every = list(catalogue.entries().values())
    kinds = {entry.resource.classification: words.class_words(entry) for entry in every}
    domains = {entry.domain: words.domain_word(entry.domain) for entry in every}
    departments = {entry.department: words.department_word(entry.department) for entry in every if entry.department}
    context = {
        "form": form,
        "asked": asked,
        "kinds": _chips(asked, "kind", dict(sorted(kinds.items()))),
        "domains": _chips(asked, "domain", dict(sorted(domains.items()))),
        "departments": _chips(asked, "department", dict(sorted(departments.items()))),
        "is_narrowed": any(asked.values()),
        "queue": Queue(rows=[_row(entry) for entry in found], label=_("信息资源"), empty=NOTHING),
        "count": len(found),
    }
    return render(request, "exchange/catalogue.html", context)


def _fields(entry: Entry) -> list[Answer]:
    """What the compilation guide asks of a resource, in its order."""
    resource = entry.resource
    condition = words.named(resource.share_condition) if resource.share_condition else ""
    known: list[tuple[str, Text]] = [
        (_("信息资源分类"), words.class_words(entry)),
        (_("信息资源代码"), resource.code),
        (_("所属领域"), words.domain_word(entry.domain)),
        (_("提供部门"), words.department_word(entry.department) or _("本市还没有部门提供")),
        (_("摘要"), words.named(resource.abstract)),
        (_("格式"), words.FORMATS[resource.format]),
        (_("更新周期"), words.CYCLES[resource.cycle]),
        (_("描述对象"), words.SUBJECTS[resource.subject]),
        (_("查不到的含义"), words.ABSENCES[resource.absence]),
        (_("共享类型"), words.SHARES[resource.share]),
        (_("共享条件"), condition),
        (_("是否向社会开放"), words.TRUTHS["true" if resource.open else "false"]),
    ]
    return [Answer(question=question, answer=answer) for question, answer in known if answer]


def _codes(name: str) -> str:
    """The beginning of a code list, in the reader's language."""
    listed = code_list(name)
    language = "en" if words.is_english() else "zh"
    shown = [f"{code} {listed.label(code, language)}" for code in list(listed)[:CODES_SHOWN]]
    left = len(listed) - len(shown)
    more = ngettext("……另有 %(n)d 个", "……另有 %(n)d 个", left) % {"n": left} if left > 0 else ""
    return "、".join(shown) + more


def _list_word(name: str) -> str:
    return code_list(name).title("en" if words.is_english() else "zh")


def _items(resource: Resource) -> Table:
    return Table(
        caption=_("信息项"),
        columns=[
            Column(heading=_("信息项")),
            Column(heading=_("代码")),
            Column(heading=_("类型")),
            Column(heading=_("共享类型")),
        ],
        rows=[
            [
                words.named(item),
                code,
                _("%(type)s（%(list)s）") % {"type": words.TYPES[item.type], "list": _list_word(item.codes)}
                if item.codes
                else words.TYPES[item.type],
                words.share_words(resource, item),
            ]
            for code, item in resource.items.items()
        ],
    )


_HOW: Final = {
    "open": gettext_lazy("无条件共享：各部门因履职需要都可以用，写明用途、依据和期限，提出后立即可用。"),
    "conditional": gettext_lazy(
        "有条件共享：向提供部门提出数据需求，写明用途、依据和期限；数据资源管理部门 2 个工作日内初审，提供部门 10 个工作日内答复。"
    ),
    "withheld": gettext_lazy("不予共享：只有提供部门自己使用。确有需要的，请联系数据资源管理部门协调。"),
}


def _standing(entry: Entry, today: date) -> queries.Freshness | None:
    return next((one for one in queries.freshness(today) if one.resource.code == entry.resource.code), None)


def _is_anothers(request: HttpRequest, entry: Entry) -> bool:
    """Whether another department than the reader's provides it."""
    post = who_of(request).post
    return entry.source is not None and post is not None and post.department.code != entry.department


@needs(CATALOGUE)
@require_safe
def resource(request: HttpRequest, code: str) -> HttpResponse:
    """One resource: what it holds, how fresh it is, who may use it and how to ask."""
    entry = catalogue.get_entry(code)
    lists = sorted({item.codes for item in entry.resource.items.values() if item.codes})
    context = {
        "entry": entry,
        "name": words.named(entry.resource.names),
        "fields": _fields(entry),
        "items": _items(entry.resource),
        "lists": [Answer(question=_list_word(name), answer=_codes(name)) for name in lists],
        "freshness": _standing(entry, timezone.localdate()),
        "how": _HOW[entry.resource.share],
        "may_ask": may(request, REQUEST) and _is_anothers(request, entry),
        "versions": catalogue.versions_of(code),
    }
    return render(request, "exchange/resource.html", context)


@needs(CATALOGUE)
@require_safe
def versions(request: HttpRequest, code: str) -> HttpResponse:
    """What one version of a resource changed against another."""
    entry = catalogue.get_entry(code)
    known = {version.number: version for version in catalogue.versions_of(code)}
    asked = VersionsForm(request.GET).asked()
    after = known.get(asked["after"] or max(known, default=0))
    before = known.get(asked["before"] or (after.number - 1 if after else 0))
    found = catalogue.differences(before.content, after.content) if before and after else []
    name = words.named(entry.resource.names)
    rows = words.difference_words(found, entry.resource, _declared(before), _declared(after))
    table = Table(
        caption=_("修改的内容"),
        columns=[
            Column(heading=_("信息项")),
            Column(heading=_("变化")),
            Column(heading=_("属性")),
            Column(heading=_("原来")),
            Column(heading=_("现在")),
        ],
        rows=[[what or _("资源本身"), *rest] for what, *rest in rows],
        empty=Empty(what=_("这两个版本没有差别。")),
    )
    steps = [
        Chip(
            label=_("第 %(n)d 版") % {"n": number},
            url=f"{reverse('exchange:versions', args=[code])}?{urlencode({'after': number})}",
            chosen=after is not None and number == after.number,
        )
        for number in known
    ]
    context = {"entry": entry, "name": name, "before": before, "after": after, "table": table, "steps": steps}
    return render(request, "exchange/versions.html", context)


def _declared(version: Any) -> Resource | None:
    """The declaration that a version keeps, where this program still understands it."""
    if version is None:
        return None
    content = {key: value for key, value in version.content.items() if key != "department"}
    try:
        return Resource.model_validate(content)
    except ValueError:
        return None
