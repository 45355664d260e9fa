"""Allowed: a portal that shows the platform."""

from huimin.platform.process import queries

QUERIES = queries
