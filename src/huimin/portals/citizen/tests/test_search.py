"""The search on the home page leads to the guides of services."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.covers("C03")
@pytest.mark.parametrize(("words", "code"), [("生孩子", "birth"), ("gjj", "fund_rent_withdrawal")])
def test_everyday_words_lead_from_the_home_page_to_the_guide(client, words, code):
    page = client.get("/", {"q": words}).content.decode()
    assert reverse("catalogue:guide", args=[code]) in page


def test_without_words_no_guide_is_listed(client):
    assert reverse("catalogue:guide", args=["birth"]) not in client.get("/").content.decode()
