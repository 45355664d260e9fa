"""Addresses of the citizens' portal."""

from django.urls import path

from huimin.portals.citizen.http import pages

app_name = "citizen"
urlpatterns = [path("", pages.home, name="home")]
