"""Entries of incidents: pages, and the protocols by which reports come in."""
