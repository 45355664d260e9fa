"""Forbidden: the kernel knows the framework."""

from django.conf import settings

SETTINGS = settings
