import pytest
from django.utils import timezone

from huimin.cli.standing import establish
from huimin.platform.journal.rules import Actor


@pytest.fixture
def city(db, settings, tmp_path):
    settings.HOME = tmp_path
    establish()
    return Actor(kind="system", ref="tests"), timezone.now()
