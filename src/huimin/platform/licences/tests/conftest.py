from datetime import timedelta

import pytest

from huimin.platform.catalogue.declarations.licences import LicenceType
from huimin.platform.licences import queries
from huimin.platform.licences.http import shown
from huimin.platform.licences.operations import moving
from huimin.platform.registries.tests.factories import AT, citizen, person

PERMIT = LicenceType.model_validate(
    {
        "names": {"zh": "测试许可证", "en": "Test permit"},
        "type_serial": "001",
        "holder": "person",
        "body": "testing",
        "valid_years": 3,
        "renew_days": 30,
        "fields": {
            "premises": {"names": {"zh": "经营场所", "en": "Premises"}, "shown": True},
            "remarks": {"names": {"zh": "备注", "en": "Remarks"}},
        },
    }
)


@pytest.fixture(autouse=True)
def _types(monkeypatch):
    """One type of licence, whatever the domains declare."""
    for module in (queries, shown, moving):
        monkeypatch.setattr(module, "licence_types", lambda: {"test_permit": PERMIT})


@pytest.fixture
def home(settings, tmp_path):
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def holder(db, home):
    """A citizen who is proven to be somebody of the registry."""
    person()
    return citizen()


LATER = AT + timedelta(minutes=1)
