"""Keyset paging: "more" instead of page numbers; the cost of the hundredth page is that of the first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from django.core import signing
from django.db.models import Field, Model, Q, QuerySet

from huimin.kernel.refusals import Refusal

SALT: Final = "ui.paging"
M = TypeVar("M", bound=Model)


class BadCursor(Refusal):
    """The place in the list was not given by us, or belongs to another list."""

    zh = "这个“更多”链接已经失效，请从列表开头重新查看。"
    en = "This “more” link is no longer valid. Please start again from the top of the list."
    status = 400


@dataclass(frozen=True)
class Page(Generic[M]):
    """Some rows of a list, and the signed cursor of the next ones (empty at the end)."""

    rows: list[M]
    after: str


def keyset_page(rows: QuerySet[M], *, by: Sequence[str], after: str = "", size: int = 30) -> Page[M]:
    """The next `size` rows in the order `by` (field names, `-` for descending; together unique, none nullable, indexed).

    `after` is the cursor of an earlier page of the same order. The cursor holds the values of the `by` fields in signed but
    readable form, so order only by what may stand in an address: instants, numbers, codes. Raises `BadCursor`.
    """
    if after:
        rows = rows.filter(_beyond(rows, by, _open(after, by)))
    found = list(rows.order_by(*by)[: size + 1])
    shown = found[:size]
    return Page(shown, _close(shown[-1], by) if len(found) > size else "")


def _column(model: type[Model], name: str) -> Field[Any, Any]:
    """The column that a name of `by` means. Raises `TypeError` for a relation backwards, which is no order of rows."""
    column = model._meta.get_field(name.lstrip("-"))
    if not isinstance(column, Field):
        raise TypeError(f"{name} is not a column of {model._meta.label}")
    return column


def _close(row: Model, by: Sequence[str]) -> str:
    values = [_column(type(row), name).value_to_string(row) for name in by]
    return signing.dumps([list(by), values], salt=SALT, compress=True)


def _open(after: str, by: Sequence[str]) -> list[str]:
    try:
        order, values = signing.loads(after, salt=SALT)
    except signing.BadSignature as problem:
        raise BadCursor from problem
    if order != list(by):
        raise BadCursor
    return list(values)


def _beyond(rows: QuerySet[M], by: Sequence[str], values: Sequence[str]) -> Q:
    """Rows after the cursor: for each field in turn, equal in all before it and beyond in it."""
    beyond, equal = Q(pk__in=[]), Q()
    for name, text in zip(by, values, strict=True):
        column = _column(rows.model, name)
        field, value = column.name, column.to_python(text)
        beyond |= equal & Q(**{f"{field}__{'lt' if name.startswith('-') else 'gt'}": value})
        equal &= Q(**{field: value})
    return beyond
