import pytest


@pytest.fixture
def own_home(settings, tmp_path):
    """A data folder of its own for tests that land: lake and builds of one test are nobody else's."""
    settings.HOME = tmp_path
    return tmp_path
