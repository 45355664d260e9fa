"""Open311 GeoReport v2 at `/open311/`: discovery, services, requests, tokens, in JSON and XML; errors as the specification writes them.

Reading is open to all; sending needs the key of a client. Nothing of who reported leaves, and no official's name.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from huimin.kernel.refusals import Refusal
from huimin.platform.identity.permissions import public
from huimin.platform.incidents.declarations import ClassOf, standard
from huimin.platform.incidents.declarations.channels import Attribute, keywords, open311
from huimin.platform.incidents.http.open311_asking import (
    Unfit,
    asked,
    asked_numbers,
    asked_size,
    check_jurisdiction,
    read_request,
)
from huimin.platform.incidents.http.open311_formats import (
    FORMATS,
    REQUESTS,
    SERVICES,
    Tree,
    answer,
    answer_list,
    chosen_format,
    instant,
    refuse,
)
from huimin.platform.incidents.http.senders import Ticker, address_of
from huimin.platform.incidents.models import Incident, Open311Request
from huimin.platform.incidents.operations.open311 import take_open311_request
from huimin.platform.incidents.queries import public_state
from huimin.platform.incidents.queries.open311 import (
    ENDED,
    NEWEST_FIRST,
    find_open311_client,
    find_public_class,
    find_request_by_token,
    numbered_incidents,
    public_classes,
    public_incidents,
    said_by_programs,
    wanted_incidents,
    without_numbers,
)
from huimin.platform.registries.fields import department_name
from huimin.platform.ui.paging import keyset_page

SPECIFICATION: Final = "http://wiki.open311.org/GeoReport_v2"
_reads: Final = Ticker(timedelta(minutes=1))

View = Callable[..., HttpResponse]


def _spoken(view: View) -> View:
    """Count the asker's questions, check the jurisdiction, and write every refusal as the specification does."""

    @csrf_exempt
    @public
    @wraps(view)
    def speaking(request: HttpRequest, *args: Any, kind: str = "", **kwargs: Any) -> HttpResponse:
        kind = chosen_format(request, kind)
        try:
            if not _reads.allows(address_of(request), at=timezone.now(), most=open311().reads_a_minute):
                raise Unfit((429, _("请求过于频繁，请稍后再试。")))
            sent = request.POST if request.method == "POST" else request.GET
            check_jurisdiction(str(sent.get("jurisdiction_id", "")))
            return view(request, *args, kind=kind, **kwargs)
        except Unfit as unfit:
            return refuse(unfit.problems, kind=kind)
        except Refusal as refusal:
            return refuse([(refusal.status, refusal.sentence(get_language() or "zh"))], kind=kind)

    return speaking


def _language() -> str:
    return get_language() or "zh"


@require_safe
@_spoken
def discovery(request: HttpRequest, kind: str) -> HttpResponse:
    """Where this endpoint is, in which formats, and how to get a key."""
    declared = open311()
    root = request.build_absolute_uri(reverse("incidents:open311_root")).rstrip("/")
    endpoint = {
        "specification": SPECIFICATION,
        "url": root,
        "changeset": declared.changeset,
        "type": "production",
        "formats": [content_type.partition(";")[0] for content_type in FORMATS.values()],
    }
    tree: Tree = {
        "changeset": declared.changeset,
        "contact": declared.contact.text(_language()),
        "key_service": declared.key_service.text(_language()),
        "endpoints": [endpoint],
    }
    return answer(tree, kind=kind, root="discovery")


@require_safe
@_spoken
def services(request: HttpRequest, kind: str) -> HttpResponse:
    """Every class that may be reported."""
    return answer_list([_service(one) for one in public_classes()], kind=kind, shape=SERVICES)


def _service(one: ClassOf) -> Tree:
    group, language = standard().groups[one.group], _language()
    return {
        "service_code": one.code,
        "service_name": one.names.text(language),
        "description": f"{group.names.text(language)} · {one.names.text(language)}",
        "metadata": one.code in open311().attributes,
        "type": "batch" if one.code in open311().batch else "realtime",
        "keywords": ",".join(keywords().get(one.code, ())),
        "group": group.names.text(language),
    }


@require_safe
@_spoken
def definition(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The further questions of a class."""
    if find_public_class(code) is None:
        raise Unfit((404, _("没有这个 service_code。")))
    questions = open311().attributes.get(code, ())
    listed = [_attribute(one, order) for order, one in enumerate(questions, 1)]
    return answer({"service_code": code, "attributes": listed}, kind=kind, root="service_definition")


def _attribute(one: Attribute, order: int) -> Tree:
    language = _language()
    return {
        "variable": True,
        "code": one.code,
        "datatype": one.datatype,
        "required": one.required,
        "datatype_description": one.hint.text(language) if one.hint else "",
        "order": order,
        "description": one.names.text(language),
        "values": [{"key": choice.key, "name": choice.names.text(language)} for choice in one.values],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@_spoken
def requests(request: HttpRequest, kind: str) -> HttpResponse:
    """The public requests that are asked for, newest first; or one that is sent in."""
    return _send(request, kind) if request.method == "POST" else _list(request, kind)


def _list(request: HttpRequest, kind: str) -> HttpResponse:
    at, numbers = timezone.now(), asked_numbers(request)
    found = numbered_incidents(numbers) if numbers else wanted_incidents(asked(request), at=at)
    page = keyset_page(found, by=NEWEST_FIRST, after=request.GET.get("after", ""), size=asked_size(request))
    response = answer_list(_shown(page.rows), kind=kind, shape=REQUESTS)
    if page.after:
        query = request.GET.copy()
        query["after"] = page.after
        response["Link"] = f'<{request.build_absolute_uri(request.path)}?{query.urlencode()}>; rel="next"'
    return response


@require_safe
@_spoken
def one_request(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """One public request."""
    found = public_incidents().filter(number=number).first()
    if found is None:
        raise Unfit((404, _("没有这个 service_request_id。")))
    return answer_list(_shown([found]), kind=kind, shape=REQUESTS)


@require_safe
@_spoken
def token(request: HttpRequest, token: str, kind: str) -> HttpResponse:
    """The number behind a token."""
    found = find_request_by_token(token)
    if found is None:
        raise Unfit((404, _("没有这个 token。")))
    return answer_list([{"service_request_id": found.number, "token": token}], kind=kind, shape=REQUESTS)


@require_safe
@_spoken
def root(request: HttpRequest, kind: str) -> HttpResponse:
    """The root of the endpoint shows what can be reported."""
    return answer_list([_service(one) for one in public_classes()], kind=kind, shape=SERVICES)


def _send(request: HttpRequest, kind: str) -> HttpResponse:
    at = timezone.now()
    client = find_open311_client(str(request.POST.get("api_key", "")))
    if client is None:
        raise Unfit((403, _("api_key 缺失或无效。")))
    report, said = read_request(request, at=at)
    taken = take_open311_request(client=client, report=report, said=said, at=at)
    given = (
        {"token": taken.report.token}
        if report.class_code in open311().batch
        else {"service_request_id": taken.incident.number}
    )
    told: Tree = {**given, "service_notice": _("已收到，按类别的时限处置。"), "account_id": None}
    return answer_list([told], kind=kind, shape=REQUESTS)


def _shown(incidents: Sequence[Incident]) -> list[Tree]:
    """Incidents as anybody may read them. The words are the sender's own only where he knew that they would be public."""
    said = said_by_programs(incidents)
    return [_request(one, said.get(one.pk)) for one in incidents]


def _request(one: Incident, said: Open311Request | None) -> Tree:
    language, named = _language(), standard(one.standard_ref).of(one.class_code).names.text(_language())
    return {
        "service_request_id": one.number,
        "status": "closed" if one.state in ENDED else "open",
        "status_notes": public_state(one).words,
        "service_name": named,
        "service_code": one.class_code,
        "description": without_numbers(one.description) if said else named,
        "agency_responsible": department_name(one.lead.code, language) if one.lead else "",
        "service_notice": "",
        "requested_datetime": instant(one.reported_at),
        "updated_datetime": instant(_changed_at(one)),
        "expected_datetime": instant(one.due_at if one.is_open else None),
        "address": without_numbers(one.address) if said else "",
        "address_id": "",
        "zipcode": "",
        "lat": one.latitude,
        "long": one.longitude,
        "media_url": said.media_url if said else "",
    }


def _changed_at(one: Incident) -> datetime:
    """When its standing last changed."""
    marks = (one.filed_at, one.dispatched_at, one.disposed_at, one.checked_at, one.ended_at)
    return max([one.reported_at, *(mark for mark in marks if mark)])
