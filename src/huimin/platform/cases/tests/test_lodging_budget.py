"""Lodging is the busiest write of the one-stop service: what it asks the store for is counted."""

import pytest

from huimin.platform.cases import operations
from huimin.platform.cases.tests.factories import PDF
from huimin.platform.cases.tests.test_walks import draft_of
from huimin.platform.registries.tests.factories import citizen, golden, person

pytestmark = pytest.mark.django_db
MOST = 24
"""Statements of one lodging: nine read, the others write rows, facts and clocks, or are the transaction's own."""


@pytest.mark.covers("P01")
def test_a_lodging_asks_the_store_no_more_than_it_must(city, django_assert_max_num_queries) -> None:
    at = city[1]
    person(education=golden("20"))
    resident = citizen()
    answers = {"stage": "primary", "subject": "数学", "exam_number": "20263400001", "mandarin_grade": "two_a"}
    draft = draft_of("teacher_qualification", resident, at, **answers)
    for material in ("exam_certificate", "medical", "mandarin"):
        operations.give_file(draft.public_id, material, name="a.pdf", content=PDF, actor=resident, at=at)
    with django_assert_max_num_queries(MOST):
        case = operations.lodge_case(draft.public_id, actor=resident, at=at)
    assert case.evidence.count() == 5
    assert case.process
