"""Thin entries of the board of supervision."""
