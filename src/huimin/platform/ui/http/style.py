"""The living style page: every piece in every state, on synthetic data; mounted in demonstrations only."""

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from huimin.platform.identity.permissions import public
from huimin.platform.ui import toasts
from huimin.platform.ui.http import samples
from huimin.platform.ui.pieces import Progress, ProgressState


class SampleForm(forms.Form):
    """One question of each kind."""

    name = forms.CharField(label=gettext_lazy("姓名"), help_text=gettext_lazy("与身份证上一致"), max_length=20)
    phone = forms.RegexField(
        r"^1[3-9][0-9]{9}$",
        label=gettext_lazy("手机号码"),
        error_messages={"invalid": gettext_lazy("手机号码应为 11 位数字，例如 13800000000")},
    )
    email = forms.EmailField(label=gettext_lazy("电子邮箱"), required=False)
    delivery = forms.ChoiceField(
        label=gettext_lazy("怎样领取结果"),
        choices=[("window", gettext_lazy("到窗口领取")), ("post", gettext_lazy("邮寄到家"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择怎样领取结果")},
    )
    district = forms.ChoiceField(
        label=gettext_lazy("所在的区"), choices=[("jh", gettext_lazy("镜湖区")), ("yj", gettext_lazy("弋江区"))]
    )
    what = forms.CharField(label=gettext_lazy("情况说明"), widget=forms.Textarea, required=False)
    agreed = forms.BooleanField(
        label=gettext_lazy("以上内容属实，我愿意承担相应责任"),
        error_messages={"required": gettext_lazy("请确认内容属实")},
    )


@public
@require_safe
def style_page(request: HttpRequest) -> HttpResponse:
    """Every piece in every state."""
    everything = samples.everything(
        reverse("ui:style"), reverse("ui:style_progress"), after=request.GET.get("after", "")
    )
    empty_form = SampleForm(auto_id="empty_%s")
    return render(request, "ui/style.html", {**everything, "form": empty_form})


@public
def sample_form(request: HttpRequest) -> HttpResponse:
    """The form, and the form with mistakes."""
    form = SampleForm(request.POST or None)
    form.is_valid()
    return render(request, "ui/style_form.html", {"form": form, "answers": samples.answers()})


@public
@require_safe
def sample_progress(request: HttpRequest) -> HttpResponse:
    """Long work that moves on each time it is asked."""
    done = min(100, int("0" + request.GET.get("done", "")) + 50)
    moving = Progress(
        name="landing",
        label=_("接收市人社局交付的文件"),
        state=ProgressState.DONE if done == 100 else ProgressState.RUNNING,
        done=done * 54,
        total=5400,
        unit=_("行"),
        poll_url=f"{reverse('ui:style_progress')}?done={done}",
        page_url=reverse("ui:style"),
    )
    return render(request, "ui/style_progress.html", {"progress": moving})


@public
@require_POST
def archive_sample(request: HttpRequest) -> HttpResponse:
    """Something that can be undone."""
    toasts.say(request, _("已归档 1 件。"), undo_url=reverse("ui:style_restore"))
    return HttpResponseRedirect(reverse("ui:style"))


@public
@require_POST
def restore_sample(request: HttpRequest) -> HttpResponse:
    """And its undoing."""
    toasts.say(request, _("已撤销，这 1 件回到了原处。"))
    return HttpResponseRedirect(reverse("ui:style"))
