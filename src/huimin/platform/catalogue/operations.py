"""Publishing what is declared."""

from datetime import datetime

from django.db import transaction

from huimin.kernel.refusals import Refusal
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.catalogue.events import ServicePublished
from huimin.platform.catalogue.models import PublishedService
from huimin.platform.catalogue.queries.items import current
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor


class PublishedChanged(Refusal):
    """Files of a published version say something else than when it was published."""

    zh = "事项 {code} 第 {version}.{revision} 版已发布，文件却有改动：请在 service.yaml 中提高 version（城市配置提高 revision）。"
    en = (
        "Version {version}.{revision} of the service {code} is published, and its files say something else: "
        "raise `version` in service.yaml, or `revision` in the city's overlay."
    )
    status = 500


def publish_services(*, actor: Actor, at: datetime) -> list[PublishedService]:
    """Publish every declared service that has a new version or revision; what is published already stays as it is.

    Raises PublishedChanged where files were changed without a new number: the city must not start with it.
    """
    known = {
        (row[0], row[1], row[2]): row[3]
        for row in PublishedService.objects.values_list("code", "version", "revision", "digest")
    }
    fresh = []
    for service in current().values():
        digest = known.get((service.code, service.version, service.revision))
        if digest is None:
            fresh.append(publish_service(service, actor=actor, at=at))
        elif digest != service.digest:
            raise PublishedChanged(code=service.code, version=service.version, revision=service.revision)
    return fresh


def publish_service(service: Service, *, actor: Actor, at: datetime) -> PublishedService:
    """Publish one service in the version that it states. Two who start at once publish it once (the constraint keeps the promise)."""
    row = PublishedService(
        code=service.code,
        domain=service.domain,
        version=service.version,
        revision=service.revision,
        digest=service.digest,
        content=dict(service.content),
        published_at=at,
    )
    fact = ServicePublished(
        subject=f"service:{service.code}", version=row.version, revision=row.revision, content=row.digest
    )
    with transaction.atomic():
        row.save(force_insert=True)
        publish(fact, actor=actor, at=at)
    return row
