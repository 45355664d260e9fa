"""Show a licence by a short-lived code, check one, use one in a case, copy one for a purpose. Each is told to the holder."""

import hashlib
import secrets
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.licences.events import CopyAnnotated, LicenceChecked, LicencePresented, LicenceUsed
from huimin.platform.licences.models import AnnotatedCopy, Licence, Presentation
from huimin.platform.licences.queries import access_own_licence, find_presented, get_licence
from huimin.platform.licences.rules import State

SHOWN_FOR: Final = timedelta(minutes=3)
LONGEST_COPY: Final = timedelta(days=366)


class NotInForce(Refusal):
    """The licence does not hold today, so it can neither be shown nor used."""

    zh = "这张证照现在不是有效状态，不能出示或使用。"
    en = "This licence is not in force, so it can neither be shown nor used."


class CopyEndsWrong(BadInput):
    """The copy's end lies in the past, or further away than a year."""

    zh = "加注件的有效期应在今天之后、一年以内。"
    en = "A copy must end after today and within a year."


def code_digest(code: str) -> str:
    """What is kept of a code: it has 160 random bits, so a plain digest gives nothing away."""
    return hashlib.sha256(code.encode()).hexdigest()


def present_licence(public_id: str, *, actor: Actor, at: datetime) -> tuple[Presentation, str]:
    """Make a code with which the holder, or who acts for him, shows his licence for SHOWN_FOR; gives it once.

    Raises NoSuchLicence, NotInForce.
    """
    licence = access_own_licence(public_id, actor, at=at)
    if licence.standing(timezone.localdate(at)) is not State.VALID:
        raise NotInForce
    code = secrets.token_urlsafe(20)
    with transaction.atomic():
        shown = Presentation.objects.create(
            licence=licence, digest=code_digest(code), made_at=at, ends_at=at + SHOWN_FOR
        )
        fact = LicencePresented(subject=licence.reference, type=licence.type, holder=licence.holder)
        publish(fact, actor=actor, at=at)
    return shown, code


def check_presented(code: str, *, actor: Actor, at: datetime) -> Licence:
    """The licence behind a code that its holder shows now; the holder is told. Raises CodeOver."""
    licence = find_presented(code_digest(code), at=at)
    return _checked(licence, "presented", actor, at)


def check_printed(public_id: str, *, actor: Actor, at: datetime) -> Licence:
    """The licence behind the printed code; the holder is told. Raises NoSuchLicence."""
    return _checked(get_licence(public_id), "printed", actor, at)


def _checked(licence: Licence, by: str, actor: Actor, at: datetime) -> Licence:
    state = licence.standing(timezone.localdate(at)).value
    with transaction.atomic():
        fact = LicenceChecked(subject=licence.reference, type=licence.type, holder=licence.holder, by=by, state=state)
        publish(fact, actor=actor, at=at)
    return licence


def note_use(licence: Licence, *, case: str, actor: Actor, at: datetime) -> None:
    """Note that a case takes the licence in place of a paper: in the case's own transaction. Raises NotInForce."""
    if licence.standing(timezone.localdate(at)) is not State.VALID:
        raise NotInForce
    fact = LicenceUsed(subject=licence.reference, type=licence.type, holder=licence.holder, case=case)
    publish(fact, actor=actor, at=at)


def annotate_copy(public_id: str, *, purpose: str, until: date, actor: Actor, at: datetime) -> AnnotatedCopy:
    """Make a copy for a purpose until a day (exclusive). Raises NoSuchLicence, NotInForce, CopyEndsWrong."""
    licence = access_own_licence(public_id, actor, at=at)
    today = timezone.localdate(at)
    if licence.standing(today) is not State.VALID:
        raise NotInForce
    if not today < until <= today + LONGEST_COPY:
        raise CopyEndsWrong
    with transaction.atomic():
        copy = AnnotatedCopy.objects.create(
            licence=licence, purpose=purpose, made_at=at, made_by=actor.ref, until=until
        )
        fact = CopyAnnotated(
            subject=licence.reference,
            type=licence.type,
            holder=licence.holder,
            copy=copy.public_id,
            until=until.isoformat(),
        )
        publish(fact, actor=actor, at=at)
    return copy


def forget_presentations(*, at: datetime) -> int:
    """Take away codes that ended a day ago; gives how many."""
    return Presentation.objects.filter(ends_at__lt=at - timedelta(days=1)).delete()[0]
