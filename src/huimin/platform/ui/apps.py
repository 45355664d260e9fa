"""The ui app."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class UiConfig(AppConfig):
    """Collects every app's lines in the menus, and the start-up checks."""

    name = "huimin.platform.ui"
    label = "ui"

    def ready(self) -> None:
        """Import each app's rooms `menu.py` (it registers its entries) and `checks.py`."""
        autodiscover_modules("checks", "menu")
