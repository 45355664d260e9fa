"""A look over the API: what it costs, and that every end of a right ends it at once."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application

from huimin.platform.identity import operations as identity
from huimin.platform.identity.models import ApiClient, Department, Grant
from huimin.platform.identity.queries import reading
from huimin.platform.journal.models import Entry
from huimin.platform.registries import operations, queries
from huimin.platform.registries.http.api import CardShown
from huimin.platform.registries.operations import Reason
from huimin.platform.registries.tests import factories as make

pytestmark = pytest.mark.django_db
PATH, TOKEN = "/api/registries/people/look-up", "a-token-that-was-drawn"
ASKED = {"purpose": "case_handling", "case_ref": "弋受2026-0007", "number": make.NUMBER}


@pytest.fixture
def system():
    """A department's system with a token and a grant."""
    at = timezone.now()
    department = Department.objects.create(code="hot", name="热线办", name_en="Hotline", kind="government")
    registered, _ = identity.register_client(
        department=department, name="热查", duty="data_reader", actor=make.SYSTEM, at=at
    )
    grant = Grant(
        code="hot", client=registered, resource="registries.people", plain=["name", "sex"],
        masked={"citizen_id": "number", "phone": "phone"}, rows="everything", purposes=["case_handling"], legal_basis="测试条例",
        until=at + timedelta(days=1),
    )  # fmt: skip
    identity.grant_access(grant=grant, actor=make.SYSTEM, at=at)
    AccessToken.objects.create(
        application=Application.objects.get(client_id=registered.client_id), token=TOKEN,
        token_checksum=sha256(TOKEN.encode()).hexdigest(), expires=at + timedelta(hours=1), scope="api",
    )  # fmt: skip
    make.person()
    return registered


def ask(client, **more):
    return client.post(
        PATH, ASKED, content_type="application/json", headers={"Authorization": f"Bearer {TOKEN}", **more}
    )


@pytest.mark.covers("D16")
def test_the_answer_is_the_declared_card_and_the_look_is_in_the_journal(client, system):
    answer = ask(client)
    card = CardShown.model_validate(answer.json())
    assert {value.field: value.value for value in card.values} == {
        "citizen_id": "340202********039X", "name": "王小明", "sex": "1", "phone": "138****1234",
    }  # fmt: skip
    entry = Entry.objects.get(subject=card.reference)
    assert (entry.actor.ref, entry.fact.basis, entry.fact.case_ref) == (
        system.public_id,
        ("grant:hot",),
        "弋受2026-0007",
    )
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert "Set-Cookie" not in answer.headers
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_pages_and_api_are_one_operation(client, system, monkeypatch):
    card = operations.look_up(
        queries.wanted_number(make.NUMBER), reason=Reason(purpose="case_handling", case_ref="1"),
        actor=make.Actor(kind="client", ref=system.public_id), at=timezone.now(),
    )  # fmt: skip
    shown = CardShown.model_validate(ask(client).json())
    assert [(one.field, one.value or None) for one in card.values] == [(one.field, one.value) for one in shown.values]


def test_a_look_asks_the_store_three_things_and_writes_once(client, system):
    ask(client)
    with CaptureQueriesContext(connection) as asked:
        ask(client)
    reads = [one["sql"] for one in asked if one["sql"].startswith("SELECT") and "journal_head" not in one["sql"]]
    writes = [one["sql"] for one in asked if "INSERT INTO" in one["sql"]]
    assert (len(reads), len(writes)) == (3, 1), reads


def ends_the_grant(system, at):
    identity.end_grant(grant=Grant.objects.get(code="hot"), actor=make.SYSTEM, at=at)


def another_process_ends_the_grant(system, at):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE identity_grant SET ended_at = %s", [connection.ops.adapt_datetimefield_value(at)])


def the_grant_runs_out(system, at):
    Grant.objects.update(until=at - timedelta(seconds=1))


def the_purpose_is_taken_away(system, at):
    Grant.objects.update(purposes=["statistics"])


def the_system_is_closed(system, at):
    identity.close_client(client=ApiClient.objects.get(pk=system.pk), actor=make.SYSTEM, at=at)


def the_department_is_closed(system, at):
    Department.objects.filter(code="hot").update(closed_at=at)


def the_token_runs_out(system, at):
    AccessToken.objects.update(expires=at - timedelta(seconds=1))


@pytest.mark.covers("D16")
@pytest.mark.parametrize(
    ("happens", "code"),
    [
        (ends_the_grant, "PurposeNotGranted"),
        (another_process_ends_the_grant, "PurposeNotGranted"),
        (the_grant_runs_out, "PurposeNotGranted"),
        (the_purpose_is_taken_away, "PurposeNotGranted"),
        (the_system_is_closed, "SignInNeeded"),
        (the_department_is_closed, "SignInNeeded"),
        (the_token_runs_out, "SignInNeeded"),
    ],
)
def test_what_ends_a_right_ends_the_very_next_look(client, system, happens, code):
    assert ask(client).status_code == 200
    looks = Entry.objects.filter(actor_ref=system.public_id).count()
    happens(system, timezone.now())
    answer = ask(client)
    assert (answer.status_code, answer.json()["code"]) == (401 if code == "SignInNeeded" else 403, code)
    assert Entry.objects.filter(actor_ref=system.public_id).count() == looks


def test_a_grant_that_is_narrowed_shows_less_at_once(client, system):
    ask(client)
    Grant.objects.update(plain=["name"], masked={"citizen_id": "number"})
    assert [value["field"] for value in ask(client).json()["values"]] == ["citizen_id", "name"]


def test_a_system_is_refused_in_its_own_language(client, system):
    the_grant_runs_out(system, timezone.now())
    english = ask(client, **{"Accept-Language": "en"})
    assert english.json()["message"] == operations.PurposeNotGranted.en
    assert english.headers["Content-Language"] == "en"
    assert ask(client).json()["message"] == operations.PurposeNotGranted.zh


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_dropped_costs_no_look(client, system):
    ask(client)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ours = cursor.fetchone()[0]
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [ours])
    other.close()
    assert reading.read_rows("SELECT 1", []) == [(1,)]
    assert ask(client).status_code == 200


@pytest.mark.postgresql
def test_inside_a_transaction_a_lost_connection_is_not_hidden(monkeypatch):
    def lost(*_):
        raise OperationalError

    monkeypatch.setattr(reading, "_rows", lost)
    with pytest.raises(OperationalError):
        reading.read_rows("SELECT 1", [])
