"""Allowed: writes that use rules."""

from huimin.platform.process import rules

RULES = rules
