"""Allowed: nothing here."""
