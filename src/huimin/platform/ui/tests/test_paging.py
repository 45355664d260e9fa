"""Keyset paging walks every row once, in order, and believes no forged cursor."""

import pytest
from django.contrib.contenttypes.models import ContentType

from huimin.platform.ui.paging import BadCursor, keyset_page

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("by", [("app_label", "model"), ("-app_label", "model"), ("-app_label", "-model"), ("-id",)])
def test_every_row_once_in_order(by):
    for n in range(25):
        ContentType.objects.create(app_label=f"paging{n % 3}", model=f"m{n:02d}")
    rows = ContentType.objects.filter(app_label__startswith="paging")
    seen, after = [], ""
    while True:
        page = keyset_page(rows, by=by, after=after, size=7)
        seen += page.rows
        after = page.after
        if not after:
            break
    assert seen == list(rows.order_by(*by))


def test_one_query_a_page(django_assert_num_queries):
    with django_assert_num_queries(1):
        keyset_page(ContentType.objects.all(), by=("id",), size=2)


@pytest.mark.parametrize("forged", ["x", "W1siaWQiXSxbIjEiXV0:1abc:def"])
def test_a_forged_cursor_is_refused(forged):
    with pytest.raises(BadCursor):
        keyset_page(ContentType.objects.all(), by=("id",), after=forged)


def test_a_cursor_of_another_order_is_refused():
    after = keyset_page(ContentType.objects.all(), by=("id",), size=1).after
    with pytest.raises(BadCursor):
        keyset_page(ContentType.objects.all(), by=("-id",), after=after)
