"""Forbidden: a rule that knows the framework."""

from django.utils import timezone

CLOCK = timezone
