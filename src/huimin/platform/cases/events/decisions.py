"""Decisions by rule and what is found for them, and the look before lodging."""

from dataclasses import dataclass

from huimin.platform.cases.events.applications import CaseFact


@dataclass(frozen=True, kw_only=True)
class CaseDecidedByTable(CaseFact):
    """A decision table decided, or sent the case to a human: the rule, and the names of what was missing.

    `sampled`: a human looks at it afterwards.
    """

    outcome: str
    rule: str
    missing: tuple[str, ...] = ()
    sampled: bool = False

    zh = "按规则自动判定：{outcome}"
    en = "Decided by rule: {outcome}"


@dataclass(frozen=True, kw_only=True)
class PreReviewAsked(CaseFact):
    """Somebody asked a window to look at his draft before he lodges it; its subject is `pre_review:<number>`."""

    zh = "请窗口预审"
    en = "Pre-review asked for"


@dataclass(frozen=True, kw_only=True)
class PreReviewSettled(CaseFact):
    """The window looked: the draft is `ready`, or something is `missing`."""

    found: str

    zh = "预审意见：{found}"
    en = "Pre-reviewed: {found}"


@dataclass(frozen=True, kw_only=True)
class FactFound(CaseFact):
    """An official found out what no registry could tell: `what` is an input of the service's table; the value stays with the case."""

    what: str

    zh = "人工认定：{what}"
    en = "Found out by an official: {what}"


@dataclass(frozen=True, kw_only=True)
class RulingChecked(CaseFact):
    """A human looked at a decision by rule: `right`, or wrong and `mended`, or doubtful and it `stands`."""

    found: str

    zh = "自动判定经人工抽检：{found}"
    en = "Decision by rule checked by a human: {found}"
