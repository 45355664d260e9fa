"""What is filled in to ask for data, to stop sharing them, and to read them."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huimin.platform.exchange.declarations import Resource, resources
from huimin.platform.exchange.http import words
from huimin.platform.exchange.models import DataRequest
from huimin.platform.exchange.operations.narrowing import Part
from huimin.platform.exchange.operations.reading import Why
from huimin.platform.exchange.operations.sharing import Need
from huimin.platform.exchange.permissions import READ_SHARED
from huimin.platform.exchange.rules import Way
from huimin.platform.exchange.sharing import BY_RECORD, Shared
from huimin.platform.identity.declarations import duties, this_city
from huimin.platform.identity.names import duties_of_posts, in_language, post_name, purpose_name
from huimin.platform.identity.queries import open_clients
from huimin.platform.ui.choices import offer
from huimin.platform.ui.languages import reader_language


def _may_read(duty: str) -> bool:
    return duty in duties() and duties()[duty].allows(READ_SHARED)


def _readers(department: str) -> list[tuple[str, str]]:
    """The posts and systems of a department that may read shared data."""
    posts = [code for code, duty in duties_of_posts(department).items() if _may_read(duty)]
    systems = [one for one in open_clients().filter(department__code=department) if _may_read(one.duty)]
    return [
        *((code, post_name(code, reader_language())) for code in posts),
        *((one.public_id, _("系统“%(name)s”") % {"name": one.name}) for one in systems),
    ]


class RequestForm(forms.Form):
    """Which items, which of them whole, on which rows, in which way, for whom, for what and by which law, until when."""

    items = forms.MultipleChoiceField(label=gettext_lazy("要哪些信息项"), widget=forms.CheckboxSelectMultiple)
    plain = forms.MultipleChoiceField(
        label=gettext_lazy("其中哪些要看完整内容"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("不勾的按掩码显示；确有必要才勾，并在理由里说明。"),
    )
    rows = forms.ChoiceField(
        label=gettext_lazy("要哪些记录"), choices=DataRequest.Rows.choices, widget=forms.RadioSelect
    )
    way = forms.ChoiceField(label=gettext_lazy("怎样使用"), widget=forms.RadioSelect)
    reader = forms.ChoiceField(label=gettext_lazy("由谁读取"))
    purpose = forms.ChoiceField(label=gettext_lazy("用途"))
    legal_basis = forms.CharField(
        label=gettext_lazy("法律依据"),
        max_length=200,
        help_text=gettext_lazy("写到法规和条款，例如《社会保险法》第五十七条。"),
    )
    reason = forms.CharField(label=gettext_lazy("为什么需要"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    until = forms.DateField(
        label=gettext_lazy("用到哪天（不含当日）"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("最长一年，到期还需要的，届时再申请。"),
    )

    def __init__(self, *args: Any, resource: Resource, department: str, post: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._resource = resource
        named = [(code, words.named(item)) for code, item in resource.items.items()]
        shares = {code: words.share_words(resource, item) for code, item in resource.items.items()}
        whole = [(code, name) for code, name in named if resource.mask_of(code) is not None]
        purposes, spoken = this_city().grants.purposes, reader_language()
        readers = _readers(department)
        self._choose(
            "items",
            [(code, _("%(name)s（%(share)s）") % {"name": name, "share": shares[code]}) for code, name in named],
        )
        self._choose("plain", whole)
        self._choose("way", [(way.value, words.WAYS[way]) for way in Way])
        self._choose(
            "purpose", [("", _("请选择")), *((code, in_language(one, spoken)) for code, one in purposes.items())]
        )
        self._choose("reader", readers)
        self.initial = {"rows": DataRequest.Rows.EVERYTHING, "way": Way.LOOK_UP.value, **self.initial}
        if post in dict(readers):
            self.initial.setdefault("reader", post)
        if not whole:
            del self.fields["plain"]

    def _choose(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        offer(self, name, choices)

    @property
    def need(self) -> Need:
        """What is needed, as the operation takes it."""
        answers = {"plain": [], **self.cleaned_data}
        return Need(resource=self._resource.code, **{**answers, "way": Way(answers["way"])})


class NarrowForm(forms.Form):
    """Which part of a request is agreed to, and why not the rest."""

    items = forms.MultipleChoiceField(label=gettext_lazy("提供哪些信息项"), widget=forms.CheckboxSelectMultiple)
    plain = forms.MultipleChoiceField(
        label=gettext_lazy("其中哪些显示完整内容"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("不勾的按掩码显示。"),
    )
    rows = forms.ChoiceField(label=gettext_lazy("提供哪些记录"), widget=forms.RadioSelect)
    until = forms.DateField(
        label=gettext_lazy("提供到哪天（不含当日）"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(
        label=gettext_lazy("为什么不全部提供"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("申请部门会看到少给了什么和这里写的理由。"),
    )

    def __init__(self, *args: Any, request: DataRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        resource = resources()[request.resource]
        named = [(code, words.named(resource.items[code])) for code in request.items]
        whole = [(code, name) for code, name in named if code in request.plain and resource.mask_of(code) is not None]
        offer(self, "items", named)
        offer(self, "plain", whole)
        rows = (
            DataRequest.Rows.choices
            if request.rows == DataRequest.Rows.EVERYTHING
            else [(request.rows, request.get_rows_display())]
        )
        offer(self, "rows", rows)
        self.initial = {
            "items": request.items,
            "plain": [code for code, _name in whole],
            "rows": request.rows,
            "until": request.until,
            **self.initial,
        }
        if not whole:
            del self.fields["plain"]

    @property
    def part(self) -> Part:
        """What is left, as the operation takes it."""
        left = self.cleaned_data
        return Part(items=left["items"], plain=left.get("plain", []), rows=left["rows"], until=left["until"])


class EndForm(forms.Form):
    """Why data are no longer shared."""

    reason = forms.CharField(label=gettext_lazy("为什么停止"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class ReadForm(forms.Form):
    """Why one reads: the purpose first, then the case."""

    purpose = forms.ChoiceField(label=gettext_lazy("用途"))
    case_ref = forms.CharField(
        label=gettext_lazy("事项编号"),
        max_length=64,
        help_text=gettext_lazy("说明这次读取是为哪件事；记录涉及的本人看得到用途和编号。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, shared: Shared, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, purpose_name(code, reader_language())) for code in shared.purposes]
        offer(self, "purpose", choices)

    @property
    def why(self) -> Why:
        """Why one reads, as operations take it."""
        return Why(purpose=self.cleaned_data["purpose"], case_ref=self.cleaned_data["case_ref"])


class LookUpForm(ReadForm):
    """By which number one record is looked up."""

    by = forms.ChoiceField(label=gettext_lazy("按什么查"))
    value = forms.CharField(
        label=gettext_lazy("号码"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "tabular"}),
    )

    def __init__(self, *args: Any, shared: Shared, **kwargs: Any) -> None:
        super().__init__(*args, shared=shared, **kwargs)
        resource = shared.resource
        asked = [name for name in resource.number_items if name in shared.items]
        choices = [(name, words.named(resource.items[name])) for name in asked]
        offer(self, "by", [*choices, (BY_RECORD, _("提供部门的记录编号"))])
