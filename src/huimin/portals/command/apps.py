"""Django's entry for the command centre."""

from django.apps import AppConfig


class CommandConfig(AppConfig):
    """The command centre; its label is its folder's name."""

    name = "huimin.portals.command"
    label = "command"
