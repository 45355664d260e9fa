"""Reads: definitions, the calendar, the inbox, one work item with the right to it, who has it and what happened, cards."""

from huimin.platform.process.queries.calendar import work_calendar
from huimin.platform.process.queries.cards import access_card, cards, may_explain
from huimin.platform.process.queries.conduct import conduct_of, waiting_again
from huimin.platform.process.queries.definitions import (
    DefinitionUnknown,
    get_definition,
    get_process_graph,
    older_processes,
)
from huimin.platform.process.queries.hands import absences_about, posts_reached, stood_in_for
from huimin.platform.process.queries.inbox import Counts, InboxView, find_by_number, inbox, inbox_counts, menu_count
from huimin.platform.process.queries.items import (
    ALL,
    Acts,
    access_process,
    access_work_item,
    acts_on,
    answer_by,
    earlier_steps,
    ends_of,
    find_waiting_for_applicant,
    holds_work,
    last_day,
    live_steps_about,
    may_decide_cards,
    may_supervise,
    remarks_of,
    subjects_waiting_for_applicant,
    supervised_by,
    trail_of,
    work_in_hand,
)
from huimin.platform.process.queries.standings import Stand, stands_of
from huimin.platform.process.queries.trace import Line, Trace, trace

__all__ = [
    "ALL",
    "Acts",
    "Counts",
    "DefinitionUnknown",
    "InboxView",
    "Line",
    "Stand",
    "Trace",
    "absences_about",
    "access_card",
    "access_process",
    "access_work_item",
    "acts_on",
    "answer_by",
    "cards",
    "conduct_of",
    "earlier_steps",
    "ends_of",
    "find_by_number",
    "find_waiting_for_applicant",
    "get_definition",
    "get_process_graph",
    "holds_work",
    "inbox",
    "inbox_counts",
    "last_day",
    "live_steps_about",
    "may_decide_cards",
    "may_explain",
    "may_supervise",
    "menu_count",
    "older_processes",
    "posts_reached",
    "remarks_of",
    "stands_of",
    "stood_in_for",
    "subjects_waiting_for_applicant",
    "supervised_by",
    "trace",
    "trail_of",
    "waiting_again",
    "work_calendar",
    "work_in_hand",
]
