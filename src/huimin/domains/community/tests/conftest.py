from types import SimpleNamespace

import pytest

from huimin.cli.standing import establish
from huimin.platform.incidents.tests import factories as make


@pytest.fixture
def people(db, settings, tmp_path):
    """A mediator of one district and one of another, and a grid worker."""
    settings.HOME = tmp_path
    establish()
    posts = {"mediator": "qu_jinghu.mediation", "elsewhere": "qu_yijiang.mediation", "worker": "qu_jinghu.grid"}
    accounts = {name: make.official(post) for name, post in posts.items()}
    return SimpleNamespace(accounts=accounts, **{name: make.acting(one) for name, one in accounts.items()})
