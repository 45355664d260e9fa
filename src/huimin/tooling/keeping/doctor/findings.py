"""What the doctor finds: a sentence of what is wrong and one of what to do, in both languages, with a severity."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path


class Severity(StrEnum):
    """How bad: broken needs a hand now, a warning will become one, a note is only good to know."""

    BROKEN = "broken"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: `code` is the same for every finding of its kind, `wrong` and `remedy` are (zh, en)."""

    severity: Severity
    code: str
    wrong: tuple[str, str]
    remedy: tuple[str, str]

    def line(self, language: str) -> str:
        """The finding in one line."""
        which = 0 if language == "zh" else 1
        return f"{SEVERITIES[self.severity][which]} {self.code}: {self.wrong[which]} → {self.remedy[which]}"


SEVERITIES = {
    Severity.BROKEN: ("故障", "BROKEN"),
    Severity.WARNING: ("警告", "warning"),
    Severity.NOTE: ("提示", "note"),
}


@dataclass(frozen=True)
class Patient:
    """The installation that is looked at: its data folder, the instant, and whether to read everything (chains, lake files, the store)."""

    home: Path
    at: datetime
    in_full: bool = True


Check = Callable[[Patient], Iterator[Finding]]


def broken(code: str, zh: str, en: str, remedy_zh: str, remedy_en: str) -> Finding:
    """A finding that makes `huimin doctor` fail."""
    return Finding(Severity.BROKEN, code, (zh, en), (remedy_zh, remedy_en))


def warning(code: str, zh: str, en: str, remedy_zh: str, remedy_en: str) -> Finding:
    """A finding that will become a fault."""
    return Finding(Severity.WARNING, code, (zh, en), (remedy_zh, remedy_en))


def note(code: str, zh: str, en: str, remedy_zh: str, remedy_en: str) -> Finding:
    """Good to know."""
    return Finding(Severity.NOTE, code, (zh, en), (remedy_zh, remedy_en))
