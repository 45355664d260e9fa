"""Allowed: an app may."""

from django.conf import settings

SETTINGS = settings
