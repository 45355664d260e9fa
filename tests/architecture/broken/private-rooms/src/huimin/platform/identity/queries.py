"""Allowed: an app enters its own rooms."""

from huimin.platform.identity.models import accounts

ACCOUNTS = accounts
