"""Entries of the worker's app."""
