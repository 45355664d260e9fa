"""My data: the one person whose data a reader sees as his own, or the person or firm for whom he acts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from huimin.kernel.refusals import NotFound, Refusal
from huimin.platform.exchange.events import SharedRecordRead
from huimin.platform.identity.queries import get_account, scope_of
from huimin.platform.identity.rules import OWN
from huimin.platform.journal.queries import entries_about
from huimin.platform.journal.rules import Actor
from huimin.platform.registries import events
from huimin.platform.registries.fields import ORGANISATIONS, PEOPLE, RESOURCE
from huimin.platform.registries.queries.cards import Card, CardValue, Row, card_of
from huimin.platform.registries.queries.lookup import find_row_of
from huimin.platform.registries.rules import GoldenValue, golden_values

if TYPE_CHECKING:
    from huimin.platform.journal.models import EntryQuerySet

PERSON = "person:"
REGISTRIES = {"person": PEOPLE, "organisation": ORGANISATIONS}
LOOKS = (events.LookedUp.kind, events.QuestionAnswered.kind, SharedRecordRead.kind)
CHANGES = (
    events.CorrectionAsked.kind,
    events.CorrectionValueChosen.kind,
    events.CorrectionGranted.kind,
    events.CorrectionRefused.kind,
    events.CorrectionLanded.kind,
    events.CorrectionAwaited.kind,
)


class NotProven(Refusal):
    """The account is not proven to be a person of the registry."""

    zh = "要查看自己的信息，请先在“我的账号”里完成实名认证，或带身份证到办事窗口认证。"
    en = "To see your data, first prove who you are under “My account”, or come to a service window with your identity card."
    status = 403


class NoSuchField(NotFound):
    """There is no such field, or the reader does not see it."""

    zh = "没有这一项信息。"
    en = "There is no such item."


class ChangedAtTheRegister(Refusal):
    """What is registered of a firm changes by registration; another department's mistake is corrected at a counter."""

    zh = "企业的登记事项要向登记机关办理变更登记；其他部门记错的，请带营业执照到办事窗口更正。"
    en = "A firm's entries change by registration of the change; another department's mistake is corrected at a service window."


@dataclass(frozen=True, kw_only=True)
class Own:
    """A person's or firm's own data in the eyes of one reader. `keys` are all that it has had: trails are kept under each."""

    row: Row
    card: Card
    keys: tuple[str, ...]
    is_delegated: bool

    @property
    def subjects(self) -> list[str]:
        """How facts speak of this person or firm."""
        kind = self.row.reference.partition(":")[0]
        return [f"{kind}:{key}" for key in self.keys]

    @property
    def golden(self) -> Mapping[str, GoldenValue]:
        """The golden values, only of the fields that the card shows."""
        shown = {value.field for value in self.card.values}
        return {field: value for field, value in golden_values(self.row.stored).items() if field in shown}

    def value(self, field: str) -> CardValue:
        """A field as shown. Raises NoSuchField."""
        if value := self.card.value(field):
            return value
        raise NoSuchField

    def correctable(self, field: str) -> CardValue:
        """A field as shown, of which a correction may be asked for here. Raises NoSuchField, ChangedAtTheRegister."""
        value = self.value(field)
        if self.row.registry != PEOPLE:
            raise ChangedAtTheRegister
        return value


def _whose(actor: Actor) -> tuple[str, str]:
    """Registry and key."""
    if actor.on_behalf_of:
        kind, _colon, key = actor.on_behalf_of.partition(":")
        return REGISTRIES[kind], key
    return PEOPLE, get_account(actor.ref).person_key if actor.kind == "account" else ""


def access_own(actor: Actor, *, at: datetime) -> Own:
    """The reader's own data, or those of the person or firm for whom he acts. Raises NotProven, NotFound."""
    registry, key = _whose(actor)
    if not key:
        raise NotProven
    scope = scope_of(actor, resource=RESOURCE[registry], purpose=OWN, at=at)
    row = find_row_of(registry, key)
    # The right hangs on the key by which the account was proven, also after that key was merged into another.
    held = row and Row(registry=registry, key=key, number=row.number, division=row.division, stored=row.stored)
    if row is None or held is None or not held.is_in(scope):
        raise NotFound
    return Own(
        row=row,
        card=card_of(row, held.shown_in(scope), scope.bases),
        keys=tuple(dict.fromkeys((row.key, key))),
        is_delegated=bool(actor.on_behalf_of),
    )


def looks_at(own: Own, *, at: datetime) -> "EntryQuerySet":
    """Who looked at this person's data, newest first; looks still restricted on the day of `at` are left out."""
    return entries_about(own.subjects, kinds=LOOKS, at=at)


def trail_of_field(own: Own, field: str, *, at: datetime) -> list[tuple[datetime, Actor, events.CorrectionFact]]:
    """What was done about one value, newest first: (when, by whom, fact)."""
    found = []
    for entry in entries_about(own.subjects, kinds=CHANGES, at=at)[:200]:
        fact = entry.fact
        if isinstance(fact, events.CorrectionFact) and fact.field == field:
            found.append((entry.at, entry.actor, fact))
    return found
