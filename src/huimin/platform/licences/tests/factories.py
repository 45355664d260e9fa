"""Licences for tests."""

from datetime import date
from typing import Any

from huimin.kernel.identifiers.check_digits import credit_check, organisation_check
from huimin.platform.identity.models import Department
from huimin.platform.licences.models import Licence
from huimin.platform.licences.operations import Grant, grant_licence
from huimin.platform.registries.tests.factories import AT, NUMBER, SYSTEM

HOLDER = "person:P000000001"


def issuer(code: str = "scjg", serial: int = 1) -> Department:
    """A department with a made-up credit code."""
    body = f"11340200X{serial:07}"
    body += organisation_check(body[8:])
    return Department.objects.get_or_create(
        code=code,
        defaults={
            "name": "市场监管局" if serial == 1 else f"合成部门{serial}",
            "name_en": "Market",
            "kind": "government",
            "uscc": body + credit_check(body),
        },
    )[0]


def permit(**changed: Any) -> Licence:
    """A test permit of the person of the registries' factories."""
    given: dict[str, Any] = {
        "type": "test_permit",
        "holder": HOLDER,
        "holder_name": "王小明",
        "holder_number": NUMBER,
        "department": issuer().code,
        "fields": {"premises": "弋江区利民路18号", "remarks": "无"},
        "valid_from": date(2026, 7, 1),
        "case": "case:1",
    }
    return grant_licence(Grant(**{**given, **changed}), actor=SYSTEM, at=AT)
