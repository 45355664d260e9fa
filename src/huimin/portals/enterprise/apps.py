"""The firms' portal."""

from django.apps import AppConfig

from huimin.platform.identity.ports import start_pages


class EnterpriseConfig(AppConfig):
    """The firms' portal."""

    name = "huimin.portals.enterprise"
    label = "enterprise"

    def ready(self) -> None:
        """Who begins to act for a firm begins here."""
        start_pages.register("organisation", "enterprise:home")
