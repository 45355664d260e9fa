"""The evidence that records give about whom they speak of, in one shape for all resources."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from huimin.platform.exchange.declarations import Resource
from huimin.platform.exchange.lake.engine import name
from huimin.platform.exchange.lake.mapping import lake_columns

# Evidence column → (what an item feeds, the suffix of its lake column, engine type).
Evidence = Mapping[str, tuple[str, str, str]]

PERSON_EVIDENCE: Final[Evidence] = MappingProxyType(
    {
        "citizen_id": ("citizen_id", "", "VARCHAR"),
        "id_token": ("citizen_id", "_token", "VARCHAR"),
        "former_id": ("former_citizen_id", "", "VARCHAR"),
        "masked_id": ("masked_id", "", "VARCHAR"),
        "id_tail": ("id_tail", "", "VARCHAR"),
        "name_key": ("name", "_key", "VARCHAR"),
        "organisation_key": ("name", "_organisation_key", "VARCHAR"),
        "birth_date": ("birth_date", "", "DATE"),
        "sex": ("sex", "", "VARCHAR"),
        "age": ("age", "", "BIGINT"),
        "phone": ("phone", "", "VARCHAR"),
        "former_phone": ("former_phone", "", "VARCHAR"),
        "contact_phone": ("contact_phone", "", "VARCHAR"),
        "residence_key": ("residence_address", "_key", "VARCHAR"),
        "hukou_key": ("hukou_address", "_key", "VARCHAR"),
        "place_key": ("place", "_key", "VARCHAR"),
        "household": ("household", "", "VARCHAR"),
        "uscc": ("uscc", "", "VARCHAR"),
    }
)
ORGANISATION_EVIDENCE: Final[Evidence] = MappingProxyType(
    {
        "uscc": ("uscc", "", "VARCHAR"),
        "uscc_token": ("uscc", "_token", "VARCHAR"),
        "name_key": ("name", "_key", "VARCHAR"),
        "organisation_key": ("name", "_organisation_key", "VARCHAR"),
        "legal_representative": ("legal_representative", "_key", "VARCHAR"),
        "address_key": ("address", "_key", "VARCHAR"),
        "place_key": ("place", "_key", "VARCHAR"),
    }
)


def columns(resource: Resource, evidence: Evidence) -> list[str]:
    """SELECT expressions over a resource's current records, one for each evidence column; NULL where the resource has none."""
    from_lake = lake_columns(resource)
    expressions = []
    for column, (feeds, suffix, engine_type) in evidence.items():
        item = resource.item_feeding(feeds)
        there = item is not None and item + suffix in from_lake
        expressions.append(f"{name((item or '') + suffix) if there else f'CAST(NULL AS {engine_type})'} AS {column}")
    named = resource.item_feeding("name")
    expressions.append(f"{name(named)} IS NOT NULL AS named" if named else "FALSE AS named")
    expressions.append(f"{_parents(resource)} AS parent_ids")
    return ["record_id", "as_of", *expressions]


def _parents(resource: Resource) -> str:
    own = [name(item) for item, declared in resource.items.items() if declared.feeds == "parent_citizen_id"]
    return f"list_filter([{', '.join(own)}]::VARCHAR[], lambda p: p IS NOT NULL)" if own else "CAST([] AS VARCHAR[])"
