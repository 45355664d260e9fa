"""Looks at another department's rows: journalled first, then shown, and only as far as a grant in force goes."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from huimin.kernel.public_numbers import random_number
from huimin.kernel.refusals import BadInput, NotFound
from huimin.platform.exchange import sharing
from huimin.platform.exchange.declarations import Resource, resources
from huimin.platform.exchange.events import SharedRecordRead, SharedRowsRead
from huimin.platform.exchange.ports import record_subjects
from huimin.platform.exchange.rules import MOST_ROWS_A_FILE, ROWS_A_PAGE, Way
from huimin.platform.exchange.sharing import SharedRow
from huimin.platform.identity.rules import Scope
from huimin.platform.journal.operations import publish_many
from huimin.platform.journal.rules import Actor, digest, is_case_ref

MOST_OF_A_NUMBER: Final = 20
MARK: Final = "水印"
_RUNS: Final = "=+-@\t\r"
"""A cell that begins so is run by a spreadsheet."""


class CaseMissing(BadInput):
    """A look without the case that justifies it."""

    zh = "请填写办理事项的编号，不超过64个字，不含身份号码或手机号码。"
    en = "Give the number of the case at hand: at most 64 characters, and no identity or telephone number in it."


class NotAskedBy(BadInput):
    """Records of the resource are not looked up by this."""

    zh = "这个资源不能按“{by}”查。"
    en = "Records of this resource are not looked up by {by}."


@dataclass(frozen=True, kw_only=True)
class Why:
    """Why somebody reads: a purpose of the grant, and the case at hand."""

    purpose: str
    case_ref: str


@dataclass(frozen=True, kw_only=True)
class SharedPage:
    """Rows as they may be shown, the items that they have, and the record number after which the next ones come ('' at the end)."""

    resource: Resource
    items: Sequence[str]
    rows: Sequence[SharedRow]
    after: str = ""


@dataclass(frozen=True, kw_only=True)
class SharedFile:
    """A file of shared rows: its mark, by which who took it is found, its content, and whether there were more rows than it holds."""

    mark: str
    content: bytes
    rows: int
    is_cut: bool


def look_up_shared(code: str, *, by: str, value: str, why: Why, actor: Actor, at: datetime) -> SharedPage:
    """The records of a number. Raises NotFound where no grant gives the resource for this purpose, CaseMissing, NotAskedBy."""
    resource, scope = _access(code, Way.LOOK_UP, why, actor, at)
    if by not in (sharing.BY_RECORD, *resource.number_items):
        raise NotAskedBy(field="by", by=by)
    rows = sharing.rows_of_number(resource, scope, by=by, value=value.strip(), most=MOST_OF_A_NUMBER)
    _publish(resource, Way.LOOK_UP, scope, rows, why=why, actor=actor, at=at)
    return SharedPage(resource=resource, items=sharing.fields_shown(scope, resource), rows=rows)


def read_shared(code: str, *, after: str, why: Why, actor: Actor, at: datetime) -> SharedPage:
    """The next page of rows. Raises NotFound where no grant gives the resource for this purpose, CaseMissing."""
    resource, scope = _access(code, Way.READ, why, actor, at)
    found = sharing.rows_after(resource, scope, after=after, size=ROWS_A_PAGE + 1)
    rows = found[:ROWS_A_PAGE]
    _publish(resource, Way.READ, scope, rows, why=why, actor=actor, at=at)
    return SharedPage(
        resource=resource,
        items=sharing.fields_shown(scope, resource),
        rows=rows,
        after=rows[-1].record_id if len(found) > ROWS_A_PAGE else "",
    )


def export_shared(code: str, *, why: Why, actor: Actor, at: datetime) -> SharedFile:
    """A file of at most MOST_ROWS_A_FILE rows, every one with the file's mark. Raises as `read_shared`."""
    resource, scope = _access(code, Way.FILE, why, actor, at)
    found = sharing.rows_after(resource, scope, after="", size=MOST_ROWS_A_FILE + 1)
    rows, mark = found[:MOST_ROWS_A_FILE], random_number(10)
    _publish(resource, Way.FILE, scope, rows, why=why, actor=actor, at=at, export=mark)
    items = sharing.fields_shown(scope, resource)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*(resource.items[item].zh for item in items), MARK])
    writer.writerows([*(_harmless(row.values.get(item, "")) for item in items), mark] for row in rows)
    # A byte order mark: spreadsheets take the file for another encoding without it.
    return SharedFile(
        mark=mark,
        content=text.getvalue().encode("utf-8-sig"),
        rows=len(rows),
        is_cut=len(found) > MOST_ROWS_A_FILE,
    )


def _harmless(value: str) -> str:
    return f"'{value}" if value.startswith(tuple(_RUNS)) else value


def _access(code: str, way: Way, why: Why, actor: Actor, at: datetime) -> tuple[Resource, Scope]:
    """The resource and what may be seen of it: who has no grant in force learns not even whether there is such a resource."""
    if not why.case_ref.strip() or not is_case_ref(why.case_ref):
        raise CaseMissing(field="case_ref")
    resource = resources().get(code)
    scope = sharing.scope_of_rows(actor, resource=code, way=way, purpose=why.purpose, at=at) if resource else Scope()
    if resource is None or not scope:
        raise NotFound
    return resource, scope


def _publish(
    resource: Resource,
    way: Way,
    scope: Scope,
    rows: Sequence[SharedRow],
    *,
    why: Why,
    actor: Actor,
    at: datetime,
    export: str = "",
) -> None:
    """One fact for the slice, and one for everybody whose record is in it: he can read who looked."""
    numbers = [row.record_id for row in rows]
    fields = tuple(sharing.fields_shown(scope, resource))
    slice_read = SharedRowsRead(
        subject=f"resource:{resource.code}",
        case_ref=why.case_ref,
        way=str(way),
        purpose=why.purpose,
        basis=scope.bases,
        fields=fields,
        rows=len(rows),
        records=digest("\x1f".join(numbers)),
        export=export,
    )
    about = record_subjects.find()
    subjects = sorted(set(about(resource.code, numbers).values())) if about is not None and numbers else []
    people = [
        SharedRecordRead(
            subject=subject,
            case_ref=why.case_ref,
            resource=resource.code,
            way=str(way),
            purpose=why.purpose,
            basis=scope.bases,
            fields=fields,
            export=export,
        )
        for subject in subjects
    ]
    with transaction.atomic():
        publish_many([slice_read, *people], actor=actor, at=at)
