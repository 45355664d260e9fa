"""Which class a text may mean: by what the city's own closed incidents have taught, or by declared keywords before there is anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone

from huimin.platform.incidents.declarations import class_of
from huimin.platform.incidents.declarations.channels import keywords
from huimin.platform.incidents.learning import Learned, NotLearned, Suggestion, by_keywords
from huimin.platform.incidents.models import Incident, JudgedSuggestion, LearnedEdition
from huimin.platform.incidents.queries.routing import current_routing, suggested_departments
from huimin.platform.incidents.rules import State

FOLDER: Final = "incidents/learned"
MOST_TEXTS: Final = 50_000
SHORTEST: Final = 2
"""Characters below which nothing is suggested."""


def current_edition() -> LearnedEdition | None:
    """The model in force, or None before anything was learned."""
    return LearnedEdition.objects.order_by("-number").first()


def path_of(digest: str) -> Path:
    """Where a model of this digest lies."""
    return Path(settings.HOME) / FOLDER / f"{digest}.npz"


@lru_cache(maxsize=2)
def _read(path: Path, digest: str) -> Learned | None:
    """A model from its file; None where the file is gone or is not the one that was written down: then the keywords serve."""
    try:
        return Learned.from_bytes(path.read_bytes(), digest=digest)
    except (OSError, NotLearned):
        return None


@dataclass(frozen=True, kw_only=True)
class Suggested:
    """What a text may mean, best first, and what says so: `edition` 0 means declared keywords, not experience."""

    edition: int
    best: Sequence[Suggestion]

    @property
    def is_learned(self) -> bool:
        """Whether experience says it."""
        return self.edition > 0


def suggest(text: str, *, most: int = 3) -> Suggested:
    """The classes that a text may mean, at most so many. A person decides."""
    plain = text.strip()
    if len(plain) < SHORTEST:
        return Suggested(edition=0, best=())
    edition = current_edition()
    model = _read(path_of(edition.digest), edition.digest) if edition else None
    if edition is None or model is None:
        return Suggested(edition=0, best=tuple(by_keywords(plain, keywords(), most=most)))
    # A class that the standard has no more is nobody's suggestion.
    best = [one for one in model.best(plain, most=most) if one.code in keywords()]
    return Suggested(edition=edition.number, best=tuple(best))


def suggest_for(incident: Incident, *, most: int = 3) -> Suggested:
    """The classes that an incident's own words may mean."""
    return suggest(incident.description, most=most)


def department_for(class_code: str, *, division: str = "") -> str:
    """The department that the routing table in force names for a class in a district; empty where it names none."""
    incident = Incident(class_code=class_code, division=division)
    assigned = suggested_departments(incident, current_routing())
    return next(iter(assigned.departments), "")


def class_name(code: str, language: str, standard_ref: str = "GB/T 30428") -> str:
    """What a class is called; empty for none."""
    found = class_of(standard_ref, code)
    return found.names.text(language) if found else ""


@dataclass(frozen=True, kw_only=True)
class Taught:
    """Texts and their classes: what may be learned from, and what is kept back to see how well it was learned."""

    texts: Sequence[str]
    codes: Sequence[str]
    held_texts: Sequence[str]
    held_codes: Sequence[str]
    held_from: date


def what_may_be_taught(*, on: date) -> Taught:
    """Closed incidents with words and a class of an event, oldest first; those of the latest month that has any are kept back."""
    closed = (
        Incident.objects.filter(state=State.CLOSED, kind="event", class_code__gt="", description__gt="")
        .order_by("-closed_at", "-id")
        .values_list("description", "class_code", "closed_at")[:MOST_TEXTS]
    )
    rows = [(text, code, timezone.localdate(at)) for text, code, at in closed if at is not None]
    rows.reverse()
    held_from = rows[-1][2].replace(day=1) if rows else on.replace(day=1)
    early = [row for row in rows if row[2] < held_from]
    if not early:
        # A city in its first month: the last fifth is kept back.
        cut = len(rows) * 4 // 5
        early, held = rows[:cut], rows[cut:]
        held_from = held[0][2] if held else held_from
    else:
        held = [row for row in rows if row[2] >= held_from]
    return Taught(
        texts=[text for text, _, _ in early],
        codes=[code for _, code, _ in early],
        held_texts=[text for text, _, _ in held],
        held_codes=[code for _, code, _ in held],
        held_from=held_from,
    )


@dataclass(frozen=True, kw_only=True)
class Taken:
    """How often people took what an edition suggested: of `judged`, so many the first, so many one of the three."""

    edition: int
    judged: int
    first: int
    three: int

    @property
    def first_percent(self) -> int | None:
        """Whole percent that took the first; None where nothing was judged."""
        return round(100 * self.first / self.judged) if self.judged else None

    @property
    def three_percent(self) -> int | None:
        """Whole percent that took one of the three."""
        return round(100 * self.three / self.judged) if self.judged else None


def taken_by_edition(*, since: datetime | None = None) -> list[Taken]:
    """How often what was suggested was taken, the newest edition first."""
    judged = JudgedSuggestion.objects.all() if since is None else JudgedSuggestion.objects.filter(judged_at__gte=since)
    rows = judged.values("edition").annotate(
        judged=Count("id"), first=Count("id", filter=Q(place=1)), three=Count("id", filter=Q(place__gt=0))
    )
    return [Taken(**row) for row in rows.order_by("-edition")[:12]]


def learned_editions(*, most: int = 12) -> list[LearnedEdition]:
    """The models that were learned, the newest first."""
    return list(LearnedEdition.objects.order_by("-number")[:most])
