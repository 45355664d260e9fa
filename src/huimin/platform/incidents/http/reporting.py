"""随手拍: say what and where; see what it may be and whether it is known already; give photos; get a link to follow it.

Two pages, so that photos are given once, at the end. Everything works without a script: then the place is an address in words.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, cast

from django import forms
from django.contrib.auth.views import redirect_to_login
from django.core.files.base import File
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from huimin.kernel.coordinates import metres_between, to_cgcs2000
from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.grid.mapping import Map
from huimin.platform.grid.queries import cell_at
from huimin.platform.identity.permissions import public, who_of
from huimin.platform.incidents.declarations.channels import keywords, reporting
from huimin.platform.incidents.http.senders import (
    Ticker,
    address_of,
    browser_of,
    name_browser,
    new_browser,
    sender_of,
)
from huimin.platform.incidents.models import Incident, Report
from huimin.platform.incidents.operations.citizens import report_as_citizen
from huimin.platform.incidents.operations.reporting import OutsideTheGrid
from huimin.platform.incidents.queries import public_state, similar_incidents
from huimin.platform.incidents.queries.reporters import NEWEST_FIRST, own_reports
from huimin.platform.incidents.queries.suggesting import Suggested, class_name, suggest
from huimin.platform.incidents.rules import Channel, Contact, NewPhoto, NewReport
from huimin.platform.ui.choices import offer
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.paging import keyset_page

BEGUN: Final = "incidents.report"
PAGE: Final = 20
SHOWN: Final = 3
_from_an_address: Final = Ticker(timedelta(hours=1))


class Hasty(Refusal):
    """One address has sent more in an hour than the city takes."""

    zh = "这个网络一小时内上报得太多，请稍后再试；紧急情况请拨打 110、119 或 120。"
    en = "Too many reports from this network within an hour. Please try later; in an emergency call 110, 119 or 120."
    status = 429


class NotAPerson(BadInput):
    """Something was filled in that no person sees."""

    zh = "没有收到您的上报：请重新打开页面填写。"
    en = "Your report was not taken: please open the page again."


class ManyFiles(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Photos, at most so many of at most so many megabytes."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[File[bytes]]:
        """Each of them."""
        given = [one for one in (data if isinstance(data, list) else [data]) if one]
        declared = reporting()
        if len(given) > declared.most_photos:
            raise forms.ValidationError(_("最多 %(most)d 张照片。") % {"most": declared.most_photos})
        if any(one.size > declared.photo_megabytes * 1024 * 1024 for one in given):
            raise forms.ValidationError(_("每张照片不超过 %(most)d MB。") % {"most": declared.photo_megabytes})
        return [cast(File[bytes], super(PhotosField, self).clean(one, initial)) for one in given]


class WhatAndWhereForm(forms.Form):
    """What it is and where."""

    words = forms.CharField(
        label=gettext_lazy("什么问题"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("例如：路面有个大坑，骑车容易摔。请不要写他人的姓名和电话。"),
    )
    longitude = forms.FloatField(required=False, widget=forms.HiddenInput)
    latitude = forms.FloatField(required=False, widget=forms.HiddenInput)
    datum = forms.CharField(required=False, max_length=8, widget=forms.HiddenInput)
    address = forms.CharField(
        label=gettext_lazy("在哪里"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("在地图上点一下，或写路名、门牌、旁边有什么。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    website = forms.CharField(
        label=gettext_lazy("请不要填写这一栏"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def clean(self) -> dict[str, Any]:
        """A place of some kind; a point of this city."""
        said = dict(super().clean() or {})
        if said.get("website"):
            raise NotAPerson
        point = said.get("longitude"), said.get("latitude")
        if None in point:
            said["longitude"] = said["latitude"] = None
            if not said.get("address"):
                self.add_error("address", _("请在地图上选一个点，或填写地址。"))
            return said
        try:
            found = to_cgcs2000(said["longitude"], said["latitude"], said.get("datum") or "cgcs2000")
            if cell_at(found.longitude, found.latitude) is None:
                raise OutsideTheGrid
        except BadInput as refusal:
            self.add_error("address", refusal.sentence(reader_language()))
        return said


class SendForm(forms.Form):
    """What the city makes of it, photos, and who reports."""

    class_code = forms.ChoiceField(
        label=gettext_lazy("属于哪一类"), required=False, widget=forms.RadioSelect, initial=""
    )
    photos = PhotosField(
        label=gettext_lazy("照片"),
        required=False,
        help_text=gettext_lazy("可以直接拍。照片里的位置和设备信息会被去掉。"),
        widget=ManyFiles(attrs={"accept": "image/jpeg,image/png,image/webp", "multiple": True}),
    )
    anonymous = forms.BooleanField(label=gettext_lazy("匿名上报，不留联系方式"), required=False)
    name = forms.CharField(
        label=gettext_lazy("怎么称呼您"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.RegexField(
        label=gettext_lazy("手机号码"),
        required=False,
        regex=r"^[0-9 +\-]{7,20}$",
        help_text=gettext_lazy("只有办理这件事的工作人员能看到，每次查看都留痕。"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )

    def __init__(self, data: Any = None, files: Any = None, *, suggested: Suggested, known: bool) -> None:
        super().__init__(data, files)
        offer(self, "class_code", class_choices(suggested))
        if known or not reporting().anonymous:
            del self.fields["anonymous"]
        if known:
            del self.fields["name"]

    @property
    def contact(self) -> Contact | None:
        """How the reporter can be reached, if he says so."""
        name, phone = self.cleaned_data.get("name", ""), self.cleaned_data.get("phone", "")
        return Contact(name=name, phone=phone) if name or phone else None


def class_choices(suggested: Suggested) -> list[tuple[str, str]]:
    """The classes that fit best with how sure that is, and the way out."""
    language = reader_language()
    listed = [
        (one.code, _("%(name)s（%(percent)d%%）") % {"name": class_name(one.code, language), "percent": one.percent})
        if one.is_learned
        else (one.code, class_name(one.code, language))
        for one in suggested.best
    ]
    return [*listed, ("", _("说不准，由工作人员判断"))]


def _must_sign_in(request: HttpRequest) -> bool:
    return reporting().signed_in_only and who_of(request).account is None


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    return redirect_to_login(reverse("incidents:report"), resolve_url("account_login"))


@public
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponseBase:
    """What is wrong, and where."""
    if _must_sign_in(request):
        return _to_sign_in(request)
    kept = request.session.get(BEGUN, {})
    form = WhatAndWhereForm(request.POST if request.method == "POST" else None, initial=kept)
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("words", "longitude", "latitude", "datum", "address")}
        request.session[BEGUN] = {**said, "key": kept.get("key") or get_random_string(32)}
        return redirect("incidents:report_check")
    place = Map(label=_("选择地点"), choose=True, at=_opened_at(kept))
    context = {"form": form, "map": place}
    return render(request, "incidents/report.html", context, status=400 if form.errors else 200)


def _opened_at(kept: Mapping[str, Any]) -> tuple[float, ...]:
    if kept.get("longitude") is None or kept.get("latitude") is None:
        return ()
    return (float(kept["longitude"]), float(kept["latitude"]), 17)


@public
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponseBase:
    """What it may be, whether it is known already, photos, who reports; then it is sent."""
    if _must_sign_in(request):
        return _to_sign_in(request)
    kept = request.session.get(BEGUN)
    if not kept:
        return redirect("incidents:report")
    at, known = timezone.now(), who_of(request).account is not None
    suggested = suggest(kept["words"])
    sent = request.method == "POST"
    form = SendForm(request.POST if sent else None, request.FILES if sent else None, suggested=suggested, known=known)
    if form.is_valid():
        try:
            return _send(request, kept, form, confirms=request.POST.get("confirms", ""), at=at)
        except BadInput as refusal:
            asked = refusal.field if refusal.field in form.fields else None
            form.add_error(asked, refusal.sentence(reader_language()))
    context = {
        "form": form,
        "said": kept,
        "suggested": suggested,
        "similar": similar_to(kept, at=at),
        "photos_lost": sent and bool(request.FILES),
    }
    return render(request, "incidents/report_check.html", context, status=400 if form.errors else 200)


def _send(
    request: HttpRequest, kept: Mapping[str, Any], form: SendForm, *, confirms: str, at: datetime
) -> HttpResponse:
    if not _from_an_address.allows(address_of(request), at=at, most=reporting().reports_an_hour_from_an_address):
        raise Hasty
    browser = browser_of(request) or new_browser()
    sender, actor = sender_of(request, browser)
    known = who_of(request).account is not None
    contact = None if form.cleaned_data.get("anonymous") else form.contact
    new = NewReport(
        key=kept["key"],
        channel=Channel.CITIZEN,
        description=kept["words"],
        class_code=form.cleaned_data["class_code"],
        longitude=kept["longitude"],
        latitude=kept["latitude"],
        datum=kept["datum"] or "cgcs2000",
        address=kept["address"],
        photos=[NewPhoto(content=one.read()) for one in form.cleaned_data["photos"]],
        contact=contact,
        anonymous=not known and contact is None,
        confirms=confirms[:26],
    )
    taken = report_as_citizen(report=new, sender=sender, actor=actor, at=at)
    del request.session[BEGUN]
    response = redirect(f"{reverse('incidents:follow', args=[taken.report.token])}?sent=1")
    name_browser(request, response, browser)
    return response


def similar_to(said: Mapping[str, Any], *, at: datetime) -> list[dict[str, Any]]:
    """What is open close by, as whoever stands there may read it: what, how far, since when, how many say so."""
    if said.get("longitude") is None or said.get("latitude") is None:
        return []
    point = to_cgcs2000(said["longitude"], said["latitude"], said.get("datum") or "cgcs2000")
    near = similar_incidents(
        longitude=point.longitude, latitude=point.latitude, at=at, metres=reporting().similar_metres
    )
    known = [one for one in near if one.class_code in keywords()]
    return [_similar(one, point.longitude, point.latitude, at) for one in known[:SHOWN]]


def _similar(one: Incident, longitude: float, latitude: float, at: datetime) -> dict[str, Any]:
    far = metres_between(longitude, latitude, one.longitude or 0.0, one.latitude or 0.0)
    return {
        "number": one.number,
        "name": class_name(one.class_code, reader_language(), one.standard_ref),
        "metres": round(far),
        "ago": ago(at - one.reported_at),
        "voices": one.voices,
        "state": public_state(one).words,
    }


def ago(age: timedelta) -> str:
    """How long ago, in the largest unit that fits."""
    minutes = max(int(age.total_seconds() // 60), 1)
    if minutes < 60:
        return ngettext("%(n)d 分钟前", "%(n)d 分钟前", minutes) % {"n": minutes}
    if minutes < 24 * 60:
        return ngettext("%(n)d 小时前", "%(n)d 小时前", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)d 天前", "%(n)d 天前", minutes // 1440) % {"n": minutes // 1440}


@public
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What was reported by this account, or by this browser where nobody is signed in."""
    found = own_reports(account=who_of(request).account, browser=browser_of(request))
    page = keyset_page(found, by=NEWEST_FIRST, after=request.GET.get("after", ""), size=PAGE)
    context = {
        "rows": [_own(one) for one in page.rows],
        "more": f"?after={page.after}" if page.after else "",
        "known": who_of(request).account is not None,
    }
    return render(request, "incidents/my_reports.html", context)


def _own(one: Report) -> dict[str, Any]:
    incident = one.incident
    name = class_name(incident.class_code, reader_language(), incident.standard_ref)
    return {"report": one, "name": name or one.text[:30], "state": public_state(incident).words}
