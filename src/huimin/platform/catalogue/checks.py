"""Start-up check: services, licence types and bodies are declared right, each mistake with its file and line."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from huimin.kernel.declarations import DeclarationWrong
from huimin.platform.catalogue.library import licence_types, scenarios_of, services


@register()
def services_are_declared(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Iterable[CheckMessage]:
    """Everything that a service says holds together, and so do its scenarios."""
    try:
        licence_types()
        for code in services():
            scenarios_of(code)
    except DeclarationWrong as wrong:
        return [Error(str(mistake), id="catalogue.E001") for mistake in wrong.mistakes]
    return []
