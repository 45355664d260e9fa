"""Addresses of the open-data files."""

from django.urls import path

from huimin.platform.indicators.http import pages

app_name = "indicators"
urlpatterns = [
    path("open-data/<slug:code>.csv", pages.csv_file, name="csv"),
    path("open-data/<slug:code>.json", pages.json_file, name="json"),
]
