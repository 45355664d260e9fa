"""Photos of incidents, for whoever may see the incident."""

from typing import Final

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET

from huimin.platform.identity.permissions import NoSuchThing, needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.incidents.models import Photo
from huimin.platform.incidents.operations.photos import path_of
from huimin.platform.incidents.permissions import READ
from huimin.platform.incidents.queries import access_incident

SIZES: Final = ("full", "small")


@needs(READ)
@require_GET
def photo(request: HttpRequest, public_id: str, size: str) -> HttpResponseBase:
    """A photo of an incident that the reader may see; never kept by a shared cache."""
    found = Photo.objects.select_related("incident").filter(public_id=public_id).first()
    if found is None or size not in SIZES:
        raise NoSuchThing
    access_incident(found.incident.number, actor_of(request), at=timezone.now())
    return photo_answer(found, size)


def photo_answer(found: Photo, size: str) -> HttpResponseBase:
    """The file of a photo. Its content never changes under its number, so its reader may keep it for a day."""
    digest = found.small if size == "small" else found.content
    answer = FileResponse(path_of(digest).open("rb"), content_type=found.media_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Disposition"] = "inline"
    answer["Cache-Control"] = "private, max-age=86400"
    return answer
