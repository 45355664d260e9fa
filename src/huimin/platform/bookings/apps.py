"""Django's entry for the bookings app."""

from importlib import import_module

from django.apps import AppConfig


class BookingsConfig(AppConfig):
    """The bookings app; its label is its folder's name."""

    name = "huimin.platform.bookings"
    label = "bookings"

    def ready(self) -> None:
        """Hold the city's offices to their checks at start. No database."""
        import_module("huimin.platform.bookings.checks")
