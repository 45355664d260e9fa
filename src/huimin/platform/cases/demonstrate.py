"""Living cases for a demonstration, made by the operations that clerks, examiners and the nightly scan use; synthetic people only."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from huimin.kernel.refusals import Refusal
from huimin.platform.cases import operations, queries
from huimin.platform.cases.models import Case, Rating
from huimin.platform.catalogue.queries.eligibility import scan
from huimin.platform.catalogue.queries.items import get_service
from huimin.platform.identity.declarations import this_city
from huimin.platform.identity.queries import find_account_named
from huimin.platform.journal.rules import Actor
from huimin.platform.process import operations as process
from huimin.platform.process.queries import trace

BENEFIT: Final = "old_age_allowance"
SERVICE: Final = "identity_card_replacement"
APPLICANTS: Final = "retirement"
"""The service whose scan names the people who apply here: any that finds adults will do."""
OFFERS: Final = 30
CASES: Final = 12
PATHS: Final[tuple[tuple[str, ...], ...]] = (
    (),
    ("forwarded",),
    ("forwarded", "agreed"),
    ("forwarded", "agreed", "made"),
    ("forwarded", "agreed", "made", "handed_out"),
    ("forwarded", "objected"),
    ("returned",),
)
"""How far a case is taken: the outcomes of its steps, one after the other."""
AGES: Final = (0, 2, 5, 9, 40)
"""How many days ago a case was taken in: some are fresh, some due, some overdue."""
RATED: Final = {"granted": (1, "nearby"), "refused": (5, "many_offices"), "not_accepted": (4, "no_list")}
"""The level that a case is rated with, and what is ticked, by how it ended."""


def demonstrate(*, actor: Actor, at: datetime) -> int:
    """Offer a benefit to some who qualify for it, and take in applications that then stand in every state; gives how many cases.

    Done once in a city: one that has cases is left alone.
    """
    if Case.objects.exists():
        return 0
    offered = operations.offer_benefits(BENEFIT, actor=actor, at=at, limit=OFFERS).offered
    residents = [f"person:{key}" for key in scan(get_service(APPLICANTS), on=timezone.localdate(at)).yes[:CASES]]
    return offered + take_in_some(residents, at=at)


def take_in_some(residents: Sequence[str], *, at: datetime) -> int:
    """Take in a lost identity card of each of these people, and take each case a step further than the one before."""
    desks = _desks()
    return sum(
        _take_in(resident, PATHS[place % len(PATHS)], desks, at, age=timedelta(days=AGES[place % len(AGES)]))
        for place, resident in enumerate(residents)
    )


def _desks() -> dict[str, Actor]:
    """The demonstration's officials by their post."""
    found: dict[str, Actor] = {}
    for persona in this_city().personas.personas:
        account = find_account_named(f"demo.{persona.code}") if persona.post else None
        if account is not None and persona.post:
            found[persona.post] = Actor(kind="account", ref=account.public_id, post=persona.post)
    return found


def _take_in(resident: str, path: Sequence[str], desks: dict[str, Actor], at: datetime, *, age: timedelta) -> bool:
    """Take in a case so long ago, and go through its steps now: what lay too long is found by supervision."""
    facts = queries.facts_of(resident, on=timezone.localdate(at))
    clerk = desks["xzfw.window"]
    try:
        draft = operations.start_intake(SERVICE, citizen_id=facts.number, name=facts.name, actor=clerk, at=at - age)
    except Refusal:
        # Whom the registry cannot name with certainty is not taken in without his document.
        return False
    lost_on = timezone.localdate(at - age) - timedelta(days=3)
    answers = {"reason": "lost", "lost_on": lost_on.isoformat(), "on_allowance": False, "delivery": "pickup"}
    if "phone" not in facts.golden:
        answers["phone"] = "13900000000"
    operations.answer_questions(draft.public_id, answers, actor=clerk, at=at - age)
    materials = [material.code for material in get_service(SERVICE).item.materials]
    operations.see_originals(draft.public_id, materials, actor=clerk, at=at - age)
    case = operations.lodge_at_window(draft.public_id, actor=clerk, at=at - age)
    for outcome in path:
        item = trace(case.reference, facts_at_most=0, at=at).waiting[0]
        desk = desks[item.post.code if item.post else ""]
        process.claim(number=item.number, actor=desk, at=at)
        process.complete(number=item.number, outcome=outcome, note="演示", actor=desk, at=at)
    _rate(case, at)
    return True


def _rate(case: Case, at: datetime) -> None:
    """What ended is rated with the code of its receipt: well where it was granted, badly where it was refused."""
    case.refresh_from_db()
    if case.is_open:
        return
    level, mark = RATED.get(case.state, (2, "good_manner"))
    code = queries.rating_code(case.number, Rating.Channel.CODE)
    operations.rate_by_code(code, level=level, marks=[mark], at=at)
