"""Thin entries of mediation."""
