"""Django's entry for the licences app."""

from importlib import import_module

from django.apps import AppConfig


class LicencesConfig(AppConfig):
    """The licences app; its label is its folder's name."""

    name = "huimin.platform.licences"
    label = "licences"

    def ready(self) -> None:
        """Plug in the installation's own seals. No database."""
        seals = import_module("huimin.platform.licences.adapters.simulated").OwnSeals()
        import_module("huimin.platform.licences.ports").seals.plug(seals)
