"""The process app."""

from importlib import import_module

from django.apps import AppConfig


class ProcessConfig(AppConfig):
    """Definitions, work items, clocks, the inbox."""

    name = "huimin.platform.process"
    label = "process"

    def ready(self) -> None:
        """Hold the city's declarations to the start-up checks, and enter the desk's pages into the menu, whose room needs the models."""
        import_module("huimin.platform.process.checks")
        import_module("huimin.platform.process.http.menu")
