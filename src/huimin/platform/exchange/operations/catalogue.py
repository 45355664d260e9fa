"""Keeping the versions of what is declared."""

from datetime import datetime
from hashlib import sha256

import orjson
from django.db import transaction

from huimin.platform.exchange.catalogue import entries, latest_versions
from huimin.platform.exchange.events import CatalogueRegistered
from huimin.platform.exchange.models import ResourceVersion
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor


def register_catalogue(*, actor: Actor, at: datetime) -> list[ResourceVersion]:
    """Give every resource that is declared anew or differently its next version; nothing is written or announced when none is.

    Versions count from 1 for each resource. Two processes that start at once make one version (the constraint keeps the promise).
    """
    with transaction.atomic():
        known = latest_versions()
        new = [
            ResourceVersion(
                code=code,
                number=known[code].number + 1 if code in known else 1,
                content=entry.content(),
                seen_at=at,
            )
            for code, entry in entries().items()
            if code not in known or known[code].content != entry.content()
        ]
        if not new:
            return []
        ResourceVersion.objects.bulk_create(new)
        content = sha256(orjson.dumps([version.content for version in new], option=orjson.OPT_SORT_KEYS)).hexdigest()
        publish(
            CatalogueRegistered(subject="catalogue:resources", versions=len(new), content=content), actor=actor, at=at
        )
    return new
