"""Small shapes that go with the words of states, so that no state is told by colour alone (and none is lost in print)."""

from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from huimin.platform.ui.pieces import ClockState, EvidenceBy, ProgressState, StepState, Verdict

SHAPES: Final[dict[str, str]] = {
    "good": '<path d="M2.5 8.5l3.5 3.5 7.5-8" fill="none" stroke="currentColor" stroke-width="2.2"/>',
    "running": '<circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" stroke-width="2"/>'
    '<path d="M8 8V2.5A5.5 5.5 0 0 1 13.5 8z"/>',
    "due": '<path d="M8 1.5L15 14H1z"/>',
    "late": '<path d="M2.5 2.5h11v11h-11z"/>',
    "stopped": '<path d="M3 2.5h3.5v11H3zM9.5 2.5H13v11H9.5z"/>',
    "next": '<circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="2.5 2"/>',
    "no": '<path d="M3 3l10 10M13 3L3 13" fill="none" stroke="currentColor" stroke-width="2.2"/>',
    "maybe": '<path d="M8 1.5L14.5 8 8 14.5 1.5 8z" fill="none" stroke="currentColor" stroke-width="2"/>',
    "info": '<circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" stroke-width="1.8"/>'
    '<path d="M7.1 7h1.8v5H7.1zM7.1 4.2h1.8v1.7H7.1z"/>',
    "promise": '<path d="M3 2h10v12H3z" fill="none" stroke="currentColor" stroke-width="1.8"/>'
    '<path d="M5.5 8l2 2 3.2-4" fill="none" stroke="currentColor" stroke-width="1.6"/>',
}

CLOCK: Final = {
    ClockState.RUNNING: "running",
    ClockState.DUE: "due",
    ClockState.LATE: "late",
    ClockState.STOPPED: "stopped",
    ClockState.DONE: "good",
}
STEP: Final = {
    StepState.DONE: "good",
    StepState.NOW: "running",
    StepState.STOPPED: "stopped",
    StepState.LATE: "late",
    StepState.NEXT: "next",
}
VERDICT: Final = {Verdict.YES: "good", Verdict.NO: "no", Verdict.MAYBE: "maybe"}
EVIDENCE: Final = {
    EvidenceBy.LICENCE: "good",
    EvidenceBy.REGISTRY: "good",
    EvidenceBy.UPLOAD: "good",
    EvidenceBy.PROMISE: "promise",
    EvidenceBy.MISSING: "due",
}
PROGRESS: Final = {
    ProgressState.WAITING: "next",
    ProgressState.RUNNING: "running",
    ProgressState.DONE: "good",
    ProgressState.FAILED: "late",
}


def svg(name: str) -> SafeString:
    """The shape as inline SVG, hidden from screen readers (the word beside it says the same). Raises `KeyError`."""
    # Safe: the shapes are the constants above.
    shape = mark_safe(SHAPES[name])  # noqa: S308
    return format_html('<svg class="mark" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>', shape)
