"""Forbidden: a folder."""
