"""Which language the person at the terminal reads."""

import os


def language() -> str:
    """`zh` or `en`, from LC_ALL, LC_MESSAGES or LANG, in POSIX's order; any other language, or none, reads English."""
    chosen = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "zh" if chosen.lower().startswith("zh") else "en"


def either(zh: str, en: str) -> str:
    """The one of two sentences that the reader understands."""
    return zh if language() == "zh" else en
