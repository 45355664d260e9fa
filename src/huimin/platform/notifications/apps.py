"""Start of notifications: what sends is plugged in as the settings say; the tables of notices are checked."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings


class NotificationsConfig(AppConfig):
    """Notices, e-mail and text messages."""

    name = "huimin.platform.notifications"
    label = "notifications"
    verbose_name = "通知"

    def ready(self) -> None:
        """Plug what the settings name: a mail server where there is one; in a demonstration what is not sent is kept and shown."""
        ports = import_module("huimin.platform.notifications.ports")
        simulated = import_module("huimin.platform.notifications.adapters.simulated")
        smtp = import_module("huimin.platform.notifications.adapters.smtp")
        if settings.SMTP_URL:
            ports.email_gate.plug(smtp.SmtpGate())
        elif settings.DEMO:
            ports.email_gate.plug(simulated.KeptMail())
        if settings.DEMO:
            ports.sms_gate.plug(simulated.KeptSms())
        import_module("huimin.platform.notifications.checks")
