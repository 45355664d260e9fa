"""Django's entry for the registries app."""

from importlib import import_module

from django.apps import AppConfig


class RegistriesConfig(AppConfig):
    """The registries app; its label is its folder's name."""

    name = "huimin.platform.registries"
    label = "registries"

    def ready(self) -> None:
        """Plug what the registries know into identity, and their steps into processes; these rooms need the models. No database."""
        matching = import_module("huimin.platform.registries.queries.matching")
        identity = import_module("huimin.platform.identity.ports")
        identity.person_matcher.plug(matching.match_person)
        identity.persona_chooser.plug(matching.choose_persona)
        import_module("huimin.platform.registries.steps")
