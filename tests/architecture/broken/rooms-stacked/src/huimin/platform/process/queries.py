"""Forbidden: reads that call writes."""

from huimin.platform.process import operations

OPERATIONS = operations
