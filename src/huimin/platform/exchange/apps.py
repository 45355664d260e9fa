"""Django's entry for the exchange app."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """The exchange app; its label is its folder's name."""

    name = "huimin.platform.exchange"
    label = "exchange"
