"""The officials' portal."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The officials' portal."""

    name = "huimin.portals.desk"
    label = "desk"
