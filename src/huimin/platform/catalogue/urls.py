"""Addresses of the guide; those of its API are in `http/api.py`."""

from django.urls import path, re_path

from huimin.platform.catalogue.http import for_me, pages

app_name = "catalogue"
urlpatterns = [
    path("for-me/", for_me.for_me, name="for_me"),
    re_path(r"^for-me/questions/(?P<kind>person|organisation)/$", for_me.ask, name="for_me_ask"),
    path("services/", pages.browse, name="services"),
    path("services/<slug:code>/", pages.guide, name="guide"),
    path("services/<slug:code>/notice/", pages.notice, name="notice"),
    path("services/<slug:code>/notice.pdf", pages.notice_paper, name="notice_paper"),
]
