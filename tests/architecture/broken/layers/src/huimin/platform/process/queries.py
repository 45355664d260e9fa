"""Allowed."""
