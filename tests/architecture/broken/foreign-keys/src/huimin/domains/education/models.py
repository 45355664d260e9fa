"""A domain's own table."""

from django.db import models


class School(models.Model):
    """Allowed."""
