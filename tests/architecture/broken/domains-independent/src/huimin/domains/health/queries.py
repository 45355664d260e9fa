"""Forbidden: a domain that knows another."""

from huimin.domains.education import rules

RULES = rules
