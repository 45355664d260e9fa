"""Start-up checks: what the city declares of supervision can be read."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from huimin.kernel.declarations import DeclarationWrong
from huimin.platform.process.declarations import supervision


@register()
def supervision_is_right(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Iterable[CheckMessage]:
    """`supervision.yaml` of this city, or that of the house, loads."""
    try:
        supervision()
    except DeclarationWrong as wrong:
        return [Error(str(wrong), id="process.E001")]
    return []
