"""Views with and without a permission."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views import View
from ninja import NinjaAPI

api = NinjaAPI(urls_namespace="broken", docs_url=None, openapi_url=None)


def guarded(request: HttpRequest) -> HttpResponse:
    """Allowed."""
    return HttpResponse()


def open_to_all(request: HttpRequest) -> HttpResponse:
    """Forbidden: no permission."""
    return HttpResponse()


class Board(View):
    """Forbidden: a class without permission."""


@api.get("/guarded")
def listed(request: HttpRequest) -> str:
    """Allowed."""
    return ""


@api.get("/half")
def half(request: HttpRequest) -> str:
    """Allowed on its own, but its path has another operation."""
    return ""


@api.post("/half")
def other_half(request: HttpRequest) -> str:
    """Forbidden: one operation of the path has no permission."""
    return ""


guarded.permission = "process.view_work"  # type: ignore[attr-defined]
listed.permission = "process.view_work"  # type: ignore[attr-defined]
half.permission = "process.view_work"  # type: ignore[attr-defined]

urlpatterns = [
    path("guarded", guarded),
    path("in/", include([path("open", open_to_all)])),
    path("board", Board.as_view()),
    *[pattern for pattern in api.urls[0] if "root" not in str(pattern.name)],
]
