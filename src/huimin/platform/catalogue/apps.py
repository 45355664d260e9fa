"""Django's entry for the catalogue app."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """The catalogue app; its label is its folder's name."""

    name = "huimin.platform.catalogue"
    label = "catalogue"
