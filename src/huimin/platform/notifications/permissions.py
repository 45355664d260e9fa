"""Declared permissions of notifications."""

from typing import Final

READ: Final = "notifications.read"
