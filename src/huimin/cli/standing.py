"""Standing a city up: tables and static files, then what every app needs before it can serve.

An app says so in its `establish` room: `establish(*, actor, at)`, which makes the store what the declarations say and changes nothing when
repeated. The rooms run in the order of the platform's stack, lowest first. A demonstration runs the `demonstrate` rooms afterwards.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Final

from huimin.cli.words import either
from huimin.platform import STACK

# Lower apps first: what a higher one declares may name what a lower one holds. Domains and portals stand above them all.
PLACES: Final = {f"huimin.platform.{app}": place for place, row in enumerate(STACK) for app in row}


def stand_up() -> None:
    """Bring tables, static files and declarations up to date; does nothing where there is nothing to do."""
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    establish()
    connections.close_all()  # a worker must not inherit an open connection


def establish() -> None:
    """Run every app's `establish` room."""
    _run("establish")


def demonstrate() -> None:
    """Run every app's `demonstrate` room: what makes a demonstration look lived in, once a city."""
    _run("demonstrate")


def _run(room: str) -> None:
    """Every app's room of this name, whose function is called like it."""
    from django.conf import settings
    from django.utils import timezone

    from huimin.platform.journal.rules import Actor

    for app in sorted(settings.HUIMIN_APPS, key=lambda app: PLACES.get(app, len(STACK))):
        if find_spec(f"{app}.{room}"):
            act = getattr(import_module(f"{app}.{room}"), room)
            act(actor=Actor(kind="system", ref=room), at=timezone.now())


def said(zh: str, en: str) -> None:
    """Say one line of progress to whoever started the city."""
    print(either(zh, en), flush=True)
