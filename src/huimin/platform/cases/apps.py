"""Django's entry for the cases app."""

from importlib import import_module

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The cases app; its label is its folder's name."""

    name = "huimin.platform.cases"
    label = "cases"

    def ready(self) -> None:
        """Register the steps that definitions of services name, and plug in the simulated outside world. No database."""
        import_module("huimin.platform.cases.steps")
        ports = import_module("huimin.platform.cases.ports")
        simulated = import_module("huimin.platform.cases.adapters.simulated")
        ports.payments.plug(simulated.SimulatedTill())
        ports.couriers.plug(simulated.SimulatedCouriers())
        ports.registrars.plug(simulated.SimulatedRegistrar())
