"""Decisions on their way back to the departments' records: what has come in, what was sent back, what cannot be written."""

from collections.abc import Sequence
from dataclasses import dataclass

from huimin.platform.cases.models import Case, OutcomeRecord
from huimin.platform.exchange.declarations import resources


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A record that a decision gives back, in the reader's words: `problem` is blank where there is none."""

    name: str
    resource: str
    is_in: bool
    problem: str


def outgoing_of(case: Case, *, language: str) -> Sequence[Outgoing]:
    """The records of a case, in the order of the service's outcome."""
    return [_outgoing(record, language) for record in case.records.order_by("id")]


def _outgoing(record: OutcomeRecord, language: str) -> Outgoing:
    names = resources()[record.resource].names if record.resource in resources() else None
    name = record.resource if names is None else names.en if language.startswith("en") else names.zh
    problem = record.problem.get("en" if language.startswith("en") else "zh", "")
    return Outgoing(
        name=name, resource=record.resource, is_in=record.delivery is not None and not problem, problem=problem
    )


def outcomes_held_up() -> Sequence[OutcomeRecord]:
    """The records that could not be written at the last try, with their cases, the oldest first."""
    waiting = OutcomeRecord.objects.filter(delivery=None, tries__gt=0).select_related("case")
    return list(waiting.order_by("id")[:1000])
