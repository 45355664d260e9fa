"""委托: a colleague stands in while somebody is on leave."""

from datetime import datetime

from django.db import transaction

from huimin.kernel.refusals import NotFound, Refusal
from huimin.platform.identity import queries as identity
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.process.events import AbsenceDeclared, AbsenceEnded
from huimin.platform.process.models import Absence
from huimin.platform.process.operations.hands import NotYours
from huimin.platform.process.queries import ALL, supervised_by


class DeputyNotFit(Refusal):
    """Who stands in must be somebody else, at a post in the same department."""

    zh = "受托人须是同一部门在岗的另一位同事。"
    en = "The deputy must be another colleague who holds a post in the same department."


class TimesNotFit(Refusal):
    """The time of absence must end after it begins, and not lie in the past."""

    zh = "委托的结束时间须晚于开始时间和现在。"
    en = "The absence must end after it begins, and after now."
    status = 400


class NoSuchAbsence(NotFound):
    """There is no such absence, or it is none of the actor's business."""

    zh = "没有找到这项委托。"
    en = "There is no such absence."


def declare_absence(
    *, account: str, deputy: str, starts_at: datetime, until: datetime, actor: Actor, at: datetime
) -> Absence:
    """委托: from an instant to another (exclusive) a colleague sees and does what is in somebody's hands and waits at his posts; then
    it ends by itself. Accounts are public ids. Oneself may, the head of one's department, a supervisor of the city.

    Raises NotYours, DeputyNotFit, TimesNotFit.
    """
    if not _may_for(account, actor, at):
        raise NotYours(number=account)
    if until <= starts_at or until <= at:
        raise TimesNotFit
    absent, other = identity.get_account(account), identity.get_account(deputy)
    departments = {post.department_id for post in identity.posts_of(absent, at)}
    if absent.pk == other.pk or not departments & {post.department_id for post in identity.posts_of(other, at)}:
        raise DeputyNotFit
    with transaction.atomic():
        absence = Absence.objects.create(account=absent, deputy=other, starts_at=starts_at, until=until)
        fact = AbsenceDeclared(subject=absent.reference, deputy=other.reference, until=until)
        publish(fact, actor=actor, at=at)
    return absence


def _may_for(account: str, actor: Actor, at: datetime) -> bool:
    """Whether the actor may say that somebody is away: he himself, who heads his department, a supervisor of the city."""
    department = supervised_by(actor, at)
    own = {post.partition(".")[0] for post in identity.post_codes_of(account, at)}
    return actor.ref == account or department == ALL or department in own


def end_absence(*, key: int, actor: Actor, at: datetime) -> None:
    """End an absence before its time. Oneself may, and a supervisor. Raises NoSuchAbsence."""
    with transaction.atomic():
        found = Absence.objects.select_for_update(of=("self",)).select_related("account", "deputy")
        absence = found.filter(pk=key, ended_at=None, until__gt=at).first()
        if absence is None or not _may_for(absence.account.public_id, actor, at):
            raise NoSuchAbsence
        absence.ended_at = at
        absence.save(update_fields=["ended_at"])
        publish(AbsenceEnded(subject=absence.account.reference, deputy=absence.deputy.reference), actor=actor, at=at)
