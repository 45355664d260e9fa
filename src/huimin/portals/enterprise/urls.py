"""Addresses of the firms' portal."""

from django.urls import path

from huimin.portals.enterprise.http import agents, pages

app_name = "enterprise"
urlpatterns = [
    path("enterprise/home/", pages.home, name="home"),
    path("enterprise/agents/", agents.agents, name="agents"),
    path("enterprise/agents/new/", agents.give, name="give"),
    path("enterprise/agents/<str:public_id>/", agents.agent, name="agent"),
    path("enterprise/agents/<str:public_id>/end/", agents.end, name="end"),
    path("enterprise/seal/", agents.seal, name="seal"),
]
