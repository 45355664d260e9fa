"""The paper of a licence: drawn once, sealed, and kept in the data folder under its public id."""

from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from huimin.kernel.files import write_whole
from huimin.platform.licences.http import shown
from huimin.platform.licences.models import AnnotatedCopy, Licence
from huimin.platform.licences.ports import seals
from huimin.platform.ui import paper
from huimin.platform.ui.qr import qr


def sealed_paper(licence: Licence, *, check_url: str) -> bytes:
    """The licence's paper: PDF/A-3u with the department's PAdES seal and the code that leads to `check_url`. Made once."""
    kept = Path(settings.HOME) / "licences" / licence.public_id[:2] / f"{licence.public_id}.pdf"
    if not kept.exists():
        write_whole(kept, _sealed(licence, check_url=check_url))
    return kept.read_bytes()


def copy_paper(copy: AnnotatedCopy, *, check_url: str) -> bytes:
    """An annotated copy 加注件: purpose and end across the page, sealed, made anew each time it is asked for."""
    return _sealed(copy.licence, check_url=check_url, copy=copy)


def _sealed(licence: Licence, *, check_url: str, copy: AnnotatedCopy | None = None) -> bytes:
    """A licence speaks the language of the law, whatever its reader's."""
    with translation.override("zh-hans"):
        face = shown.face_of(licence, on=timezone.localdate(licence.issued_at))
        context = {
            "face": face,
            "licence": licence,
            "copy": copy,
            "font": paper.FONT_ADDRESS,
            "qr": qr(check_url),
        }
        drawn = paper.printed(render_to_string("licences/paper.html", context), archival=True)
        return seals.get().seal_paper(
            drawn, department=licence.department, name=face.department, reason=f"颁发{face.name}"
        )
