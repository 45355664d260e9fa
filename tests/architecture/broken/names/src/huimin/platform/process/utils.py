"""Forbidden."""
