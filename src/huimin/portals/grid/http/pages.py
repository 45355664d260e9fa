"""The shell of the app: one page without anybody's data, its manifest, and the service worker that keeps it at hand."""

import json
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from csp.decorators import csp_update
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from huimin.kernel.refusals import NotFound
from huimin.platform.identity.permissions import public
from huimin.platform.ui.brand import brand, seal_url, tokens_url
from huimin.platform.ui.frame import reads_as_elder

SCRIPT: Final = "ui/build/grid_worker.js"
KEPT: Final = ("ui/build/page.css", "ui/build/grid.js", "ui/build/icon-192.png", "ui/build/icon-512.png")
"""What the service worker keeps, besides the shell and the city's brand."""
SCOPE: Final = "/grid/"


class NotBuilt(NotFound):
    """The scripts have not been built."""

    zh = "页面脚本还没有构建。请先运行 make setup。"
    en = "The scripts have not been built. Run make setup first."


@public
@require_safe
@ensure_csrf_cookie
@csp_update({"worker-src": ["'self'"]})  # type: ignore[untyped-decorator] # the library has no types
def shell(request: HttpRequest) -> HttpResponse:
    """The app itself. It is the same for everybody, so that a handset may keep it: who is signed in is asked for by the script."""
    context = {"brand": brand(), "tokens_url": tokens_url(), "elder": reads_as_elder(request)}
    response = render(request, "handset/shell.html", context)
    response["Cache-Control"] = "no-cache"
    return response


@public
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest (W3C): what the app is called when it is installed."""
    icons = [
        {"src": static(f"ui/build/icon-{side}.png"), "sizes": f"{side}x{side}", "type": "image/png", "purpose": purpose}
        for side in (192, 512)
        for purpose in ("any", "maskable")
    ]
    said = {
        "id": SCOPE,
        "name": _("%(city)s网格随身办") % {"city": brand().platform},
        "short_name": _("网格随身办"),
        "start_url": SCOPE,
        "scope": SCOPE,
        "display": "standalone",
        "background_color": "#FFFFFF",
        "theme_color": "#0A5A66",
        "icons": icons,
    }
    return JsonResponse(said, content_type="application/manifest+json")


@public
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, told what to keep and under which version: a new build of anything that it keeps makes it a new worker."""
    code, version = _built()
    kept = [reverse("handset:shell"), reverse("handset:manifest"), *map(static, KEPT), seal_url()]
    kept += [tokens_url()] if tokens_url() else []
    head = f"self.SHELL={json.dumps({'version': version, 'kept': kept})};\n"
    response = HttpResponse(head + code, content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = SCOPE
    response["Cache-Control"] = "no-cache"
    return response


@lru_cache(maxsize=1)
def _built() -> tuple[str, str]:
    """The script, and a digest of everything that is kept with it. Raises NotBuilt."""
    digest = sha256()
    for name in (*KEPT, SCRIPT):
        digest.update(_file(name))
    template = Path(__file__).parent.parent / "templates" / "handset" / "shell.html"
    digest.update(template.read_bytes())
    return _file(SCRIPT).decode(), digest.hexdigest()[:16]


def _file(name: str) -> bytes:
    found = finders.find(name)
    if not found:
        raise NotBuilt
    return Path(str(found)).read_bytes()
