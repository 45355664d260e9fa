"""Thin entries of the citizens' portal."""
