"""Clocks in an operation."""

from django.utils import timezone
from time import monotonic


def close(at: timezone.datetime) -> object:
    """Allowed: converting what is given, measuring a duration."""
    return timezone.localdate(at), monotonic()


def reopen() -> object:
    """Forbidden: asks for today."""
    return timezone.localdate()
