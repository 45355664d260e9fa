"""Thin entries of the city portal."""
