from collections.abc import Iterator

import pytest
from django.core.cache import cache

from huimin.platform.identity.ports import RegisteredPerson, code_gateway, person_matcher
from huimin.platform.identity.tests.factories import Registry


@pytest.fixture(autouse=True)
def no_rate_left_over() -> None:
    """Rate limits live in the cache, which tests share."""
    cache.clear()


@pytest.fixture
def registry() -> Iterator[Registry]:
    """One person, 王小明, is registered; ports are plugged for this test only."""
    made, kept = Registry(RegisteredPerson("P1", "王小明", "13800001234")), (person_matcher.find(), code_gateway.find())
    for port, plug in ((person_matcher, made.match), (code_gateway, made.send)):
        port.unplug()
        port.plug(plug)
    yield made
    for port, plug in zip((person_matcher, code_gateway), kept, strict=True):
        port.unplug()
        if plug is not None:
            port.plug(plug)
