"""Addresses of the city portal."""

from django.urls import path

from huimin.portals.city.http import pages

app_name = "city"
urlpatterns = [
    path("city/", pages.home, name="home"),
    path("statistics/cases/", pages.handling, name="handling"),
    path("statistics/incidents/", pages.incidents, name="incidents"),
    path("open-data/", pages.data, name="data"),
]
