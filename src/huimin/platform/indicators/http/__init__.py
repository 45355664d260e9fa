"""Thin entries of indicators: open-data files, and the API."""
