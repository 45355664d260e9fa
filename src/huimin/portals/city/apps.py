"""The city's public page."""

from django.apps import AppConfig


class CityConfig(AppConfig):
    """The city portal; its label is its folder's name."""

    name = "huimin.portals.city"
    label = "city"
