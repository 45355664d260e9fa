"""Allowed: a table that knows the framework."""

from django.db import models

MODELS = models
