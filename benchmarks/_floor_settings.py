"""The settings of the city, with the benchmarks' own addresses beside the city's."""

from huimin.settings import *  # noqa: F403

ROOT_URLCONF = "_floor"
