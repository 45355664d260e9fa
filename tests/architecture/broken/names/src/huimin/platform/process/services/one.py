"""Allowed: declarations of services."""
