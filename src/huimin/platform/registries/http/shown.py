"""From cards, looks and corrections to the pieces of the page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huimin.platform.exchange.declarations import resources
from huimin.platform.exchange.events import SharedRecordRead
from huimin.platform.journal.rules import Actor
from huimin.platform.process import queries as process
from huimin.platform.registries import queries, questions
from huimin.platform.registries.events import CorrectionFact, LookedUp, QuestionAnswered
from huimin.platform.registries.fields import (
    ORGANISATIONS,
    PEOPLE,
    department_name,
    fields_of,
    in_language,
    post_name,
    purpose_name,
    source_name,
)
from huimin.platform.registries.models import Correction
from huimin.platform.registries.queries.cards import Card, CardValue
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.pieces import Clock, Dispute, Trail, TrailEntry, Value

ABSENT_IS_NEWS: Final = frozenset({"name", "sex", "birth_date", "hukou_address", "residence_address", "phone"})
"""Fields whose absence is worth a line; a disability or a death that nobody has recorded is not."""
BY_PERSON: Final = gettext_lazy("本人")
SYSTEM: Final = gettext_lazy("系统")


def label_of(field: str, registry: str = PEOPLE) -> str:
    """What a field is called."""
    return fields_of(registry)[field].label(reader_language())


def text_of(field: str, value: str, registry: str = PEOPLE) -> str:
    """A stored value as it reads."""
    return fields_of(registry)[field].text(value, reader_language()) if value else ""


def value_piece(value: CardValue, registry: str, *, trail_url: str = "", correct_url: str = "") -> Value:
    """A field of a card with its source."""
    words, spoken = fields_of(registry)[value.field], reader_language()
    plain = value.mask is None

    def read(text: str) -> str:
        return words.text(text, spoken) if plain and text else text

    return Value(
        label=words.label(spoken),
        text=read(value.value),
        source=source_name(value.source, spoken) if value.source else "",
        as_of=value.day,
        agreeing=len({claim.source for claim in value.agreeing}),
        disputes=[
            Dispute(source=source_name(claim.source, spoken), text=read(claim.value), as_of=claim.day)
            for claim in value.disputes
        ],
        unmask_by="" if plain else BY_PERSON,
        trail_url=trail_url,
        correct_url=correct_url,
        tabular=words.is_tabular,
    )


def card_values(card: Card) -> list[Value]:
    """The values of a card as an official sees them."""
    return [value_piece(value, card.registry) for value in card.values if value.value]


def own_values(own: queries.Own) -> list[Value]:
    """One's own values: each badge leads to its trail, each value that can be corrected here to its form."""
    shown = [value for value in own.card.values if value.value or value.field in ABSENT_IS_NEWS]
    return [own_value(value, own.row.registry) for value in shown]


def own_value(value: CardValue, registry: str) -> Value:
    """One of one's own values. What is registered of a firm is changed by its register, not by a correction here."""
    can_ask = registry == PEOPLE and bool(value.value) and not fields_of(PEOPLE)[value.field].window
    return value_piece(
        value,
        registry,
        trail_url=reverse("registries:my_value", args=[value.field]) if value.value else "",
        correct_url=reverse("registries:correct", args=[value.field]) if can_ask else "",
    )


@dataclass(frozen=True)
class Said:
    """What one department says of a value: whether that is the golden one, and where its person can ask it to correct its record."""

    department: str
    text: str
    day: date | None
    agrees: bool
    correct_url: str = ""


def claims(value: CardValue, registry: str = PEOPLE, *, correct_url: str = "") -> list[Said]:
    """Who says what of a value, the golden one first."""
    spoken, words = reader_language(), fields_of(registry)[value.field]
    own = [(value.source, value.value, value.day)] + [(c.source, c.value, c.day) for c in value.agreeing]
    others = [(c.source, c.value, c.day) for c in value.disputes]
    return [
        Said(
            source_name(source, spoken),
            words.text(text, spoken),
            day,
            agrees,
            "" if agrees or not correct_url else f"{correct_url}?source={source}",
        )
        for group, agrees in ((own, True), (others, False))
        for source, text, day in group
    ]


# ── Who looked ───────────────────────────────────────────────────────────────────────────────────────────────────────


def actor_name(actor: Actor) -> str:
    """Who did something, as its subject is told: the post for an official, the person for himself, else the system."""
    if actor.post:
        return post_name(actor.post, reader_language())
    named = {"system": SYSTEM, "client": gettext_lazy("部门系统"), "account": BY_PERSON}
    return str(named[str(actor.kind)])


def look_entries(entries: Iterable[Any]) -> list[TrailEntry]:
    """Looks in words: who, what was seen, for what purpose, on which case."""
    return [look_entry(entry.at, entry.actor, entry.fact) for entry in entries]


def _registry_of(fact: LookedUp) -> str:
    return ORGANISATIONS if fact.subject.startswith("organisation:") else PEOPLE


def _seen(fact: LookedUp | QuestionAnswered | SharedRecordRead) -> str:
    """What a look showed, in words."""
    if isinstance(fact, QuestionAnswered):
        return _("只问是否：%(question)s") % {"question": question_name(fact.question)}
    if isinstance(fact, SharedRecordRead):
        resource, spoken = resources().get(fact.resource), reader_language()
        names = (
            [in_language(resource.items[item], spoken) for item in fact.fields if item in resource.items]
            if resource
            else []
        )
        named = in_language(resource.names, spoken) if resource else fact.resource
        return _("从“%(resource)s”的记录里查看了 %(fields)s") % {"resource": named, "fields": _("、").join(names)}
    return _("查看了 %(fields)s") % {
        "fields": _("、").join(label_of(field, _registry_of(fact)) for field in fact.fields)
    }


def look_entry(at: datetime, actor: Actor, fact: LookedUp | QuestionAnswered | SharedRecordRead) -> TrailEntry:
    """One look in words."""
    spoken, seen = reader_language(), _seen(fact)
    why = [_("用途：%(purpose)s") % {"purpose": own_purpose(fact.purpose) or purpose_name(fact.purpose, spoken)}]
    why += [_("事项编号：%(number)s") % {"number": fact.case_ref}] if fact.case_ref else []
    return TrailEntry(at=at, who=actor_name(actor), act=seen, why=_("；").join(why))


def own_purpose(code: str) -> str:
    """A purpose that no city declares: somebody acts for the person, or takes in his application at a window."""
    return {"self": _("代本人查看"), "window_intake": _("在窗口为本人收件")}.get(code, "")


def question_name(code: str) -> str:
    """A yes/no question in words; its code where it is no longer declared."""
    question = questions.declared().questions.get(code)
    return in_language(question.names, reader_language()) if question else code


# ── Corrections ──────────────────────────────────────────────────────────────────────────────────────────────────────

ACTS: Final = {
    "CorrectionAsked": gettext_lazy("提出更正，交%(department)s核实"),
    "CorrectionValueChosen": gettext_lazy("核定更正后的内容"),
    "CorrectionGranted": gettext_lazy("同意更正"),
    "CorrectionRefused": gettext_lazy("未予更正"),
    "CorrectionLanded": gettext_lazy("已更正，%(department)s的记录已更新"),
    "CorrectionAwaited": gettext_lazy("同意更正，等%(department)s重新交付数据"),
}


def correction_trail(found: Sequence[tuple[datetime, Actor, CorrectionFact]]) -> Trail:
    """What was done about a value, in words."""
    return Trail(
        entries=[TrailEntry(at=at, who=actor_name(actor), act=act_of(fact)) for at, actor, fact in found], open_count=10
    )


def act_of(fact: CorrectionFact) -> str:
    """What a fact about a correction tells."""
    decider, resource = getattr(fact, "decider", ""), getattr(fact, "resource", "")
    department = (
        department_name(decider.partition(".")[0], reader_language())
        if decider
        else source_name(resource, reader_language())
    )
    return str(ACTS[type(fact).__name__]) % {"department": department}


def clock_of(correction: Correction, progress: queries.Progress, on: date) -> Clock | None:
    """The clock of a correction: that of the step which somebody has to take now."""
    live = progress.live
    if correction.answered_at is not None:
        return Clock(left=0, total=0, done_on=timezone.localdate(correction.answered_at))
    if live is None or live.due_on is None:
        return None
    calendar = process.work_calendar()
    return Clock(
        left=calendar.between(on, live.due_on),
        total=calendar.between(timezone.localdate(live.opened_at), live.due_on),
        until=live.due_on,
        due_within=calendar.between(live.turn_on, live.due_on),
    )


def holder_of(progress: queries.Progress) -> str:
    """Who has a correction now: the post."""
    return post_name(progress.live.post.code, reader_language()) if progress.live and progress.live.post else ""
