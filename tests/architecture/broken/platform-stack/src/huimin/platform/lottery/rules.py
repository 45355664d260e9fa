"""Forbidden: an app that has no place in the stack."""
