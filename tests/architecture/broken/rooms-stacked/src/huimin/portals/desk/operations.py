"""Forbidden: an operation that knows the pages."""

from huimin.portals.desk.http import pages

PAGES = pages
