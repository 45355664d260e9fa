"""Frame, home page and sign-in, the style page whatever the mode, and views that fail on purpose."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from huimin import urls as house
from huimin.kernel.refusals import Refusal
from huimin.platform.ui import urls


class SlotTaken(Refusal):
    zh = "{slot} 的时段已被他人预约，请另选。"
    en = "The slot at {slot} has just been taken; please choose another."


def refuses(request: HttpRequest) -> HttpResponse:
    raise SlotTaken(slot="9:00")


def forbids(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("张三 340204194403120011")


handler400 = "huimin.platform.ui.http.errors.bad_request"
handler403 = "huimin.platform.ui.http.errors.permission_denied"
handler404 = "huimin.platform.ui.http.errors.page_not_found"
handler500 = "huimin.platform.ui.http.errors.server_error"
# The menu holds entries of every app, so every app's addresses must be there; ui's own stand first, with the style page.
urlpatterns = [
    path("", include(([*urls.STYLE, *urls.urlpatterns], "ui"))),
    path("test/refuses/", refuses),
    path("test/forbids/", forbids),
    path("test/breaks/", breaks),
    path("api/refuses/", refuses),
    *house.urlpatterns,
]
