"""The files of the base map: outlines of districts, streets and cells, for everybody, kept by browsers for ever."""

import gzip

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from huimin.platform.grid import queries
from huimin.platform.identity.permissions import public

KEPT: str = "public, max-age=31536000, immutable"


@public
@require_safe
def outlines(request: HttpRequest, edition: str, level: str) -> HttpResponseBase:
    """A level of the map. Its address names the edition of the grid, so what lies there never changes."""
    tag = f'"{edition}-{level}"'
    if request.headers.get("If-None-Match") == tag:
        answer = HttpResponse(status=304)
    else:
        packed = queries.map_outlines(level, edition=edition)
        takes = "gzip" in request.headers.get("Accept-Encoding", "")
        answer = HttpResponse(packed if takes else gzip.decompress(packed), content_type="application/geo+json")
        if takes:
            answer["Content-Encoding"] = "gzip"
    answer["Cache-Control"], answer["ETag"] = KEPT, tag
    patch_vary_headers(answer, ["Accept-Encoding"])
    return answer
