"""Forbidden: another app's tables. Allowed: its queries."""

from huimin.platform.identity import queries
from huimin.platform.identity.models import accounts

BOTH = (queries, accounts)
