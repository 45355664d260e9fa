"""Django's entry for the exchange app."""

from importlib import import_module

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """The exchange app; its label is its folder's name."""

    name = "huimin.platform.exchange"
    label = "exchange"

    def ready(self) -> None:
        """Plug the steps of data requests into processes. No database."""
        import_module("huimin.platform.exchange.steps")
