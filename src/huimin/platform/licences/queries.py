"""Reads of licences: the holder's own, one by its code, what one says, who used it."""

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q

from huimin.kernel.identifiers import CertificateId, CitizenId, Uscc
from huimin.kernel.refusals import NotFound, Refusal
from huimin.platform.catalogue.declarations.licences import LicenceType
from huimin.platform.catalogue.library import licence_types
from huimin.platform.identity.queries import get_account, may_act
from huimin.platform.journal.queries import entries_about
from huimin.platform.journal.rules import Actor
from huimin.platform.licences.events import (
    CopyAnnotated,
    LicenceChecked,
    LicenceGranted,
    LicenceLookedAt,
    LicenceMoved,
    LicencePresented,
    LicenceReissued,
    LicenceUsed,
)
from huimin.platform.licences.models import AnnotatedCopy, Change, Licence, LicenceQuerySet, Presentation
from huimin.platform.licences.ports import seals
from huimin.platform.registries.fields import ORGANISATIONS, PEOPLE
from huimin.platform.registries.queries import find_row, find_row_of, wanted_number, wanted_uscc
from huimin.platform.registries.rules import golden_values

if TYPE_CHECKING:
    from huimin.platform.journal.models import EntryQuerySet

PERSON: Final = "person:"
FIRM: Final = "organisation:"
REGISTRIES: Final = {"person": PEOPLE, "organisation": ORGANISATIONS}
VIEW: Final = "view"
KINDS: Final = (
    LicenceGranted,
    LicenceMoved,
    LicenceReissued,
    LicencePresented,
    LicenceChecked,
    LicenceUsed,
    LicenceLookedAt,
    CopyAnnotated,
)


class NoSuchLicence(NotFound):
    """There is no such licence, or the reader may not know of it."""

    zh = "没有找到这张证照。"
    en = "This licence was not found."


class NoSuchLicenceType(NotFound):
    """No domain declares a licence of this code."""

    zh = "没有“{code}”这种证照。"
    en = "There is no licence type {code}."


class CodeOver(Refusal):
    """The code that was shown has ended, or never was."""

    zh = "这个出示码已经过期。请持证人重新出示。"
    en = "This code has ended. Ask the holder to show the licence again."
    status = 410


def get_licence_type(code: str) -> LicenceType:
    """The type of this code. Raises NoSuchLicenceType."""
    if declared := licence_types().get(code):
        return declared
    raise NoSuchLicenceType(code=code)


def licence_name(code: str, language: str) -> str:
    """What a type of licence is called; its code when no domain declares it any more."""
    declared = licence_types().get(code)
    return declared.names.text(language) if declared else code


def holder_of(actor: Actor, *, at: datetime) -> str:
    """The reference of whose licences an actor sees: his own, or those of whom he acts for; blank for nobody."""
    if actor.on_behalf_of:
        return actor.on_behalf_of if may_act(actor, VIEW, at) else ""
    key = get_account(actor.ref).person_key if actor.kind == "account" else ""
    return f"{PERSON}{key}" if key else ""


def own_licences(actor: Actor, *, at: datetime) -> LicenceQuerySet:
    """The licences of the reader, or of whom he acts for; none for who is not proven to be anybody."""
    holder = holder_of(actor, at=at)
    return Licence.objects.of(holder) if holder else Licence.objects.none()


def access_own_licence(public_id: str, actor: Actor, *, at: datetime) -> Licence:
    """One of the reader's own licences. Raises NoSuchLicence."""
    if licence := own_licences(actor, at=at).filter(public_id=public_id).first():
        return licence
    raise NoSuchLicence


def get_licence(public_id: str) -> Licence:
    """The licence of this public id. Raises NoSuchLicence."""
    if licence := Licence.objects.filter(public_id=public_id).first():
        return licence
    raise NoSuchLicence


def department_of(actor: Actor) -> str:
    """The code of the department at whose post the actor acts; blank for none."""
    return actor.post.partition(".")[0]


def kept_licences(actor: Actor) -> LicenceQuerySet:
    """The licences that the actor's department issued."""
    department = department_of(actor)
    return Licence.objects.filter(department=department) if department else Licence.objects.none()


def access_kept_licence(public_id: str, actor: Actor) -> Licence:
    """A licence that the actor's department issued. Raises NoSuchLicence."""
    if licence := kept_licences(actor).filter(public_id=public_id).first():
        return licence
    raise NoSuchLicence


def holder_numbered(text: str) -> str | None:
    """The reference of whoever has this citizen number or credit code; None for what is neither, or nobody's."""
    if number := CitizenId.recognise(text):
        row, kind = find_row(wanted_number(number)), PERSON
    elif uscc := Uscc.recognise(text):
        row, kind = find_row(wanted_uscc(uscc)), FIRM
    else:
        return None
    return f"{kind}{row.key}" if row else None


def sought_licences(text: str, actor: Actor) -> LicenceQuerySet:
    """Licences of the actor's department by a licence's number or printed code, or the number of the case that it came from."""
    typed = text.strip().upper().replace(" ", "")
    number = CertificateId.recognise(typed)
    wanted = Q(public_id=typed.replace("-", "")) | Q(case=f"case:{typed}")
    return kept_licences(actor).filter(wanted | Q(number=number) if number else wanted)


def registered_name(reference: str) -> str:
    """What the registry calls a holder today; blank for somebody it does not know."""
    kind, _, key = reference.partition(":")
    row = find_row_of(REGISTRIES[kind], key) if kind in REGISTRIES else None
    golden = golden_values(row.stored) if row else {}
    return str(golden["name"].value) if "name" in golden else ""


def changes_of(licence: Licence) -> list[Change]:
    """Why the licence was changed, newest first."""
    return list(licence.changes.order_by("-made_at", "-id"))


def lock_licence(public_id: str) -> Licence:
    """The licence, held for the rest of the transaction. Raises NoSuchLicence."""
    if licence := Licence.objects.select_for_update().filter(public_id=public_id).first():
        return licence
    raise NoSuchLicence


def find_presented(digest: str, *, at: datetime) -> Licence:
    """The licence behind a code shown now, by the code's digest. Raises CodeOver."""
    shown = Presentation.objects.select_related("licence").filter(digest=digest, ends_at__gt=at).first()
    if shown is None:
        raise CodeOver
    return shown.licence


def find_in_force(holder: str, type_code: str, *, on: date) -> Licence | None:
    """The newest licence of a type that a holder may use on a day."""
    return Licence.objects.of(holder).in_force(on).filter(type=type_code).order_by("-issued_at", "-id").first()


def licences_in_force(holder: str, *, on: date) -> LicenceQuerySet:
    """What a holder may use on a day, oldest first."""
    return Licence.objects.of(holder).in_force(on).order_by("issued_at", "id")


def latest_licences(holders: Collection[str]) -> LicenceQuerySet:
    """The licences of these holders that no later version replaces, by holder and type."""
    own = Licence.objects.filter(holder__in=holders, successor=None)
    return own.defer("content", "signature").order_by("holder", "type", "-issued_at")


def licences_of_case(case: str) -> LicenceQuerySet:
    """What a case brought forth, by the case's reference."""
    return Licence.objects.filter(case=case)


def content_of(licence: Licence) -> Mapping[str, Any]:
    """What the licence says, as it was signed."""
    content: dict[str, Any] = json.loads(licence.content)
    return content


def field_of(licence: Licence, name: str) -> str:
    """One field of what the licence says. Raises KeyError for one that its type does not declare."""
    return str(content_of(licence)["fields"][name])


def is_untouched(licence: Licence) -> bool:
    """Whether what is stored is what was signed."""
    return seals.get().is_signed(licence.content.encode(), key=licence.key, signature=licence.signature)


def uses_of(licence: Licence, *, at: datetime) -> "EntryQuerySet":
    """Who showed, checked, used, copied or changed the licence, newest first: what its holder sees."""
    return entries_about([licence.reference], kinds=[kind.kind for kind in KINDS], at=at)


def access_copy(public_id: str, actor: Actor, *, at: datetime) -> AnnotatedCopy:
    """A copy of one of the reader's own licences. Raises NoSuchLicence."""
    copy = AnnotatedCopy.objects.select_related("licence").filter(public_id=public_id).first()
    if copy is None or copy.licence.holder != holder_of(actor, at=at):
        raise NoSuchLicence
    return copy


def get_copy(public_id: str) -> AnnotatedCopy:
    """The copy of this public id, for whoever holds its page. Raises NoSuchLicence."""
    if copy := AnnotatedCopy.objects.select_related("licence").filter(public_id=public_id).first():
        return copy
    raise NoSuchLicence
