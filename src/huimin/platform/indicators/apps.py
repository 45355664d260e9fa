"""Django's entry for the indicators app."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """The indicators app; its label is its folder's name."""

    name = "huimin.platform.indicators"
    label = "indicators"
    verbose_name = "城市统计"
