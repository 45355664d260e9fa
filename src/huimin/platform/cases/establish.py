"""What cases need in the store before they can serve: the process of every published service, in its version."""

from datetime import datetime

from huimin.platform.cases.operations.lodging import definition_code
from huimin.platform.catalogue.library import services
from huimin.platform.journal.rules import Actor
from huimin.platform.process.operations import publish_definition


def establish(*, actor: Actor, at: datetime) -> None:
    """Publish the drawing of every service that applications can be lodged for; one that is published already stays as it is."""
    for service in services().values():
        if service.item.status == "published":
            publish_definition(code=definition_code(service), text=service.process_text, actor=actor, at=at)
