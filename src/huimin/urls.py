"""Every app's `urls` room, found from the tree; each URL names its permission (a test asks every one of them)."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", include("huimin.api")),
    *(
        path("", include(f"{app}.urls"))
        for app in settings.HUIMIN_APPS
        if find_spec(f"{app}.urls") and import_module(f"{app}.urls")
    ),
]

handler400 = "huimin.platform.ui.http.errors.bad_request"
handler403 = "huimin.platform.ui.http.errors.permission_denied"
handler404 = "huimin.platform.ui.http.errors.page_not_found"
handler500 = "huimin.platform.ui.http.errors.server_error"
