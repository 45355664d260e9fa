"""Start-up check: what the city publishes is declared right."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from huimin.kernel.declarations import DeclarationWrong
from huimin.kernel.refusals import NotFound
from huimin.platform.indicators.declarations import statistics


@register()
def statistics_are_declared(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Iterable[CheckMessage]:
    """`statistics.yaml` of this city loads, its dimensions read fields and code lists that there are."""
    try:
        declared = statistics()
        for name in declared.dimensions:
            declared.category_names(name)
    except (DeclarationWrong, NotFound) as wrong:
        return [Error(wrong.sentence("en"), id="indicators.E001")]
    return []
