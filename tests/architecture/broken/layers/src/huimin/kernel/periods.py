"""Forbidden: the kernel looks up into the platform."""

from huimin.platform.process import rules

RULES = rules
