"""Sections that many forms share (`catalogue/sections/`), fitted to the service that takes one."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from huimin.platform.catalogue.declarations.forms import Form, Party
from huimin.platform.catalogue.declarations.items import ServiceItem
from huimin.platform.catalogue.rules.faults import Fault

DELIVERY: Final = "delivery"
WALLET: Final = "wallet"
PICKUP: Final = "pickup"
ACCOUNT: Final = "account"
ON_PAPER: Final = frozenset({"courier", "pickup"})
ADDRESS: Final = {"person": "residence_address", "organisation": "address"}
"""The registry field that says where somebody can be written to."""


def fitted(section: Mapping[str, Any], *, applying: Party, ways: Collection[str]) -> dict[str, Any]:
    """The section as a service takes it: about who applies, with those of its choices that are `ways` of the service's outcome.

    Where the result lies in the wallet all the same, nobody need say how he wants it on paper.
    """
    return {**section, "questions": [_fitted(one, applying, ways) for one in section["questions"]]}


def _fitted(question: Mapping[str, Any], applying: Party, ways: Collection[str]) -> dict[str, Any]:
    whole = {**question, "of": applying.code}
    if "from" in whole:
        whole["from"] = f"{applying.code}.{ADDRESS[applying.kind]}"
    if whole["code"] == DELIVERY:
        whole["choices"] = [choice for choice in whole["choices"] if choice["code"] in ways]
        whole["required"] = WALLET not in ways
    return whole


def delivery_faults(form: Form, item: ServiceItem) -> list[Fault]:
    """Whose result may come on paper asks how, where there is a choice or an address to give; whose result does not asks nothing."""
    ways = set(item.outcome.delivery) - {ACCOUNT}
    on_paper = ON_PAPER & ways
    asks = form.question(DELIVERY) is not None
    if on_paper and ways != {PICKUP} and not asks:
        return [
            Fault("form.yaml", (), f"the result may come by {', '.join(sorted(on_paper))}: say `shared: [delivery]`")
        ]
    return [] if on_paper or not asks else [Fault("form.yaml", (), "nothing comes on paper, so nobody need say how")]
