"""Django's entry for the registries app."""

from importlib import import_module

from django.apps import AppConfig


class RegistriesConfig(AppConfig):
    """The registries app; its label is its folder's name."""

    name = "huimin.platform.registries"
    label = "registries"

    def ready(self) -> None:
        """Plug what the registries know into identity and exchange, and their steps into processes; these need the models. No database."""
        matching = import_module("huimin.platform.registries.queries.matching")
        identity = import_module("huimin.platform.identity.ports")
        identity.person_matcher.plug(matching.match_person)
        identity.persona_chooser.plug(matching.choose_persona)
        representing = import_module("huimin.platform.registries.queries.representing")
        identity.firm_finder.plug(representing.firms_represented_by)
        exchange = import_module("huimin.platform.exchange.ports")
        subjects = import_module("huimin.platform.registries.queries.subjects")
        exchange.record_subjects.plug(subjects.subjects_of_records)
        import_module("huimin.platform.registries.steps")
