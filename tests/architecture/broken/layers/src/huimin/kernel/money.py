"""Allowed: the kernel stands on nothing."""
