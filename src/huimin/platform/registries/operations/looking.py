"""Looks at people and organisations: journalled first, then shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from huimin.kernel.refusals import BadInput, NotPermitted
from huimin.platform.identity.queries import scope_of
from huimin.platform.identity.rules import Mask, Scope
from huimin.platform.journal.operations import publish_alone
from huimin.platform.journal.rules import Actor, digest, is_case_ref
from huimin.platform.registries import questions
from huimin.platform.registries.events import LookedForNobody, LookedUp, QuestionAnswered
from huimin.platform.registries.fields import PEOPLE, RESOURCE
from huimin.platform.registries.queries import corrections, own
from huimin.platform.registries.queries.cards import Card, Row, card_of
from huimin.platform.registries.queries.lookup import NobodyFound, SeveralFound, Wanted, find_row, find_row_of
from huimin.platform.registries.rules import golden_values


class PurposeNotGranted(NotPermitted):
    """No grant lets the asker ask by this for this purpose."""

    zh = "您的岗位没有以此用途这样查询的授权。"
    en = "Your post has no grant to ask like this for this purpose."


class CaseMissing(BadInput):
    """A look without the case that justifies it."""

    zh = "请填写办理事项的编号。"
    en = "Give the number of the case at hand."


class CaseNotFit(BadInput):
    """A case number that is too long, or that holds somebody's number."""

    zh = "事项编号不能超过64个字，也不能含有身份号码或手机号码。"
    en = "The case number has at most 64 characters, and no identity or telephone number in it."


class RestrictionNotAllowed(BadInput):
    """A look may be kept from its subject only for certain purposes and for a limited time."""

    zh = "这个用途不能这样对本人保密；可以保密的，最长{days}天。"
    en = "A look for this purpose cannot be kept from the person like this; where it can, for at most {days} days."


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why somebody looks: the purpose's code, the case at hand, and until when the look is kept from its subject (exclusive; None: not)."""

    purpose: str
    case_ref: str
    restricted_until: date | None = None


def look_up(wanted: Wanted, *, reason: Reason, actor: Actor, at: datetime) -> Card:
    """Find one person or organisation and show what the asker's grants show for this purpose.

    The look is on the disk before anything is shown, also when nothing is found. Raises PurposeNotGranted, CaseMissing, CaseNotFit,
    RestrictionNotAllowed, NobodyFound, SeveralFound.
    """
    scope = _scope(wanted.registry, wanted.fields, reason, actor, at)
    row = _found(wanted, scope, reason, actor, at)
    shown = row.shown_in(scope)
    _publish_look(row, shown, scope.bases, by=wanted.by, reason=reason, actor=actor, at=at)
    return card_of(row, shown, scope.bases)


def look_at_person(key: str, fields: Sequence[str], *, reason: Reason, actor: Actor, at: datetime) -> Card:
    """Show these fields, as far as the asker's grants for this purpose show them, of a person whom other work led to.

    The look is on the disk before anything is shown. Raises PurposeNotGranted, CaseMissing, CaseNotFit, NobodyFound.
    """
    scope = _scope(PEOPLE, (), reason, actor, at)
    row = find_row_of(PEOPLE, key)
    if row is None or not row.is_in(scope):
        raise NobodyFound
    shown = row.shown_in(scope, fields)
    _publish_look(row, shown, scope.bases, by="visit", reason=reason, actor=actor, at=at)
    return card_of(row, shown, scope.bases)


def ask_yes_no(code: str, wanted: Wanted, *, reason: Reason, actor: Actor, at: datetime) -> bool | None:
    """Answer a declared question about one person or organisation: yes, no, or None for "cannot tell". Nothing else is shown.

    Raises NoSuchQuestion and what `look_up` raises.
    """
    question = questions.get_question(code)
    if question.registry != wanted.registry:
        raise questions.NoSuchQuestion
    scope = _scope(wanted.registry, {*wanted.fields, *question.fields}, reason, actor, at)
    row = _found(wanted, scope, reason, actor, at)
    fact = QuestionAnswered(
        subject=row.reference,
        restricted_until=reason.restricted_until,
        case_ref=reason.case_ref,
        purpose=reason.purpose,
        basis=scope.bases,
        question=code,
    )
    publish_alone(fact, actor=actor, at=at)
    return questions.answer(question, golden_values(row.stored), division=row.division, on=timezone.localdate(at))


def look_at_correction(*, number: str, actor: Actor, at: datetime) -> tuple[corrections.Desk, Card]:
    """Show the official who holds a correction whose value it is and who says what. Raises NotInYourHands, NotFound."""
    desk = corrections.access_held_correction(number, actor, at=at)
    reason = Reason(purpose=corrections.PURPOSE, case_ref=number)
    bases = (desk.correction.reference,)
    _publish_look(desk.row, desk.shown, bases, by="correction", reason=reason, actor=actor, at=at)
    return desk, card_of(desk.row, desk.shown, bases)


def look_at_own(*, actor: Actor, at: datetime) -> own.Own:
    """One's own data. Somebody else's, whom one acts for, are a look that the person can see. Raises NotProven, NotFound."""
    found = own.access_own(actor, at=at)
    if found.is_delegated:
        shown = {value.field: value.mask for value in found.card.values}
        reason = Reason(purpose="self", case_ref="")
        _publish_look(found.row, shown, found.card.bases, by="delegation", reason=reason, actor=actor, at=at)
    return found


def _scope(registry: str, fields: set[str] | tuple[str, ...], reason: Reason, actor: Actor, at: datetime) -> Scope:
    """The grants that let these fields be asked about: an exact question about a value tells no more than that it is so."""
    check_reason(reason, at)
    scope = scope_of(actor, resource=RESOURCE[registry], purpose=reason.purpose, at=at).asking(*fields)
    if not scope:
        raise PurposeNotGranted
    return scope


def check_reason(reason: Reason, at: datetime) -> None:
    """Raise CaseMissing, CaseNotFit or RestrictionNotAllowed for a reason that cannot stand in the journal."""
    if not reason.case_ref.strip():
        raise CaseMissing(field="case_ref")
    if not is_case_ref(reason.case_ref):
        raise CaseNotFit(field="case_ref")
    _check_restriction(reason, timezone.localdate(at))


def _check_restriction(reason: Reason, today: date) -> None:
    if reason.restricted_until is None:
        return
    days = questions.declared().restrictable.get(reason.purpose, 0)
    if not today < reason.restricted_until <= today + timedelta(days=days):
        raise RestrictionNotAllowed(field="restricted_until", days=days)


def _found(wanted: Wanted, scope: Scope, reason: Reason, actor: Actor, at: datetime) -> Row:
    try:
        row = find_row(wanted)
    except SeveralFound:
        _publish_nobody(wanted, reason, actor, at)
        raise
    if row is None or not row.is_in(scope):
        _publish_nobody(wanted, reason, actor, at)
        raise NobodyFound
    return row


def _publish_nobody(wanted: Wanted, reason: Reason, actor: Actor, at: datetime) -> None:
    fact = LookedForNobody(
        subject=f"registry:{wanted.registry}",
        case_ref=reason.case_ref,
        purpose=reason.purpose,
        by=wanted.by,
        asked=digest(wanted.asked),
    )
    publish_alone(fact, actor=actor, at=at)


def _publish_look(
    row: Row,
    shown: Mapping[str, Mask | None],
    bases: tuple[str, ...],
    *,
    by: str,
    reason: Reason,
    actor: Actor,
    at: datetime,
) -> None:
    fact = LookedUp(
        subject=row.reference,
        restricted_until=reason.restricted_until,
        case_ref=reason.case_ref,
        purpose=reason.purpose,
        basis=bases,
        fields=tuple(shown),
        by=by,
    )
    publish_alone(fact, actor=actor, at=at)
