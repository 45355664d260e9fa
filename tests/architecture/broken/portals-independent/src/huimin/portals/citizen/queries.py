"""Allowed: a portal that knows itself."""
