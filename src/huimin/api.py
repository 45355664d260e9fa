"""The one API: every app's `http/api.py` brings a `router`, found from the tree; OpenAPI at /api/openapi.json.

Each operation names its permission as every page does (`needs`, `public`), so a reader without one is refused by the operation itself.
"""

from http import HTTPStatus
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from huimin import __doc__ as product
from huimin.kernel.refusals import BadInput, NotPermitted, Refusal
from huimin.platform.identity.permissions import SignInNeeded, public, who_of


class ForgedRequest(NotPermitted):
    """A session's request that writes without the token of its own pages."""

    zh = "请求缺少校验令牌，未办理。"
    en = "The request lacks its token; nothing was done."


class Reader(AuthBase):
    """A department's system by its OAuth 2 bearer token (RFC 6750), or a person by the session of the pages, then with a CSRF token.

    Everybody passes here: which operation needs whom is the operation's own to say.
    """

    openapi_type = "oauth2"
    openapi_flows: Final = {"clientCredentials": {"tokenUrl": "/oauth/token/", "scopes": {"api": "API"}}}

    def __call__(self, request: HttpRequest) -> object:
        """Who is asking. Raises SignInNeeded for a session's request that another site may have sent."""
        who = who_of(request)
        if who.account is not None and check_csrf(request):
            raise SignInNeeded
        return who


class Refused(Schema):
    """Why something was not done: the name that programs recognise it by, and the sentence for people, in the reader's language."""

    code: str
    message: str


class Misplaced(Schema):
    """A part of a request that is not as asked: where it stands, and the kind of mistake. Never the value."""

    place: str
    problem: str


class NotUnderstood(Refused):
    """What was sent does not have the form that the operation asks for."""

    problems: list[Misplaced]


class Unreadable(BadInput):
    """The body of a request is not JSON."""

    zh = "读不懂请求正文：应为 JSON（UTF-8）。"
    en = "The body of the request cannot be read: JSON in UTF-8 is expected."


class WrongForm(BadInput):
    """The request is JSON, of another form than asked for."""

    zh = "请求的内容不完整或格式不对。"
    en = "The request is incomplete, or not of the form that is asked for."
    status = 422


api: Final = NinjaAPI(
    title="Huimin", description=product or "", version="1", docs_url=None, openapi_url=None, auth=Reader()
)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal in words, with the status that says the same to a program."""
    answer = api.create_response(request, _words(request, refusal), status=refusal.status)
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, problem: HttpError) -> HttpResponse:
    """The body could not be read at all."""
    return refused(request, Unreadable())


@api.exception_handler(ValidationError)
def not_understood(request: HttpRequest, problem: ValidationError) -> HttpResponse:
    """What was sent does not have the form that the operation asks for: the places, never the values."""
    problems = [
        {"place": ".".join(map(str, one.get("loc", ()))), "problem": str(one.get("type", ""))} for one in problem.errors
    ]
    answer = {**_words(request, WrongForm()), "code": NotUnderstood.__name__, "problems": problems}
    return api.create_response(request, answer, status=WrongForm.status)


def _words(request: HttpRequest, refusal: Refusal) -> dict[str, Any]:
    return {"code": refusal.code, "message": refusal.sentence(get_language() or "zh")}


for _app in settings.HUIMIN_APPS:
    if find_spec(f"{_app}.http") and find_spec(f"{_app}.http.api"):
        api.add_router("", import_module(f"{_app}.http.api").router)


REFUSALS: Final[dict[int, tuple[str, type[Schema]]]] = {
    400: ("The request cannot be read, or what it asks for cannot be", Refused),
    401: ("Nobody that is known is asking", Refused),
    403: ("Who is asking may not", Refused),
    404: ("There is nothing here that the asker may know of", Refused),
    409: ("The state of things forbids it", Refused),
    410: ("It was here and is no more", Refused),
    413: ("Too much at once", Refused),
    422: ("Not of the form that is asked for", NotUnderstood),
}
"""How any operation may refuse, the same for all; an operation says itself only what it gives."""

OF_THE_READER: Final = frozenset({401, 403})
"""Refusals for who is asking: an operation that is open to everybody has none."""


def described() -> dict[str, Any]:
    """The description of the API, OpenAPI 3.1: what the operations declare, and how any of them refuses."""
    described: dict[str, Any] = dict(api.get_openapi_schema(path_prefix="/api/"))
    for model in (Refused, NotUnderstood):
        form = model.model_json_schema(ref_template="#/components/schemas/{model}")
        described["components"]["schemas"] |= form.pop("$defs", {}) | {model.__name__: form}
    for operation in (one for methods in described["paths"].values() for one in methods.values()):
        for status, (meaning, refusal) in REFUSALS.items():
            if status in OF_THE_READER and "security" not in operation:
                continue
            form = {"$ref": f"#/components/schemas/{refusal.__name__}"}
            operation["responses"][status] = {"description": meaning, "content": {"application/json": {"schema": form}}}
    return described


@public
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of the API, OpenAPI 3.1."""
    return JsonResponse(described())


urlpatterns = [
    path("openapi.json", openapi, name="openapi"),
    # Ninja's own start page names no permission, and nobody needs it.
    *(pattern for pattern in api.urls[0] if getattr(pattern, "name", "") != "api-root"),
]
