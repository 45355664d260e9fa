"""The citizens' portal."""

from django.apps import AppConfig


class CitizenConfig(AppConfig):
    """The citizens' portal."""

    name = "huimin.portals.citizen"
    label = "citizen"
