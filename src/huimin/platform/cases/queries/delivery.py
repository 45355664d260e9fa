"""How the result reaches the applicant: by courier to the address that he gave, at a counter, or in the wallet alone.

Which of them, the shared section `delivery` asks (`courier`, `pickup`, `wallet`), and the address under `send_to`.
"""

from dataclasses import dataclass
from typing import Final

from huimin.platform.cases.models import Case
from huimin.platform.cases.queries.files import service_of
from huimin.platform.catalogue.declarations.items import Place
from huimin.platform.catalogue.rules.answers import data_of
from huimin.platform.catalogue.rules.situations import parameters_of, places_for

WAY: Final = "delivery"
ADDRESS: Final = "send_to"
COURIER: Final = "courier"
PICKUP: Final = "pickup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """`address`: where the courier goes, blank for none; `places`: the counters that hand out, where it is fetched; neither: the wallet."""

    address: str = ""
    places: tuple[Place, ...] = ()


def find_delivery(case: Case) -> Delivery | None:
    """What the applicant chose, the wallet where he chose nothing; None where the form did not ask him, and of a part of a life event:
    it comes with the whole.
    """
    if case.whole_id is not None:
        return None
    way = case.answers.get(WAY)
    if way == COURIER:
        return Delivery(address=str(case.answers.get(ADDRESS, "")))
    if way == PICKUP:
        service = service_of(case)
        data = data_of(service.form, case.answers, parameters_of(service.item))
        return Delivery(places=places_for(service.item, data))
    return Delivery() if service_of(case).form.question(WAY) else None
