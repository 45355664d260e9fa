"""Tables of cases: the draft, the case, who signs, its papers, its results, its rating."""

from huimin.platform.cases.models.applications import (
    REFERENCE_LENGTH,
    Case,
    CaseOver,
    CaseQuerySet,
    Channel,
    Draft,
    Serial,
    new_public_id,
)
from huimin.platform.cases.models.notices import Notice, Objection
from huimin.platform.cases.models.papers import Evidence, Intake, Letter, Upload
from huimin.platform.cases.models.parties import PartySearch, Signature
from huimin.platform.cases.models.pre_reviews import PreReview
from huimin.platform.cases.models.ratings import LEVELS, Rating, StuckMatter
from huimin.platform.cases.models.results import Finding, OutcomeRecord, Payment, Registration, Ruling

__all__ = [
    "LEVELS",
    "REFERENCE_LENGTH",
    "Case",
    "CaseOver",
    "CaseQuerySet",
    "Channel",
    "Draft",
    "Evidence",
    "Finding",
    "Intake",
    "Letter",
    "Notice",
    "Objection",
    "OutcomeRecord",
    "PartySearch",
    "Payment",
    "PreReview",
    "Rating",
    "Registration",
    "Ruling",
    "Serial",
    "Signature",
    "StuckMatter",
    "Upload",
    "new_public_id",
]
