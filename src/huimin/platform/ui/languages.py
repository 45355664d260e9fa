"""The reader's language, as declarations and refusals name it."""

from django.utils.translation import get_language


def reader_language() -> str:
    """`en` for a reader of English, `zh` for everybody else."""
    return "en" if (get_language() or "").startswith("en") else "zh"
