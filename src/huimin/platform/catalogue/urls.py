"""Addresses of the guide; those of its API are in `http/api.py`."""

from django.urls import path

from huimin.platform.catalogue.http import pages

app_name = "catalogue"
urlpatterns = [
    path("services/", pages.browse, name="services"),
    path("services/<slug:code>/", pages.guide, name="guide"),
    path("services/<slug:code>/notice/", pages.notice, name="notice"),
    path("services/<slug:code>/notice.pdf", pages.notice_paper, name="notice_paper"),
]
