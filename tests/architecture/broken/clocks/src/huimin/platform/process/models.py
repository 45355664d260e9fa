"""Clocks in a table."""

from django.db import models
from django.utils import timezone


class Work(models.Model):
    """Forbidden: both fields fill themselves in."""

    opened_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(auto_now=True)
