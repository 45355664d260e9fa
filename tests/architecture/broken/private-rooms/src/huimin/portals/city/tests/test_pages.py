"""Allowed: a test sets its scene."""

from huimin.platform.identity.models import accounts

ACCOUNTS = accounts
