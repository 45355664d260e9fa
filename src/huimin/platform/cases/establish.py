"""What cases need in the store before they can serve: the processes that follow cases, and that of every published service."""

from datetime import datetime

from huimin.platform.cases.declarations import ratings
from huimin.platform.cases.operations.lodging import definition_code
from huimin.platform.catalogue.library import services
from huimin.platform.journal.rules import Actor
from huimin.platform.process.operations import publish_definition


def establish(*, actor: Actor, at: datetime) -> None:
    """Publish the drawing of every service that applications can be lodged for, and those that follow a rating or a matter that could not
    be got done, with the city's limits; one that is published already stays as it is.
    """
    for code, text in ratings().drawings().items():
        publish_definition(code=code, text=text, actor=actor, at=at)
    for service in services().values():
        if service.item.status == "published":
            publish_definition(code=definition_code(service), text=service.process_text, actor=actor, at=at)
