"""A service added by files alone, as docs/services.md says: it is found, applied for, decided, and its letter goes out."""

import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from huimin.cli.standing import establish
from huimin.platform.cases import operations
from huimin.platform.cases.rules import State
from huimin.platform.cases.tests.factories import do
from huimin.platform.catalogue.queries.search import search
from huimin.platform.journal.operations import deliver_due
from huimin.platform.registries.tests.factories import citizen, person
from huimin.tooling.scaffolds import new_domain, new_service

WRITTEN = {
    "status: draft": "status: published",
    "（事项名称）": "垂钓证办理",
    "(name of the service)": "Angling licence",
    "（大家怎么叫它）": "钓鱼证",
    "(what people call it)": "fishing permit",
}
"""What its author writes over the blank, beside sentences of law: the least that makes it a service of its own."""


def forget_what_was_declared() -> None:
    """Declarations are read once in a process; here they are read again."""
    for name, module in list(sys.modules.items()):
        if name.startswith("huimin."):
            for value in list(vars(module).values()):
                if clear := getattr(value, "cache_clear", None):
                    clear()


@pytest.fixture
def package(settings, tmp_path):
    """The house with one more domain in it, which has one more service."""
    real = Path(django_settings.PACKAGE)
    domains = tmp_path / "package" / "domains"
    domains.mkdir(parents=True)
    for folder in (real / "domains").iterdir():
        (domains / folder.name).symlink_to(folder)
    new_domain(tmp_path / "package", "sports_and_parks")
    for path in new_service(tmp_path / "package", "sports_and_parks", "angling_licence"):
        text = path.read_text("utf-8")
        for blank, written in WRITTEN.items():
            text = text.replace(blank, written)
        path.write_text(text, "utf-8")
    settings.PACKAGE, settings.HOME = tmp_path / "package", tmp_path / "home"
    forget_what_was_declared()
    yield tmp_path / "package"
    settings.PACKAGE = real
    forget_what_was_declared()


@pytest.mark.django_db
@pytest.mark.covers("P01", "P02")
def test_a_service_of_files_alone_is_found_applied_for_and_decided(package) -> None:
    establish()
    at = timezone.now()
    assert search("钓鱼证")[0].service.code == "angling_licence"
    assert search("dyz")[0].service.code == "angling_licence"
    person()
    resident = citizen()
    draft = operations.start_draft("angling_licence", actor=resident, at=at)
    case = operations.lodge_case(draft.public_id, actor=resident, at=at)
    assert case.answers == {"phone": "13800001234"}, "the registry knows it; nobody is asked"
    do(case, "decide", "granted", at)
    while deliver_due(at=at).done:
        pass
    case.refresh_from_db()
    assert case.state == State.GRANTED
    letter = case.letters.get()
    assert "垂钓证办理" in letter.zh
    assert "Angling licence" in letter.en
