"""Allowed: the platform stands on the kernel."""

from huimin.kernel import money

FEE = money
