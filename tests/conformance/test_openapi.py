"""Schemathesis over the whole OpenAPI: as every persona, as a department's system and as nobody, in a small living city.

Nobody gets a server error; every answer has a status, type and form that the document names for it; and of every operation at
least one answer is a success for somebody. What only this city knows (its people, its codes) cannot be guessed: `known` puts it
into one request of every reader as it is, and into half of the random ones as a part.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from huimin.api import described
from huimin.cli.standing import establish
from huimin.platform.catalogue.queries.items import current
from huimin.platform.exchange.declarations import sources
from huimin.platform.exchange.operations import land_inbox
from huimin.platform.identity.declarations import this_city
from huimin.platform.identity.models import Account, Department
from huimin.platform.identity.operations import give_access, register_client
from huimin.platform.identity.queries import find_account_named, get_post
from huimin.platform.indicators.tasks import release_due
from huimin.platform.journal.operations import deliver_due
from huimin.platform.journal.rules import Actor
from huimin.platform.licences.models import Licence
from huimin.platform.licences.operations import Grant, grant_licence, present_licence
from huimin.platform.registries.models import Organisation, Person
from huimin.platform.registries.operations import settle

EXAMPLES: Final = 40 if os.environ.get("HUIMIN_SOAK") else 2
"""Random requests of each reader to each operation, right ones and wrong ones each."""

EXTRACTS: Final = Path(__file__).parents[1] / "data" / "extracts"
SYSTEM: Final = Actor(kind="system", ref="tests")
DESCRIBED: Final = json.loads(json.dumps(described()))
SCHEMA: Final = schemathesis.openapi.from_dict(DESCRIBED)
SCHEMA.app = get_wsgi_application()
OPERATIONS: Final = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations()}

# The shapes of answers are the same on every store, and the city of these tests lives in one transaction, which PostgreSQL gives up at
# the first statement that fails.
pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.covers("D01", "D16", "D20")]


# ── A small living city, and who asks in it ────────────────────────────────────────────────────────────────────────────


@contextmanager
def undone() -> Iterator[None]:
    """A transaction that is rolled back, and that operations take for none, as they do with that of a Django test."""
    block = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)


@dataclass(frozen=True)
class Reader:
    """What a reader sends with every request to show who he is; nobody sends nothing."""

    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class City:
    """Whoever may ask, by name; and what can be asked about."""

    readers: Mapping[str, Reader]
    person: Person
    organisation: Organisation
    licence: Licence
    shown: str
    """the code under which its holder shows the licence"""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any) -> Iterator[City]:
    """The delivered city of `tests/data`, reconciled and released, in a transaction that is rolled back."""
    patch = pytest.MonkeyPatch()
    patch.setattr(django_settings, "HOME", tmp_path_factory.mktemp("city"))
    patch.setattr(django_settings, "DEMO", True)
    with django_db_blocker.unblock(), undone():
        establish()
        land_inbox(EXTRACTS, actor=SYSTEM, clock=timezone.now)
        settle(actor=SYSTEM, at=timezone.now())
        while deliver_due(limit=100, at=timezone.now()):
            pass
        release_due()
        readers = {"nobody": Reader(), "system": system("gaj")}
        readers |= {one.code: persona(one.code) for one in this_city().personas.personas}
        holder = find_account_named("demo.citizen")
        licence = certificate_of(holder)
        _, shown = present_licence(licence.public_id, actor=Actor("account", holder.public_id), at=timezone.now())
        shared_with("gaj.query")
        person = Person.objects.exclude(number="").order_by("key").first()
        yield City(readers, person, Organisation.objects.order_by("key").first(), licence, shown)
    patch.undo()


def shared_with(post: str) -> None:
    """The rows of another department, granted to a post."""
    give_access(
        post=get_post(post),
        resource="hrss.insured:read",
        plain=["name"],
        masked={"citizen_id": "number"},
        rows="everything",
        purposes=[WHY["purpose"]],
        legal_basis="一致性测试",
        until=timezone.now() + timedelta(days=1),
        actor=SYSTEM,
        at=timezone.now(),
    )


def certificate_of(holder: Account) -> Licence:
    """A licence of one of the declared types."""
    what = {
        "type": "teacher_certificate",
        "holder": f"person:{holder.person_key}",
        "holder_name": holder.name,
        "holder_number": Person.objects.get(key=holder.person_key).number,
        "department": "jyj",
        "fields": {"name": holder.name, "stage": "高级中学", "subject": "语文", "granted_on": "2026-06-01"},
        "valid_from": timezone.localdate(),
        "case": "case:1",
    }
    return grant_licence(Grant(**what), actor=SYSTEM, at=timezone.now())


def persona(code: str) -> Reader:
    """What the browser of a persona sends: the session, and the token that its pages put into what it writes."""
    browser = Client()
    browser.get("/demo/")
    assert browser.post(f"/demo/{code}/").status_code == 302, code
    browser.get("/account/")
    cookies = {name: morsel.value for name, morsel in browser.cookies.items()}
    return Reader(headers={"X-CSRFToken": cookies["csrftoken"]}, cookies=cookies)


def system(department: str) -> Reader:
    """What a department's own system sends: the token that it has drawn."""
    registered, secret = register_client(
        department=Department.objects.get(code=department),
        name="一致性测试",
        duty="data_source",
        actor=SYSTEM,
        at=timezone.now(),
    )
    drawn = Client().post(
        "/oauth/token/",
        {"grant_type": "client_credentials", "client_id": registered.client_id, "client_secret": secret},
    )
    return Reader(headers={"Authorization": f"Bearer {drawn.json()['access_token']}"})


# ── What only this city knows ──────────────────────────────────────────────────────────────────────────────────────────

WHY: Final = {"purpose": "case_investigation", "case_ref": "皖公芜侦2026-18"}
KNOWN: Final[dict[str, Callable[[City], dict[str, Any]]]] = {
    "GET /api/statistics/{code}": lambda city: {"path_parameters": {"code": "residents_by_age_and_sex"}},
    "GET /api/services/{code}": lambda city: {"path_parameters": {"code": next(iter(current()))}},
    "GET /api/licences/shown/{code}": lambda city: {"path_parameters": {"code": city.shown}},
    "GET /api/licences/printed/{public_id}": lambda city: {"path_parameters": {"public_id": city.licence.public_id}},
    "GET /api/catalogue/resources/{code}": lambda city: {"path_parameters": {"code": "police.population"}},
    "POST /api/registries/people/look-up": lambda city: {"body": WHY | {"number": city.person.number}},
    "POST /api/registries/organisations/look-up": lambda city: {"body": WHY | {"uscc": city.organisation.number}},
    "POST /api/registries/questions/{code}": lambda city: {
        "path_parameters": {"code": "is_adult"},
        "body": WHY | {"number": city.person.number},
    },
    "POST /api/registries/me/corrections": lambda city: {
        "body": {
            "field": "hukou_address",
            "proposed": "安徽省芜湖市弋江区利民路18号3幢2单元501室",
            "reason": "户口已迁",
        }
    },
    "POST /api/exchange/{resource}/look-up": lambda city: {
        "path_parameters": {"resource": "hrss.insured"},
        "body": WHY | {"by": "citizen_id", "value": city.person.number},
    },
    "POST /api/exchange/{resource}/rows": lambda city: {
        "path_parameters": {"resource": "hrss.insured"},
        "body": WHY | {"after": ""},
    },
    "POST /api/exchange/{resource}/records": lambda city: {
        "path_parameters": {"resource": "police.population"},
        "headers": {"Idempotency-Key": "k1"},
        "body": [
            dict.fromkeys(sources()["police.population"].form.columns, "") | {"人员编号": "RK1", "姓名": "合成甲"}
        ],
    },
}


def with_known(case: Case, known: Mapping[str, Any]) -> Case:
    """The same request with what the city knows in its place; other members of a body stay random."""
    for part, value in known.items():
        before = getattr(case, part)
        both = isinstance(before, dict) and isinstance(value, dict)
        setattr(case, part, {**before, **value} if both else value)
    return case


# ── The proof ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def answer(case: Case, reader: Reader) -> int:
    """Ask and hold the answer to the document; nothing that was asked for stays done.

    All of Schemathesis's checks but one: what has the right form is not always accepted (a number of nobody, a day in the future).
    """
    with undone():
        return case.call_and_validate(
            headers=dict(reader.headers), cookies=dict(reader.cookies), excluded_checks=[positive_data_acceptance]
        ).status_code


def ask_at_random(operation: APIOperation, mode: GenerationMode, known: Mapping[str, Any], reader: Reader) -> None:
    @settings(max_examples=EXAMPLES, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode), is_known=st.booleans())
    def ask(case: Case, is_known: bool) -> None:
        answer(with_known(case, known) if is_known else case, reader)

    ask()


@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_is_as_described_and_somebody_succeeds(city: City, label: str) -> None:
    operation = OPERATIONS[label]
    assert not operation.path_parameters or label in KNOWN, (
        "say in KNOWN what of this city the operation is asked about"
    )
    known = KNOWN.get(label, lambda city: {})(city)
    statuses = {name: answer(operation.Case(**known), reader) for name, reader in city.readers.items()}
    assert any(200 <= status < 300 for status in statuses.values()), statuses
    for reader in city.readers.values():
        ask_at_random(operation, GenerationMode.POSITIVE, known, reader)
        if operation.body or operation.query or operation.headers:  # no text is wrong as a part of a path
            ask_at_random(operation, GenerationMode.NEGATIVE, known, reader)


def test_the_document_is_the_one_that_is_served(city: City) -> None:
    served = Client().get("/api/openapi.json")
    assert served.json() == DESCRIBED
    assert len(OPERATIONS) == sum(len(methods) for methods in served.json()["paths"].values())
