"""What the doctor says of decisions that could not be written back."""

from pathlib import Path

import pytest

from huimin.platform.cases import operations
from huimin.platform.cases.tests.conftest import city  # noqa: F401 - a fixture
from huimin.platform.cases.tests.test_landing import MARRIAGE, OUTCOMES, remembered
from huimin.tooling.keeping.doctor import city as doctor
from huimin.tooling.keeping.doctor.findings import Patient, Severity


@pytest.mark.django_db
def test_the_doctor_names_one_case_of_each_resource_that_cannot_be_written(city) -> None:  # noqa: F811
    at = city[1]
    records = [remembered(at, "civil.marriage", **{**MARRIAGE, "marital_status": "10"}) for _ in range(2)]
    records.append(remembered(at, "civil.unknown", name="王"))
    assert list(doctor.outcomes(Patient(home=Path(), at=at))) == [], "what has not been tried yet is no fault"
    operations.land_outcomes(actor=OUTCOMES, at=at)
    marriage, unknown = doctor.outcomes(Patient(home=Path(), at=at))
    assert marriage.severity is Severity.BROKEN
    assert marriage.wrong[0].startswith(f"2 件决定没有写成 civil.marriage，如 {records[0].case.number}")
    assert unknown.wrong[1].startswith("1 decisions could not be written to civil.unknown")
