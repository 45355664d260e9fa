"""Start of identity: the ports of a demonstration are plugged, declarations are checked."""

from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import autodiscover_modules

from huimin.platform.identity import ports
from huimin.platform.identity.adapters.simulated import send_on_screen, stamp_simulated


class IdentityConfig(AppConfig):
    """Accounts, posts, grants and scope."""

    name = "huimin.platform.identity"
    label = "identity"
    verbose_name = "身份与授权"

    def ready(self) -> None:
        """Plug what is simulated, the gateway only in a demonstration; import the checks. No database, no network."""
        if settings.DEMO and ports.code_gateway.find() is None:
            ports.code_gateway.plug(send_on_screen)
        if ports.firm_seals.find() is None:
            ports.firm_seals.plug(stamp_simulated)
        autodiscover_modules("checks")
