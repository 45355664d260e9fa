"""Addresses of the ui app; the style page only where the installation is a demonstration."""

from typing import Final

from django.conf import settings
from django.urls import URLPattern, path

from huimin.platform.ui.http import pages, reading, style

app_name = "ui"
STYLE: Final[list[URLPattern]] = [
    path("style/", style.style_page, name="style"),
    path("style/progress/", style.sample_progress, name="style_progress"),
    path("style/archive/", style.archive_sample, name="style_archive"),
    path("style/restore/", style.restore_sample, name="style_restore"),
    path("style/form/", style.sample_form, name="style_form"),
]
urlpatterns: list[URLPattern] = [
    path("healthz", pages.healthz, name="healthz"),
    path("help/", pages.help_page, name="help"),
    path("reading/language/", reading.choose_language, name="language"),
    path("reading/elder/", reading.choose_elder_mode, name="elder"),
    *(STYLE if settings.DEMO else []),
]
