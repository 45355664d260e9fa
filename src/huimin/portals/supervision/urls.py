"""Addresses of the board of supervision."""

from django.urls import path

from huimin.portals.supervision.http import pages

app_name = "supervision"
urlpatterns = [
    path("desk/board/", pages.board, name="board"),
    path("desk/board/<slug:code>/", pages.department, name="department"),
]
