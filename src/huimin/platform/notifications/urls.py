"""Addresses of notifications."""

from django.urls import path

from huimin.platform.notifications.http import pages

app_name = "notifications"
urlpatterns = [
    path("my/messages/", pages.mine, name="mine"),
    path("my/messages/read/", pages.read_all, name="read_all"),
    path("my/messages/ways/", pages.ways, name="ways"),
    path("my/messages/ways/not-sent/", pages.unsent, name="unsent"),
    path("my/messages/ways/code/<slug:public_id>/", pages.confirm, name="confirm"),
    path("my/messages/ways/<slug:channel>/", pages.ask, name="ask"),
    path("my/messages/ways/<slug:channel>/remove/", pages.remove, name="remove"),
    path("my/messages/<slug:public_id>/", pages.open_notice, name="open"),
    path("my/messages/<slug:public_id>/switch/", pages.switch, name="switch"),
    path("notices/stop/<str:token>/", pages.stop, name="stop"),
]
