"""What officials fill in: how a step ends, where work goes, why."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from huimin.platform.identity import queries as identity
from huimin.platform.process.models import WorkItem
from huimin.platform.process.ports import Outcome
from huimin.platform.process.queries import InboxView
from huimin.platform.process.rules.clocks import end_of
from huimin.platform.ui.choices import offer


def _remark(label: Any, *, required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class InboxForm(forms.Form):
    """How the inbox is narrowed; anything strange in the address means the plain inbox."""

    view = forms.ChoiceField(choices=[(view.value, view.value) for view in InboxView], required=False)
    number = forms.CharField(label=_("按编号查找"), max_length=40, required=False)
    after = forms.CharField(max_length=500, required=False)

    @property
    def chosen(self) -> InboxView:
        """The view asked for, or what there is to do."""
        return InboxView(self.cleaned_data.get("view") or InboxView.TODO)


class CompleteForm(forms.Form):
    """How the step ends, and why."""

    outcome = forms.ChoiceField(label=_("办理结果"), widget=forms.RadioSelect)
    note = _remark(_("意见或理由"))

    def __init__(self, data: QueryDict | None = None, *, outcomes: Sequence[Outcome]) -> None:
        super().__init__(data)
        self._outcomes = {outcome.code: outcome for outcome in outcomes}
        offer(self, "outcome", [(o.code, o.label) for o in outcomes])
        self.fields["outcome"].initial = outcomes[0].code if len(outcomes) == 1 else None

    def clean(self) -> dict[str, Any]:
        """A reason where the outcome asks for one."""
        cleaned = super().clean() or {}
        outcome = self._outcomes.get(cleaned.get("outcome", ""))
        if outcome and outcome.needs_reason and not cleaned.get("note", "").strip():
            self.add_error("note", _("请写明理由。"))
        return cleaned


def _colleagues(post: str, but: str, at: datetime) -> list[tuple[str, Any]]:
    """Nobody in particular, or one of the people at a post besides oneself."""
    others = [holder for holder in identity.holders_of(post, at) if holder.public_id != but]
    return [("", _("不指定人，放到岗位")), *((other.public_id, other.name) for other in others)]


class TransferForm(forms.ModelForm[WorkItem]):
    """Where a work item goes: to another post, or to a colleague at its own."""

    colleague = forms.ChoiceField(label=_("转给本岗位同事"), required=False)
    note = _remark(_("说明"))

    class Meta:
        model = WorkItem
        fields = ["post"]
        labels = {"post": _("转到岗位")}

    field_order = ["post", "colleague", "note"]

    def __init__(
        self, data: QueryDict | None = None, *, instance: WorkItem, actor: str, at: datetime, auto_id: str = "id_%s"
    ) -> None:
        super().__init__(data, instance=instance, auto_id=auto_id)
        posts = self.fields["post"]
        assert isinstance(posts, forms.ModelChoiceField)
        assert posts.queryset is not None
        posts.queryset = posts.queryset.filter(closed_at=None).select_related("department").order_by("code")
        posts.empty_label = None
        # Choosing must not change the item that the page shows: operations read it anew.
        self.own_post = instance.post.code if instance.post else ""
        offer(self, "colleague", _colleagues(self.own_post, actor, at))

    def _post_clean(self) -> None:
        """Leave the instance alone."""

    @property
    def destination(self) -> dict[str, str]:
        """The arguments of `operations.transfer`: a named colleague is one at the item's own post."""
        colleague = self.cleaned_data["colleague"]
        return {"to_post": self.own_post if colleague else self.cleaned_data["post"].code, "to_account": colleague}


class ReasonForm(forms.Form):
    """To which earlier step work goes back, and why."""

    to = forms.ChoiceField(label=_("退回到"), required=False)
    reason = _remark(_("退回理由"), required=True)

    def __init__(
        self, data: QueryDict | None = None, *, steps: Sequence[tuple[str, str]] = (), auto_id: str = "id_%s"
    ) -> None:
        super().__init__(data, auto_id=auto_id)
        offer(self, "to", [("", _("上一步")), *steps])


class StopForm(forms.Form):
    """Why the clock stands, and by which law."""

    reason = forms.ChoiceField(
        label=_("停表原因"),
        choices=[
            ("supplement", _("补正材料")),
            ("special_procedure", _("特别程序（检验、检测、听证、公示等）")),
            ("force_majeure", _("不可抗力")),
        ],
    )
    basis = forms.CharField(label=_("法律依据"), max_length=200)


class WordForm(forms.Form):
    """What is said about a card."""

    reason = _remark(_("说明或理由"), required=True)


class AbsenceForm(forms.Form):
    """Who stands in, and until when."""

    deputy = forms.ChoiceField(label=_("委托给"))
    starts_on = forms.DateField(label=_("从这一天起"), widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(label=_("到这一天止"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: QueryDict | None = None, *, account: str, at: datetime) -> None:
        super().__init__(data)
        posts = identity.post_codes_of(account, at)
        others = {one.public_id: one.name for post in posts for one in identity.holders_of(post, at)}
        others.pop(account, None)
        offer(self, "deputy", others.items())

    @property
    def times(self) -> dict[str, datetime]:
        """The instants, in Beijing: the last day is included."""
        first, last = self.cleaned_data["starts_on"], self.cleaned_data["ends_on"]
        return {"starts_at": end_of(first - timedelta(days=1)), "until": end_of(last)}


class BatchForm(forms.Form):
    """Which of several like pieces of work end alike, how, and why."""

    numbers = forms.MultipleChoiceField(label=_("选择要办结的"), widget=forms.CheckboxSelectMultiple)
    outcome = forms.ChoiceField(label=_("办理结果"), widget=forms.RadioSelect)
    note = _remark(_("意见或理由"))

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        items: Sequence[tuple[str, str]],
        outcomes: Sequence[Outcome],
        prefix: str = "",
        whole: bool = False,
    ) -> None:
        super().__init__(data, prefix=prefix, initial={"numbers": [number for number, _ in items if whole]})
        offer(self, "numbers", items)
        offer(self, "outcome", [(o.code, o.label) for o in outcomes])


class NoteForm(forms.Form):
    """A word with the reminder."""

    note = _remark(_("留言"))


class HandOverForm(forms.Form):
    """Who takes over what one holds at a post."""

    successor = forms.ChoiceField(label=_("交给"), required=False)

    def __init__(self, data: QueryDict | None = None, *, post: str, giver: str, at: datetime) -> None:
        super().__init__(data, prefix=post.replace(".", "-"))
        offer(self, "successor", _colleagues(post, giver, at))
