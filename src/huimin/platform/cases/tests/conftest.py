import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from huimin.cli.standing import establish
from huimin.platform.cases.tests.factories import FIRM
from huimin.platform.identity.models import Account, Delegation
from huimin.platform.journal.rules import Actor
from huimin.platform.registries.models import Organisation
from huimin.platform.registries.tests.factories import USCC, citizen, golden, person


@pytest.fixture
def city(db, settings, tmp_path):
    settings.HOME = tmp_path
    establish()
    return Actor(kind="system", ref="tests"), timezone.now()


@pytest.fixture
def agent(city):
    """Somebody who may apply for a firm that is in business."""
    at = city[1]
    person()
    values = {
        "uscc": golden(USCC, "market.entities"),
        "name": golden("芜湖合成餐饮有限公司", "market.entities"),
        "status": golden("存续", "market.entities"),
        "legal_representative": golden("王小明", "market.entities"),
    }
    Organisation.objects.create(
        key="E000000001",
        number=USCC,
        name_key="芜湖合成餐饮有限公司",
        division="340202",
        values=json.dumps(values, ensure_ascii=False),
    )
    actor = citizen()
    Delegation.objects.create(
        principal=FIRM,
        principal_name="芜湖合成餐饮有限公司",
        agent=Account.objects.get(public_id=actor.ref),
        relation="other",
        acts=["view", "apply"],
        state="active",
        basis="own account",
        offered_at=at - timedelta(days=1),
        until=at + timedelta(days=30),
    )
    return replace(actor, on_behalf_of=FIRM)
