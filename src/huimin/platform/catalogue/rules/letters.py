"""Letters of a service: texts with `{placeholders}`, one for each outcome and language."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from huimin.platform.catalogue.rules.faults import Fault

PLACEHOLDERS: Final = frozenset(
    {
        "number", "service", "body", "applicant", "lodged_on", "accepted_on", "decided_on", "due_on",
        "reasons", "amount", "valid_until", "check_by", "missing", "remedies", "place",
    }
)  # fmt: skip
OUTCOMES: Final = ("granted", "refused", "supplement", "lapsed", "stopped", "reminder", "offer")
LANGUAGES: Final = ("zh", "en")
_TOLD: Final = re.compile(r"cases\.tell_([a-z]+)")
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with every placeholder replaced. Raises KeyError where a value is not given."""
    return _PLACEHOLDER.sub(lambda found: values[found[1]], text)


def letter_faults(letters: Mapping[str, str], process: str, *, folder: str = "letters/") -> Iterator[Fault]:
    """Letters that the process tells and that are missing in a language, that nobody would send, that ask for a value that there is not.

    `folder` is what stands before their names.
    """
    for outcome in sorted(set(_TOLD.findall(process))):
        for language in LANGUAGES:
            if f"{outcome}.{language}" not in letters:
                yield Fault(f"{folder}{outcome}.{language}.md", (), "this letter is missing")
    for name, text in letters.items():
        outcome, _, language = name.partition(".")
        if outcome not in OUTCOMES or language not in LANGUAGES:
            yield Fault(f"{folder}{name}.md", (), "no outcome or language is called so")
        if unknown := set(_PLACEHOLDER.findall(text)) - PLACEHOLDERS:
            yield Fault(f"{folder}{name}.md", (), f"no such placeholder: {', '.join(sorted(unknown))}")
