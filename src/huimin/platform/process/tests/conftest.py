"""Officials of three departments."""

import pytest

from huimin.platform.process.tests.factories import make_official


@pytest.fixture
def police():
    return make_official("gaj.data")


@pytest.fixture
def civil():
    return make_official("mzj.data")


@pytest.fixture
def health():
    return make_official("wjw.data")
