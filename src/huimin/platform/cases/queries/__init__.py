"""Reads of cases: drafts and own cases, what the city knows already, a case at the desk, how one goes."""

from huimin.platform.cases.queries.drafts import (
    NoSuchDraft,
    Readiness,
    access_draft,
    applicant_of,
    open_drafts,
    readiness,
)
from huimin.platform.cases.queries.files import (
    NoSuchCase,
    access_case_in_hand,
    access_own_case,
    access_upload,
    get_case,
    numbered,
    own_cases,
    service_of,
    service_of_draft,
    waiting_cases,
)
from huimin.platform.cases.queries.known import Facts, Parties, facts_of, known_answers, parties_of
from huimin.platform.cases.queries.taking_in import (
    access_taken_in,
    find_half_taken,
    find_lodged,
    find_receipt,
    half_taken,
    taken_in,
    window_posts,
)

__all__ = [
    "Facts",
    "NoSuchCase",
    "NoSuchDraft",
    "Parties",
    "Readiness",
    "access_case_in_hand",
    "access_draft",
    "access_own_case",
    "access_taken_in",
    "access_upload",
    "applicant_of",
    "facts_of",
    "find_half_taken",
    "find_lodged",
    "find_receipt",
    "get_case",
    "half_taken",
    "known_answers",
    "numbered",
    "open_drafts",
    "own_cases",
    "parties_of",
    "readiness",
    "service_of",
    "service_of_draft",
    "taken_in",
    "waiting_cases",
    "window_posts",
]
