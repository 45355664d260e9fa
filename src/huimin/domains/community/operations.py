"""Writes of mediation: bring a dispute, take it up, settle it, follow it up. It runs as a process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction

from huimin.domains.community.events import MediationLookedAt, MediationMoved, MediationOpened
from huimin.domains.community.models import MOST_PARTIES, Mediation, Party
from huimin.domains.community.queries import access_mediation, mediated_divisions
from huimin.kernel.refusals import BadInput, NotPermitted, Refusal
from huimin.platform.identity import queries as identity
from huimin.platform.incidents.queries.incidents import NoSuchIncident, get_incident
from huimin.platform.incidents.queries.routing import district_of
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.process import operations as process
from huimin.platform.process.queries import live_steps_about, posts_reached
from huimin.platform.process.rules.clocks import day_of

if TYPE_CHECKING:
    from huimin.platform.process.ports import StepCall

KIND: Final = "mediation"
POST: Final = "mediation"
"""The post of a district's mediators."""
TAKEN: Final = {"taken": Mediation.State.MEDIATING, "refused": Mediation.State.REFUSED}
MEDIATED: Final = {
    "agreed": Mediation.State.AGREED,
    "failed": Mediation.State.FAILED,
    "withdrawn": Mediation.State.WITHDRAWN,
}
FOLLOWED_UP: Final = {"kept": Mediation.State.KEPT, "broken": Mediation.State.MEDIATING}


class NotYoursToMediate(NotPermitted):
    """The post that one acts in mediates no disputes of that district."""

    zh = "您的岗位不能登记这个区县的纠纷。"
    en = "Your post mediates no disputes of that district."


class PartiesWanted(BadInput):
    """A dispute has somebody who asks and somebody who answers, each with a name."""

    zh = "请写明至少一名申请人和一名被申请人，最多 12 人。"
    en = "Give at least one who asks and one who answers, twelve at most."


class SayWhat(BadInput):
    """No words were written."""

    zh = "请写明内容。"
    en = "Please write it down."


class AgreementWanted(BadInput):
    """An agreement is written down with its day, which does not lie ahead."""

    zh = "请写明协议内容和达成日期，日期不能晚于今天。"
    en = "Write down what was agreed and on which day, not one ahead."


class NothingToDo(Refusal):
    """No such step waits for the actor."""

    zh = "{number} 现在没有要您办的这一步。"
    en = "{number} has no such step for you now."


@dataclass(frozen=True, kw_only=True)
class NewParty:
    """Somebody who takes part, as he is written down; `side` is one of `Party.Side`."""

    side: str
    name: str
    telephone: str = ""


def open_mediation(
    *,
    kind: str,
    summary: str,
    division: str,
    parties: Sequence[NewParty],
    address: str = "",
    incident: str = "",
    actor: Actor,
    at: datetime,
) -> Mediation:
    """Bring a dispute to the mediators of a district, from an incident or by itself.

    Raises NotYoursToMediate, NoSuchIncident, PartiesWanted, SayWhat.
    """
    divisions = mediated_divisions(actor, at)
    if divisions is None or (divisions and division not in divisions) or not district_of(division):
        raise NotYoursToMediate
    named = [one for one in parties if one.name.strip()]
    sides = {one.side for one in named}
    if not {Party.Side.ASKS, Party.Side.ANSWERS} <= sides or len(named) > MOST_PARTIES:
        raise PartiesWanted(field="parties")
    if not summary.strip():
        raise SayWhat(field="summary")
    source = get_incident(incident) if incident else None
    if source is not None and source.division != division:
        raise NoSuchIncident
    mediation = Mediation(
        kind=Mediation.Kind(kind).value,
        summary=summary.strip()[:1000],
        address=address.strip()[:200],
        division=division,
        incident=source.number if source else "",
        opened_at=at,
        opened_by=identity.get_account(actor.ref),
    )
    with transaction.atomic():
        begun = process.start(
            KIND,
            subject=mediation.reference,
            data={"mediator": f"{district_of(division)}.{POST}"},
            department=district_of(division),
            actor=actor,
            at=at,
        )
        mediation.process = begun.number
        mediation.save(force_insert=True)
        Party.objects.bulk_create(
            Party(mediation=mediation, side=one.side, name=one.name.strip()[:60], telephone=one.telephone.strip()[:30])
            for one in named
        )
        fact = MediationOpened(
            subject=mediation.reference,
            division=division,
            dispute=mediation.kind,
            parties=len(named),
            about=source.reference if source else "",
        )
        publish(fact, actor=actor, at=at)
    return mediation


def note_look(mediation: Mediation, *, actor: Actor, at: datetime) -> None:
    """Write down that somebody is about to read who the parties are."""
    with transaction.atomic():
        publish(MediationLookedAt(subject=mediation.reference, division=mediation.division), actor=actor, at=at)


def take_mediation(number: str, *, accept: bool, said: str = "", actor: Actor, at: datetime) -> Mediation:
    """Take a dispute up, or say why it is not one for mediation. Raises NoSuchMediation, NothingToDo, SayWhat."""
    if not accept and not said.strip():
        raise SayWhat(field="said")
    return _finish(number, "take", "taken" if accept else "refused", said=said, actor=actor, at=at)


def settle_mediation(number: str, *, agreement: str, agreed_on: date, actor: Actor, at: datetime) -> Mediation:
    """Write down what the parties agreed on; they have signed it on paper that day.

    Raises NoSuchMediation, NothingToDo, AgreementWanted.
    """
    mediation = access_mediation(number, actor, at=at)
    if not agreement.strip() or agreed_on > day_of(at):
        raise AgreementWanted(field="agreement" if not agreement.strip() else "agreed_on")
    with transaction.atomic():
        Mediation.objects.filter(pk=mediation.pk).update(agreement=agreement.strip()[:2000], agreed_on=agreed_on)
        mediation.parties.exclude(side=Party.Side.CONCERNED).update(signed_on=agreed_on)
        return _finish(number, "mediate", "agreed", actor=actor, at=at)


def end_without_agreement(number: str, *, withdrawn: bool, said: str, actor: Actor, at: datetime) -> Mediation:
    """No agreement came about, or the parties want none any more; they are told which courts are open to them.

    Raises NoSuchMediation, NothingToDo, SayWhat.
    """
    if not said.strip():
        raise SayWhat(field="said")
    return _finish(number, "mediate", "withdrawn" if withdrawn else "failed", said=said, actor=actor, at=at)


def follow_up_mediation(number: str, *, kept: bool, said: str, actor: Actor, at: datetime) -> Mediation:
    """Say whether the agreement is kept; one that is not is mediated again. Raises NoSuchMediation, NothingToDo, SayWhat."""
    if not said.strip():
        raise SayWhat(field="said")
    return _finish(number, "follow_up", "kept" if kept else "broken", said=said, actor=actor, at=at)


def _finish(number: str, node: str, outcome: str, *, said: str = "", actor: Actor, at: datetime) -> Mediation:
    mediation = access_mediation(number, actor, at=at)
    reached = posts_reached(actor.ref, at)
    item = live_steps_about([mediation.reference]).filter(node=node, post__code__in=reached).first()
    if item is None:
        raise NothingToDo(number=number)
    with transaction.atomic():
        if said.strip():
            Mediation.objects.filter(pk=mediation.pk).update(said=said.strip()[:1000])
        process.complete_at_once(number=item.number, outcome=outcome, note=said.strip(), actor=actor, at=at)
    return Mediation.objects.get(pk=mediation.pk)


def _moved(call: "StepCall", states: Mapping[str, Mediation.State], node: str) -> None:
    mediation = Mediation.objects.select_for_update().get(number=call.subject.removeprefix("mediation:"))
    before = mediation.state
    mediation.move(states[str(call.data[node])], at=call.at)
    mediation.save(update_fields=["state", "ended_at"])
    fact = MediationMoved(
        subject=mediation.reference, division=mediation.division, before=before, state=str(mediation.state)
    )
    publish(fact, actor=call.actor, at=call.at)


def note_taken(call: "StepCall") -> None:
    """The mediators took it up, or not."""
    _moved(call, TAKEN, "take")


def note_mediated(call: "StepCall") -> None:
    """They agreed, or it came to nothing."""
    _moved(call, MEDIATED, "mediate")


def note_followed_up(call: "StepCall") -> None:
    """The agreement is kept, or is mediated again."""
    _moved(call, FOLLOWED_UP, "follow_up")
