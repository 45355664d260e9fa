"""Photos: told by their content, cleaned of what the camera wrote into them, kept with a small one beside them."""

import hashlib
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from huimin.kernel.files import write_whole
from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.incidents.events import PhotosAdded
from huimin.platform.incidents.models import Incident, Photo, Report
from huimin.platform.incidents.queries.incidents import access_incident
from huimin.platform.incidents.rules.reports import NewPhoto, PhotoStage
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor

LARGEST: Final = 10 * 1024 * 1024
MOST: Final = 9
"""Photos that one report, or one stage of an incident, may have."""
SIDE: Final = 2048
"""Pixels of the longer side; a larger photo is made smaller."""
SMALL_SIDE: Final = 320
_MOST_PIXELS: Final = 80_000_000
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
FOLDER: Final = "incidents"


class PhotoNotReadable(BadInput):
    """The file is no photo of the kinds that are taken, or too large."""

    zh = "照片无法读取：请上传 JPG、PNG 或 WebP，不超过 10 MB。"
    en = "The photo cannot be read: give a JPG, PNG or WebP of at most 10 MB."


class TooManyPhotos(Refusal):
    """There are enough photos of this stage."""

    zh = "每个环节最多 {most} 张照片。"
    en = "There may be at most {most} photos of each stage."


@dataclass(frozen=True)
class Kept:
    """A cleaned photo on the disk: digests of the photo and of the small one."""

    content: str
    small: str
    size: int
    width: int
    height: int
    taken_at: datetime | None


def keep_photos(photos: Sequence[NewPhoto]) -> list[Kept]:
    """Clean photos and keep them under the SHA-256 of what is left, each once. Raises PhotoNotReadable, TooManyPhotos."""
    if len(photos) > MOST:
        raise TooManyPhotos(most=MOST)
    kept = [_keep(photo) for photo in photos]
    return list({one.content: one for one in kept}.values())


def _keep(photo: NewPhoto) -> Kept:
    cleaned, small, (width, height) = _cleaned(photo.content)
    return Kept(_write(cleaned), _write(small), len(cleaned), width, height, photo.taken_at)


def _cleaned(content: bytes) -> tuple[bytes, bytes, tuple[int, int]]:
    """The photo as JPEG without anything but its pixels, upright; the small one; its size in pixels. Raises PhotoNotReadable."""
    if not content or len(content) > LARGEST:
        raise PhotoNotReadable(field="photos")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=_FORMATS) as opened:
                if opened.width * opened.height > _MOST_PIXELS:
                    raise PhotoNotReadable(field="photos")
                # A JPEG can be read at a fraction of its size, which costs a fraction of the work.
                opened.draft("RGB", (SIDE, SIDE))
                upright = ImageOps.exif_transpose(opened).convert("RGB")
        upright.thumbnail((SIDE, SIDE))
        small = upright.copy()
        small.thumbnail((SMALL_SIDE, SMALL_SIDE))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombWarning) as wrong:
        raise PhotoNotReadable(field="photos") from wrong
    except Image.DecompressionBombError as wrong:
        raise PhotoNotReadable(field="photos") from wrong
    # A fresh image has nothing of the old one but its pixels.
    return _jpeg(upright, 82), _jpeg(small, 75), upright.size


def _jpeg(image: Image.Image, quality: int) -> bytes:
    plain = Image.new("RGB", image.size)
    plain.paste(image)
    out = BytesIO()
    plain.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _write(content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    path = path_of(digest)
    if not path.exists():
        write_whole(path, content)
    return digest


def path_of(digest: str) -> Path:
    """Where a photo of this digest lies."""
    return Path(settings.HOME) / FOLDER / digest[:2] / digest


def rows_of(
    kept: Sequence[Kept],
    *,
    incident: Incident,
    report: Report | None = None,
    stage: PhotoStage,
    actor: Actor,
    at: datetime,
) -> list[Photo]:
    """The rows of photos that are kept already, not yet written."""
    return [
        Photo(
            incident=incident,
            report=report,
            stage=stage.value,
            content=one.content,
            small=one.small,
            media_type="image/jpeg",
            size=one.size,
            width=one.width,
            height=one.height,
            taken_at=one.taken_at,
            given_at=at,
            given_by=actor.ref,
        )
        for one in kept
    ]


def add_photos(
    number: str, *, stage: PhotoStage, photos: Sequence[NewPhoto], actor: Actor, at: datetime
) -> list[Photo]:
    """Add photos of a stage to an incident that the actor sees; one that is there already is not added again.

    Raises NoSuchIncident, PhotoNotReadable, TooManyPhotos.
    """
    incident = access_incident(number, actor, at=at)
    kept = keep_photos(photos)
    with transaction.atomic():
        incident = Incident.objects.select_for_update().get(pk=incident.pk)
        there = set(incident.photos.filter(stage=stage.value).values_list("content", flat=True))
        new = [one for one in kept if one.content not in there]
        if len(there) + len(new) > MOST:
            raise TooManyPhotos(most=MOST)
        if not new:
            return []
        rows = Photo.objects.bulk_create(rows_of(new, incident=incident, stage=stage, actor=actor, at=at))
        fact = PhotosAdded(
            subject=incident.reference,
            class_code=incident.class_code,
            division=incident.division,
            stage=stage.value,
            photos=len(rows),
        )
        publish(fact, actor=actor, at=at)
    return rows
