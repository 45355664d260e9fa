"""Whose incidents the reader of a page watches."""

from django.http import HttpRequest
from django.utils import timezone

from huimin.kernel.refusals import NotFound
from huimin.platform.identity.queries import actor_of
from huimin.platform.incidents.queries.board import Commanded, commanded_by


class NothingToWatch(NotFound):
    """The post that one acts in commands no place."""

    zh = "您现在的岗位没有指挥的区域。请切换到指挥岗位。"
    en = "The post you are acting in commands no place. Change to a command post."


def watched(request: HttpRequest) -> Commanded:
    """What the reader commands or supervises, in the post that he acts in. Raises NothingToWatch."""
    found = commanded_by(actor_of(request), timezone.now())
    if found is None:
        raise NothingToWatch
    return found
