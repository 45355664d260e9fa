"""Addresses of the worker's app."""

from django.urls import path

from huimin.portals.grid.http import day, pages, sync

app_name = "handset"
urlpatterns = [
    path("grid/", pages.shell, name="shell"),
    path("grid/manifest.json", pages.manifest, name="manifest"),
    path("grid/worker.js", pages.worker, name="worker"),
    path("grid/api/enrol/", sync.enrol, name="enrol"),
    path("grid/api/open/", sync.open_for_session, name="open"),
    path("grid/api/items/", sync.items, name="items"),
    path("grid/api/wiped/", sync.wiped, name="wiped"),
    path("grid/api/day/", day.day, name="day"),
    path("grid/api/houses/", day.houses, name="houses"),
    path("grid/api/houses/<str:key>/", day.house, name="house"),
    path("grid/api/businesses/<str:cell>/", day.businesses, name="businesses"),
]
