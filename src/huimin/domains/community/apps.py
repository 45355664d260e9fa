"""Django's entry for the community."""

from importlib import import_module

from django.apps import AppConfig


class CommunityConfig(AppConfig):
    """The community; its label is its folder's name."""

    name = "huimin.domains.community"
    label = "community"

    def ready(self) -> None:
        """Register the steps that the drawing of mediation names. No database."""
        import_module("huimin.domains.community.steps")
