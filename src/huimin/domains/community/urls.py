"""Addresses of mediation."""

from django.urls import path

from huimin.domains.community.http import pages

app_name = "community"
urlpatterns = [
    path("mediations/", pages.mediations, name="mediations"),
    path("mediations/new/", pages.new, name="new_mediation"),
    path("mediations/<slug:number>/", pages.mediation, name="mediation"),
]
