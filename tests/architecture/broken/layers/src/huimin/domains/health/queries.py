"""Forbidden: a domain enters a portal."""

from huimin.portals.citizen import faces

FACES = faces
