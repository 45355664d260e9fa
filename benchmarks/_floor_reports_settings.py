"""The settings of the city, with the address of the floor of a report beside the city's."""

from huimin.settings import *  # noqa: F403

ROOT_URLCONF = "_floor_reports"
