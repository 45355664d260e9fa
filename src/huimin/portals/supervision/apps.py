"""Django's entry for the board of supervision."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """The board of supervision; its label is its folder's name."""

    name = "huimin.portals.supervision"
    label = "supervision"
