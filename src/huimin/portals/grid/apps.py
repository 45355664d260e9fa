"""The grid worker's app."""

from django.apps import AppConfig


class HandsetConfig(AppConfig):
    """The grid portal; the label `grid` is the platform's app."""

    name = "huimin.portals.grid"
    label = "handset"
