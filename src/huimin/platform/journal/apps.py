"""Start of the journal: keys at hand, every app's facts and receivers imported."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from huimin.platform.journal import rules
from huimin.platform.journal.adapters import keys


class JournalConfig(AppConfig):
    """The app."""

    name = "huimin.platform.journal"
    verbose_name = "存证账本"

    def ready(self) -> None:
        """Touch no database and no file here: keys are made when first used."""
        rules.use_keyring(keys.digest_keyring)
        autodiscover_modules("events", "receivers")
