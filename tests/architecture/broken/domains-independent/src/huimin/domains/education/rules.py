"""Allowed: a domain that knows itself."""
