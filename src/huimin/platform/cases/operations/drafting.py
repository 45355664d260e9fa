"""Fill in a draft: answers, files, promises. Nothing of it is announced: until it is lodged it is the applicant's own paper."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from huimin.kernel.files import write_whole
from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.cases.models import Case, Channel, Draft, Upload
from huimin.platform.cases.queries.drafts import applicant_of, lock_draft, parties_for, today_of
from huimin.platform.catalogue.queries.items import get_service, published
from huimin.platform.catalogue.rules.answers import read
from huimin.platform.identity.queries import get_account
from huimin.platform.journal.rules import Actor

LARGEST: Final = 10 * 1024 * 1024
KINDS: Final[Mapping[bytes, str]] = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}


class BadFile(BadInput):
    """The file is none of the kinds that are taken, or too large, or empty."""

    zh = "请上传 PDF、JPG 或 PNG 文件，不超过 10 MB。"
    en = "Please give a PDF, JPG or PNG file of at most 10 MB."


class NotOfThisService(BadInput):
    """The service asks for nothing of this code."""

    zh = "这个事项不需要“{code}”。"
    en = "This service asks for no {code}."


def start_draft(code: str, *, channel: Channel = Channel.ONLINE, actor: Actor, at: datetime) -> Draft:
    """Begin an application, or go on with the one that is open. Raises NoSuchService, NotProvenToApply, ForSomebodyElse."""
    applicant = applicant_of(actor, at=at, service=code)
    service = get_service(code)
    parties = parties_for(service, applicant, actor)
    with transaction.atomic():
        draft, _ = Draft.objects.get_or_create(
            account=get_account(actor.ref),
            applicant=applicant,
            service=code,
            channel=channel,
            lodged="",
            defaults={
                "parties": parties,
                "version": service.version,
                "revision": service.revision,
                "begun_at": at,
                "touched_at": at,
            },
        )
    return draft


def answer_questions(public_id: str, answers: Mapping[str, Any], *, actor: Actor, at: datetime) -> dict[str, Refusal]:
    """Keep answers as typed; those that can be read are stored in their form, the others as they are, with what is wrong by question.

    An empty answer takes the one before away. Raises NoSuchDraft.
    """
    with transaction.atomic():
        draft = lock_draft(public_id, actor, at=at)
        service = published(draft.service, draft.version, draft.revision)
        wrong: dict[str, Refusal] = {}
        kept = dict(draft.answers)
        for code, value in answers.items():
            question = service.form.question(code)
            if question is None:
                raise NotOfThisService(code=code, field=code)
            if value in (None, "", []):
                kept.pop(code, None)
                continue
            try:
                kept[code] = read(question, value, on=today_of(at))
            except Refusal as refusal:
                kept[code], wrong[code] = value, refusal
        draft.answers, draft.touched_at = kept, at
        draft.save(update_fields=["answers", "touched_at"])
    return wrong


def _asked_material(draft: Draft, code: str) -> None:
    service = published(draft.service, draft.version, draft.revision)
    if code not in {material.code for material in service.item.materials}:
        raise NotOfThisService(code=code, field="file")


def give_file(public_id: str, material: str, *, name: str, content: bytes, actor: Actor, at: datetime) -> Upload:
    """Give a file for a material, in the place of one given before. Raises NoSuchDraft, BadFile, NotOfThisService."""
    digest, media_type = keep_file(content)
    with transaction.atomic():
        draft = lock_draft(public_id, actor, at=at)
        _asked_material(draft, material)
        draft.uploads.filter(material=material).delete()
        draft.touched_at = at
        draft.save(update_fields=["touched_at"])
        return upload_of(draft=draft, case=None, material=material, name=name, size=len(content), digest=digest,
                         media_type=media_type, actor=actor, at=at)  # fmt: skip


def upload_of(
    *,
    draft: Draft | None,
    case: Case | None,
    material: str,
    name: str,
    size: int,
    digest: str,
    media_type: str,
    actor: Actor,
    at: datetime,
) -> Upload:
    """The row of a file that is kept already."""
    return Upload.objects.create(
        draft=draft,
        case=case,
        material=material,
        name=Path(name).name[-200:],
        content=digest,
        media_type=media_type,
        size=size,
        given_at=at,
        given_by=actor.ref,
    )


def keep_file(content: bytes) -> tuple[str, str]:
    """Keep a file under the SHA-256 of its content: (digest, media type told by its first bytes). Raises BadFile."""
    media_type = next((kind for mark, kind in KINDS.items() if content.startswith(mark)), "")
    if not media_type or len(content) > LARGEST:
        raise BadFile(field="file")
    digest = hashlib.sha256(content).hexdigest()
    path = path_of(digest)
    if not path.exists():
        write_whole(path, content)
    return digest, media_type


def path_of(digest: str) -> Path:
    """Where a file of this digest lies."""
    return Path(settings.HOME) / "evidence" / digest[:2] / digest


def take_back_file(public_id: str, material: str, *, actor: Actor, at: datetime) -> None:
    """Take a file back out of the draft. Raises NoSuchDraft."""
    with transaction.atomic():
        lock_draft(public_id, actor, at=at).uploads.filter(material=material).delete()


def sign_promise(public_id: str, material: str, *, signed: bool, actor: Actor, at: datetime) -> None:
    """Promise in place of a material (告知承诺), or take the promise back. Raises NoSuchDraft, NotOfThisService."""
    with transaction.atomic():
        draft = lock_draft(public_id, actor, at=at)
        _asked_material(draft, material)
        draft.promises = sorted({*draft.promises, material} if signed else {*draft.promises} - {material})
        draft.touched_at = at
        draft.save(update_fields=["promises", "touched_at"])


def throw_away_draft(public_id: str, *, actor: Actor, at: datetime) -> None:
    """Throw a draft away, with its files. Raises NoSuchDraft."""
    with transaction.atomic():
        draft = lock_draft(public_id, actor, at=at)
        draft.uploads.all().delete()
        draft.delete()
