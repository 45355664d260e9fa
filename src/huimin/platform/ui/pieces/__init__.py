"""The inputs of the signature pieces: plain frozen values that an app fills and a template tag draws (`{% load pieces %}`).

Nothing here decides. A masked value arrives masked, a clock arrives counted; the words that go with a state are kept
here, so that a state reads the same on a citizen's phone, on a desk and on the supervision page.
Dates are `datetime.date`, instants are aware `datetime`; texts are shown as they are, escaped.
"""

from huimin.platform.ui.pieces.asking import Answer, Condition, Eligibility, Evidence, EvidenceBy, Trust, Verdict
from huimin.platform.ui.pieces.lists import Cell, Column, Empty, Table
from huimin.platform.ui.pieces.values import Dispute, Figure, Text, Trail, TrailEntry, Value
from huimin.platform.ui.pieces.work import (
    Chip,
    Clock,
    ClockState,
    Progress,
    ProgressState,
    Queue,
    QueueRow,
    Step,
    Steps,
    StepState,
)

__all__ = [
    "Answer",
    "Cell",
    "Chip",
    "Clock",
    "ClockState",
    "Column",
    "Condition",
    "Dispute",
    "Eligibility",
    "Empty",
    "Evidence",
    "EvidenceBy",
    "Figure",
    "Progress",
    "ProgressState",
    "Queue",
    "QueueRow",
    "Step",
    "StepState",
    "Steps",
    "Table",
    "Text",
    "Trail",
    "TrailEntry",
    "Trust",
    "Value",
    "Verdict",
]
