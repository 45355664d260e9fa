"""Grant a licence, and reissue one as its next version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from huimin.kernel.identifiers import CertificateId, Uscc
from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.catalogue.declarations.licences import LicenceType
from huimin.platform.identity.queries import get_department
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor, fingerprint
from huimin.platform.licences.events import LicenceGranted, LicenceReissued
from huimin.platform.licences.models import Licence, Serial
from huimin.platform.licences.operations.moving import NoReason, note_change
from huimin.platform.licences.ports import seals
from huimin.platform.licences.queries import (
    access_kept_licence,
    content_of,
    get_licence_type,
    lock_licence,
    registered_name,
)
from huimin.platform.licences.rules import State, canonical, end_of_validity, next_version

FIRST_VERSION: Final = "001"


class NoIssuerCode(Refusal):
    """The department has no unified social credit code, without which a certificate has no identifier."""

    zh = "{department}还没有登记统一社会信用代码，不能颁发电子证照。请先在 departments.yaml 登记。"
    en = "{department} has no unified social credit code yet and cannot issue licences. Enter it in departments.yaml first."


class FieldsDoNotFit(BadInput):
    """What the licence should say is not what its type declares."""

    zh = "证照内容与“{type}”的声明不符：{fields}。"
    en = "What the licence should say does not fit its type {type}: {fields}."


class NothingChanged(BadInput):
    """A new version says something else than the old one."""

    zh = "内容和原证一样，不用换发。请先改动变化的那一项。"
    en = "Nothing on it differs from the present one. Change what has changed, then reissue."


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What is to be granted.

    `holder` is a reference and `holder_name`, `holder_number` what the paper says of him; `fields` hold exactly what the type declares;
    `department` is the issuer's code; `case` a reference, blank for a stock that an authority brings in.
    """

    type: str
    holder: str
    holder_name: str
    holder_number: str
    department: str
    fields: Mapping[str, str]
    valid_from: date
    valid_until: date | None = None
    case: str = ""


def grant_licence(grant: Grant, *, actor: Actor, at: datetime) -> Licence:
    """Grant, sign and announce a licence. Its end is what the grant says, else counted from the type's years.

    Raises NoSuchLicenceType, FieldsDoNotFit, NoIssuerCode.
    """
    with transaction.atomic():
        licence = _made(grant, version=FIRST_VERSION, serial=_drawn(at), replaces=None, at=at)
        publish(
            LicenceGranted(
                subject=licence.reference,
                type=licence.type,
                holder=licence.holder,
                digest=fingerprint("sm3", licence.content.encode()),
                case=licence.case,
            ),
            actor=actor,
            at=at,
        )
    return licence


def reissue_licence(public_id: str, grant: Grant, *, actor: Actor, at: datetime) -> Licence:
    """Put a new version in the place of a licence: the old one is cancelled in the same transaction.

    Raises NoSuchLicence, MayNotMove, and what `grant_licence` raises.
    """
    with transaction.atomic():
        old = lock_licence(public_id)
        old.move(State.CANCELLED)
        old.save(update_fields=["state"])
        number = CertificateId(old.number)
        licence = _made(grant, version=next_version(number.version), serial=number.serial, replaces=old, at=at)
        publish(
            LicenceReissued(
                subject=old.reference, type=old.type, holder=old.holder, successor=licence.public_id, case=grant.case
            ),
            actor=actor,
            at=at,
        )
        publish(
            LicenceGranted(
                subject=licence.reference,
                type=licence.type,
                holder=licence.holder,
                digest=fingerprint("sm3", licence.content.encode()),
                case=licence.case,
            ),
            actor=actor,
            at=at,
        )
    return licence


def reissue_changed(public_id: str, *, fields: Mapping[str, str], reason: str, actor: Actor, at: datetime) -> Licence:
    """A department puts a new version in the place of one of its own licences, since something on it has changed; its end stays.

    The holder is called as the registry calls him today. Raises NoSuchLicence, NothingChanged, NoReason, and what `reissue_licence` raises.
    """
    old = access_kept_licence(public_id, actor)
    said = content_of(old)
    name = registered_name(old.holder) or old.holder_name
    if dict(fields) == said["fields"] and name == old.holder_name:
        raise NothingChanged(field="fields")
    if not reason.strip():
        raise NoReason(field="reason")
    grant = Grant(
        type=old.type,
        holder=old.holder,
        holder_name=name,
        holder_number=said["holder_code"],
        department=old.department,
        fields=fields,
        valid_from=timezone.localdate(at),
        valid_until=old.valid_until,
        case=old.case,
    )
    with transaction.atomic():
        new = reissue_licence(public_id, grant, actor=actor, at=at)
        note_change(old, State.CANCELLED, basis="", reason=reason.strip(), actor=actor, at=at)
    return new


def _drawn(at: datetime) -> str:
    """The next serial: the year and nine digits."""
    return f"{timezone.localdate(at).year}{Serial.objects.create()}"


def _made(grant: Grant, *, version: str, serial: str, replaces: Licence | None, at: datetime) -> Licence:
    declared = get_licence_type(grant.type)
    _hold_to(declared, grant)
    department = get_department(grant.department)
    if not department.uscc:
        raise NoIssuerCode(department=department.name)
    number = CertificateId.compose(
        certificate_type=f"{department.uscc}{declared.type_serial}",
        issuer=Uscc(department.uscc),
        serial=serial,
        version=version,
    )
    until = grant.valid_until or end_of_validity(grant.valid_from, declared.valid_years)
    content = _content(declared, grant, number, department.name, until, at)
    text = canonical(content)
    key, signature = seals.get().sign(text)
    return Licence.objects.create(
        number=number,
        type=grant.type,
        holder=grant.holder,
        holder_name=grant.holder_name,
        department=department.code,
        content=text.decode(),
        signature=signature,
        key=key,
        issued_at=at,
        valid_from=grant.valid_from,
        valid_until=until,
        case=grant.case,
        replaces=replaces,
    )


def _hold_to(declared: LicenceType, grant: Grant) -> None:
    wrong = sorted(set(declared.fields) ^ set(grant.fields))
    if wrong:
        raise FieldsDoNotFit(type=declared.names.zh, fields="、".join(wrong))


def _content(
    declared: LicenceType, grant: Grant, number: CertificateId, issuer: str, until: date | None, at: datetime
) -> dict[str, Any]:
    """The metadata of GB/T 36903 and what this type says, as it is signed; days are ISO, the end exclusive."""
    return {
        "identifier": str(number),
        "type_code": number.certificate_type,
        "type_name": declared.names.zh,
        "version": number.version,
        "issued_on": timezone.localdate(at).isoformat(),
        "issuer_name": issuer,
        "issuer_code": str(number.issuer),
        "valid_from": grant.valid_from.isoformat(),
        "valid_until": until.isoformat() if until else "",
        "holder_name": grant.holder_name,
        "holder_code": grant.holder_number,
        "holder_code_type": "111" if declared.holder == "person" else "001",
        "fields": dict(grant.fields),
    }
