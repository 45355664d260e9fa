"""Forbidden: the bottom of the stack looks up."""

from huimin.platform.identity import queries

QUERIES = queries
