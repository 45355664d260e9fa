"""What tests of ui are made of."""

from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.utils import timezone

from huimin.platform.identity.permissions import Who


def a_request(path="/", *, cookies=None, **who):
    """A request as it reaches a view: who is asking is known."""
    request = RequestFactory().get(path)
    request.COOKIES.update(cookies or {})
    request.user = AnonymousUser()
    request.who = Who(at=timezone.now(), **who)
    return request
