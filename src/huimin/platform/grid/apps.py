"""Django's entry for the grid app."""

from django.apps import AppConfig


class GridConfig(AppConfig):
    """The grid app; its label is its folder's name."""

    name = "huimin.platform.grid"
    label = "grid"
