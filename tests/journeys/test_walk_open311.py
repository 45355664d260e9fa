"""A citizen's pothole through a client of Open311 that is not ours: sent, dispatched, closed, and read as closed by the client."""

import json
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.utils import timezone
from georeport import GeoReport
from walking import reads, the_city_goes_on

from huimin.platform.incidents import operations
from huimin.platform.incidents.tests import factories as make
from huimin.platform.incidents.tests.browsers import the_district

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.covers("G01", "C08")]
WIDE, PHONE = 1280, 390


@pytest.fixture
def people(standing: None, tmp_path: Path) -> Any:
    """One official at each post that a report meets, and a worker who walks the cell."""
    return the_district(tmp_path)


def sends(address: str, **said: str) -> dict[str, Any]:
    """What a phone's application sends: a form, as the specification writes it."""
    to = urlsplit(address)
    connection = HTTPConnection(to.hostname or "", to.port, timeout=30)
    connection.request(
        "POST",
        f"{to.path}/requests.json",
        body=urlencode(said),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    answer = connection.getresponse()
    told = json.loads(answer.read())
    connection.close()
    assert answer.status == 200, told
    return told[0]


def test_a_pothole_through_a_client(live_server: Any, settings: Any, people: Any, at_browser: Any) -> None:
    root = f"{live_server.url}/open311/v2"
    client = GeoReport(root, jurisdiction="huimin.wuhu")
    services = {one["service_name"]: one["service_code"] for one in client.get_service_list()}
    code = services["道路破损"]
    definition = client.get_service_definition(code)
    assert [one["code"] for one in definition["attributes"]] == ["SIZE", "LANE"]

    told = sends(
        root,
        jurisdiction_id="huimin.wuhu",
        api_key="demo",
        service_code=code,
        lat=str(make.HERE[1]),
        long=str(make.HERE[0]),
        description="路口有个大坑，骑车的人摔了",
        first_name="三",
        last_name="张",
        phone="13900000001",
        **{"attribute[SIZE]": "large"},
    )
    number = told["service_request_id"]
    before = client.get_service_request(number)
    assert (before["status"], before["status_notes"], before["service_code"]) == ("open", "网格员正在现场核实", code)

    at = timezone.now()
    operations.verify_incident(number, found=True, actor=people.worker, at=at)
    operations.file_incident(number, actor=people.command, at=at)
    operations.dispatch_incident(number, actor=people.command, at=at)
    the_city_goes_on()
    assert client.get_service_request(number)["agency_responsible"] == "市住房和城乡建设局"
    operations.dispose_incident(number, said="已修补", photos=[make.photo("green")], actor=people.housing, at=at)
    operations.check_incident(number, passed=True, actor=people.worker, at=at)
    operations.close_incident(number, actor=people.command, at=at)
    the_city_goes_on()

    after = client.get_service_request(number)
    assert (after["status"], after["status_notes"]) == ("closed", "已办结")
    assert after["updated_datetime"] >= before["updated_datetime"]
    in_xml = GeoReport(root, output_format="xml")
    assert in_xml.get_service_requests(status="closed")["service_request_id"] == number
    assert [one["service_request_id"] for one in client.get_service_requests(service_code=code)] == [number]
    everything = json.dumps(client.get_service_requests(), ensure_ascii=False)
    assert not [one for one in ("张三", "13900000001", people.accounts["housing"].name) if one in everything]

    chief = at_browser(people.command, width=WIDE)
    chief.goto("/desk/neighbours/")
    reads(chief, "转相邻地区", "还没有接通", "马鞍山市", name="neighbours")
    chief.get_by_label("案件号").fill(number)
    chief.get_by_label("转给哪里").select_option(label="宣城市")
    chief.get_by_role("button", name="转出").click()
    chief.get_by_text(number).wait_for()
    reads(chief, "转相邻地区", "待发送", name="neighbours-waiting")
    chief.goto("/desk/suggestions/")
    reads(chief, "类别建议准不准", "关键词", "100%", name="suggestions")
