"""Several cases decided in one go: what the official sees of each, in how many reads, and that no look is without a trace."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from huimin.kernel.identifiers.check_digits import citizen_check
from huimin.platform.cases.models import Case
from huimin.platform.cases.operations.offering import offer_benefit
from huimin.platform.cases.tests.factories import official
from huimin.platform.catalogue.queries.items import get_service
from huimin.platform.identity.models import Account
from huimin.platform.journal.queries import entries_about
from huimin.platform.process.models import WorkItem
from huimin.platform.registries.tests.factories import golden, person

pytestmark = pytest.mark.django_db
ELDERS = ("王甲", "王乙", "王丙", "王丁")


def offered(city, serial: int) -> Case:
    """The allowance, offered to somebody of eighty-six."""
    body = f"34020219400101{serial:03}"
    key = f"P{serial:09}"
    person(
        key,
        number=body + citizen_check(body),
        name=ELDERS[serial],
        birth_date=golden("1940-01-01", agrees=("hrss.insured", "health.residents")),
        deceased=golden("false"),
    )
    return offer_benefit(get_service("old_age_allowance"), f"person:{key}", actor=city[0], at=city[1])


@pytest.mark.covers("P05", "P13")
def test_the_batch_page_tells_the_facts_that_decide_and_notes_the_look(city, client) -> None:
    case = offered(city, 0)
    item = WorkItem.objects.get(process__subject=case.reference, closed_at=None)
    client.force_login(Account.objects.get(public_id=official(item.post.code, city[1]).ref))

    def looks() -> int:
        return sum(entry.kind.endswith("CaseLookedAt") for entry in entries_about([case.reference], at=city[1]))

    page = client.get(reverse("process:batch")).content.decode()
    assert "王甲" in page
    assert f"出生日期：{date(1940, 1, 1):%Y-%m-%d}（3 个部门一致）" in page
    assert looks() == 1
    key = f"{item.process.definition.code}-{item.node}"
    data = {"step": key, f"{key}-numbers": [item.number], f"{key}-outcome": "confirmed", f"{key}-note": ""}
    assert client.post(reverse("process:batch"), data).status_code == 302
    assert looks() == 1, "what is decided and not shown is no look"
    item.refresh_from_db()
    assert item.outcome == "confirmed"


def test_the_batch_page_reads_no_more_for_more_cases(city, client) -> None:
    first = offered(city, 0)
    item = WorkItem.objects.get(process__subject=first.reference, closed_at=None)
    client.force_login(Account.objects.get(public_id=official(item.post.code, city[1]).ref))
    client.get(reverse("process:batch"))

    def reads() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(reverse("process:batch"))
        return len(asked)

    few = reads()
    for serial in (1, 2, 3):
        offered(city, serial)
    assert reads() == few
