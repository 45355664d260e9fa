"""Thin entries of the command centre."""
