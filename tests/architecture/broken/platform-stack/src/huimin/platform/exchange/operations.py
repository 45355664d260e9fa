"""Allowed: exchange stands on identity."""

from huimin.platform.identity import queries

QUERIES = queries
