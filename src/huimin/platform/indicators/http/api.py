"""The API of public statistics: open to everybody, the same content as the open-data file."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from huimin.platform.identity.permissions import public
from huimin.platform.indicators import queries, tables

router = Router(tags=["statistics"], auth=None)


class NamesOut(Schema):
    """A name in both languages."""

    zh: str
    en: str


class CategoryOut(Schema):
    """A category of a dimension."""

    code: str
    names: NamesOut


class DimensionOut(Schema):
    """A dimension of a table, its categories in order."""

    code: str
    names: NamesOut
    categories: list[CategoryOut]


class ListedReleaseOut(Schema):
    """A release, as listed."""

    code: str
    names: NamesOut
    reference_on: str
    released_at: str


class ReleaseOut(ListedReleaseOut):
    """A statistical release. A cell holds a category code for each dimension ('' for the total of it) and `value`, null where withheld.

    Where a number is averaged (`average` names it), a cell also holds its `average`.
    """

    population: NamesOut
    unit: NamesOut
    source: NamesOut
    smallest: int
    round_to: int
    dimensions: list[DimensionOut]
    average: NamesOut | None = None
    cells: list[dict[str, str | int | float | None]]


@router.get(
    "/statistics", response=list[ListedReleaseOut], url_name="statistics", summary="Every published statistical release"
)
@public
def list_releases(request: HttpRequest) -> list[dict[str, Any]]:
    """Every published statistical release, in the order declared."""
    return [tables.content(table) for table in queries.released_tables().values()]


@router.get("/statistics/{code}", response=ReleaseOut, summary="One statistical release, with all its cells")
@public
def get_release(request: HttpRequest, code: str) -> dict[str, Any]:
    """One statistical release; 404 `NoSuchRelease` where there is none of this code."""
    return tables.content(queries.get_table(code))
