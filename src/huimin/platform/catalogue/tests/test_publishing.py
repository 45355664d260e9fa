"""A published version is a row that stays; files that change need a new number."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from huimin.platform.catalogue import library, operations
from huimin.platform.catalogue.establish import establish
from huimin.platform.catalogue.models import PublishedService, PublishedStays
from huimin.platform.catalogue.operations import PublishedChanged, publish_services
from huimin.platform.catalogue.queries import items
from huimin.platform.journal.models import Entry
from huimin.platform.journal.rules import Actor

pytestmark = pytest.mark.django_db
AT = datetime(2026, 7, 1, 2, tzinfo=UTC)
SYSTEM = Actor(kind="system", ref="tests")


@pytest.fixture(autouse=True)
def forgotten():
    items.published.cache_clear()


def with_content(service, **item):
    return replace(service, content={**service.content, "item": {**service.content["item"], **item}})


def offered(monkeypatch, *services):
    monkeypatch.setattr(operations, "current", lambda: {service.code: service for service in services})


def test_establishing_publishes_every_service_once_with_its_fact():
    establish(actor=SYSTEM, at=AT)
    establish(actor=SYSTEM, at=AT)
    rows = {row.code: row for row in PublishedService.objects.all()}
    assert set(rows) == set(items.current())
    assert all(rows[code].digest == service.digest for code, service in items.current().items())
    assert Entry.objects.filter(kind="catalogue.ServicePublished").count() == len(rows)


def test_a_changed_file_without_a_new_version_refuses_the_start(monkeypatch):
    service = library.get_declared("birth")
    offered(monkeypatch, service)
    publish_services(actor=SYSTEM, at=AT)
    changed = with_content(service, abstract={"zh": "别的", "en": "other"})
    offered(monkeypatch, changed)
    with pytest.raises(PublishedChanged) as refused:
        publish_services(actor=SYSTEM, at=AT)
    assert "birth" in refused.value.sentence("zh")
    before = service.item.version
    offered(monkeypatch, with_content(changed, version=before + 1))
    assert [row.version for row in publish_services(actor=SYSTEM, at=AT)] == [before + 1]
    assert [row.version for row in items.versions_of("birth")] == [before + 1, before]


def test_a_revision_of_the_city_is_a_version_of_its_own(monkeypatch):
    service = library.get_declared("birth")
    offered(monkeypatch, service)
    publish_services(actor=SYSTEM, at=AT)
    offered(monkeypatch, replace(with_content(service, bookable=True), revision=service.revision + 1))
    assert [row.revision for row in publish_services(actor=SYSTEM, at=AT)] == [service.revision + 1]


def test_a_case_reads_the_version_that_it_began_with(monkeypatch):
    service = library.get_declared("birth")
    offered(monkeypatch, service)
    publish_services(actor=SYSTEM, at=AT)
    before = service.item.version
    offered(monkeypatch, with_content(service, version=before + 1, abstract={"zh": "新的说法", "en": "New words"}))
    publish_services(actor=SYSTEM, at=AT)
    first, second = (items.published("birth", version, service.revision) for version in (before, before + 1))
    assert (first.item.abstract.zh, second.item.abstract.zh) == (service.item.abstract.zh, "新的说法")
    assert first.digest == service.digest
    assert first.form == service.form
    with pytest.raises(library.NoSuchService):
        items.published("birth", before + 2, service.revision)


def test_a_published_row_is_neither_changed_nor_deleted(monkeypatch):
    offered(monkeypatch, library.get_declared("birth"))
    (row,) = publish_services(actor=SYSTEM, at=AT)
    row.domain = "elsewhere"
    with pytest.raises(PublishedStays):
        row.save()
    with pytest.raises(PublishedStays):
        row.delete()
