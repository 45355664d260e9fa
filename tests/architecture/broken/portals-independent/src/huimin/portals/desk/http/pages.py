"""Forbidden: a portal that knows another."""

from huimin.portals.citizen import queries

QUERIES = queries
