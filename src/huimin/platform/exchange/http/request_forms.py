"""What is filled in to ask for data, to stop sharing them, and to read them."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huimin.platform.exchange.declarations import Resource
from huimin.platform.exchange.http import words
from huimin.platform.exchange.models import DataRequest
from huimin.platform.exchange.operations.reading import Why
from huimin.platform.exchange.operations.sharing import Need
from huimin.platform.exchange.permissions import READ_SHARED
from huimin.platform.exchange.rules import Way
from huimin.platform.exchange.sharing import BY_RECORD, Shared
from huimin.platform.identity.declarations import duties, this_city
from huimin.platform.identity.names import duties_of_posts, in_language, post_name, purpose_name
from huimin.platform.identity.queries import open_clients
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
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]

    @property
    def need(self) -> Need:
        """What is needed, as the operation takes it."""
        answers = {"plain": [], **self.cleaned_data}
        return Need(resource=self._resource.code, **{**answers, "way": Way(answers["way"])})


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
        self.fields["purpose"].choices = choices  # type: ignore[attr-defined]

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
        self.fields["by"].choices = [*choices, (BY_RECORD, _("提供部门的记录编号"))]  # type: ignore[attr-defined]
