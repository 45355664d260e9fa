"""Django's entry for the incidents app."""

from importlib import import_module

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """The incidents app; its label is its folder's name."""

    name = "huimin.platform.incidents"
    label = "incidents"

    def ready(self) -> None:
        """Register the steps that the drawings of incidents name, and plug in the neighbours. No database."""
        import_module("huimin.platform.incidents.steps")
        ports = import_module("huimin.platform.incidents.ports")
        ports.neighbours.plug(import_module("huimin.platform.incidents.adapters.open311").Open311Neighbours())
