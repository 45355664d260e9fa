"""The API: the catalogue for programs, records pushed by departments' own systems, and rows that other departments share.

A push names records by the department's own column names, as its files do. The system signs in with OAuth 2 client
credentials (RFC 6749 4.4) and reaches its own department's resources only. Answers follow RFC 4918's multi-status: one
outcome for each record, in the order in which they were sent.
"""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Body, Header, Router, Schema, Status
from pydantic import Field, StringConstraints

from huimin.platform.exchange import catalogue, queries
from huimin.platform.exchange.catalogue import Entry
from huimin.platform.exchange.http import cursors
from huimin.platform.exchange.models import Delivery
from huimin.platform.exchange.operations import reading
from huimin.platform.exchange.operations.pushing import MOST_RECORDS, Outcome, outcomes_of, push_records
from huimin.platform.exchange.operations.reading import SharedPage, Why
from huimin.platform.exchange.permissions import CATALOGUE, PUSH, READ_SHARED
from huimin.platform.exchange.reach import reach_of
from huimin.platform.exchange.rules import RETURNED_WHOLE
from huimin.platform.identity.permissions import needs
from huimin.platform.identity.queries import actor_of
from huimin.platform.journal.rules import LONGEST_CASE_REF

router = Router(tags=["exchange"])
IdempotencyKey = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{0,64}$")]


class BothNames(Schema):
    """A name in both languages."""

    zh: str
    en: str


class ItemShown(Schema):
    """An information item."""

    code: str
    names: BothNames
    type: str
    codes: str | None = None
    share: Literal["open", "conditional", "withheld"]


class ResourceShown(Schema):
    """A resource as a list shows it (GB/T 21063)."""

    code: str
    names: BothNames
    classification: str
    domain: str
    department: str
    share: Literal["open", "conditional", "withheld"]
    open: bool
    cycle: str


class ResourceDetail(ResourceShown):
    """A resource with its items and how fresh it is."""

    abstract: BothNames
    format: str
    subject: str
    items: list[ItemShown]
    version: int
    reference_on: date | None
    is_stale: bool


def _shown(entry: Entry) -> dict[str, Any]:
    resource = entry.resource
    return {
        "code": resource.code,
        "names": resource.names.model_dump(),
        "classification": resource.classification,
        "domain": entry.domain,
        "department": entry.department,
        "share": resource.share,
        "open": resource.open,
        "cycle": resource.cycle,
    }


@router.get("/catalogue/resources", response=list[ResourceShown], summary="Resources, narrowed or searched")
@needs(CATALOGUE)
def resources(
    request: HttpRequest, q: str = "", classification: str = "", domain: str = "", department: str = ""
) -> list[dict[str, Any]]:
    """Every resource of the catalogue; `q` is searched as text, pinyin or initials, the best answers first."""
    found = catalogue.browse(kind=classification, domain=domain, department=department, asked=q)
    return [_shown(entry) for entry in found]


@router.get("/catalogue/resources/{code}", response=ResourceDetail, summary="One resource with its items")
@needs(CATALOGUE)
def resource(request: HttpRequest, code: str) -> dict[str, Any]:
    """What a resource holds, its newest version, and the latest day that it speaks of."""
    entry = catalogue.get_entry(code)
    declared = entry.resource
    standing = next((one for one in queries.freshness(timezone.localdate()) if one.resource.code == code), None)
    versions = catalogue.versions_of(code)
    return {
        **_shown(entry),
        "abstract": declared.abstract.model_dump(),
        "format": declared.format,
        "subject": declared.subject,
        "items": [
            {
                "code": name,
                "names": {"zh": item.zh, "en": item.en},
                "type": item.type,
                "codes": item.codes,
                "share": item.share or declared.share,
            }
            for name, item in declared.items.items()
        ],
        "version": versions[0].number if versions else 0,
        "reference_on": standing.reference_on if standing else None,
        "is_stale": standing.is_stale if standing else True,
    }


Record = dict[str, Any]
Pushed = Annotated[
    Record | list[Record], Body(description=f"One record or up to {MOST_RECORDS}, by the department's own column names")
]


class RecordOutcome(Schema):
    """What became of one record."""

    place: int = Field(description="from 1, in the order sent")
    status: Literal["landed", "returned", "duplicate"]
    rule: str = Field("", description="why it was returned")
    message: BothNames | None = Field(None, description="the rule in words, and what to do")
    doubted: list[str] = Field([], description="items whose text is no value: kept as text, not taken as value")


class PushOutcome(Schema):
    """What became of a push: the three counts add up to `delivered`."""

    delivery: int
    state: str
    delivered: int
    landed: int
    returned: int
    duplicates: int
    records: list[RecordOutcome]


def _outcome(outcome: Outcome) -> dict[str, Any]:
    sentence = RETURNED_WHOLE.get(outcome.rule)
    return {
        "place": outcome.place,
        "status": outcome.status,
        "rule": outcome.rule,
        "message": {"zh": sentence[0], "en": sentence[1]} if sentence else None,
        "doubted": list(outcome.doubted),
    }


def _answer(delivery: Delivery) -> dict[str, Any]:
    return {
        "delivery": delivery.number,
        "state": delivery.state,
        "delivered": delivery.delivered,
        "landed": delivery.landed,
        "returned": delivery.quarantined,
        "duplicates": delivery.duplicates,
        "records": [_outcome(outcome) for outcome in outcomes_of(delivery)],
    }


@router.post(
    "/exchange/{resource}/records",
    response={
        200: PushOutcome,
        207: PushOutcome,
    },
    summary="Push one record or a batch of one's own department",
)
@needs(PUSH)
def push(
    request: HttpRequest,
    resource: str,
    body: Pushed,
    idempotency_key: Annotated[IdempotencyKey, Header("", alias="Idempotency-Key")],
) -> Status[dict[str, Any]]:
    """200 when every record landed, 207 when some were returned or were duplicates.

    The same `Idempotency-Key` with the same records gives the same answer again and lands nothing twice; with other
    records it is refused.
    """
    delivery = push_records(
        resource,
        body if isinstance(body, list) else [body],
        key=idempotency_key,
        reach=reach_of(request),
        actor=actor_of(request),
        at=timezone.now(),
    )
    return Status(200 if delivery.landed == delivery.delivered else 207, _answer(delivery))


class Reason(Schema):
    """Why somebody reads; the people whose records they are can read it."""

    purpose: Annotated[str, StringConstraints(max_length=64)] = Field(description="a purpose of the grant")
    case_ref: Annotated[str, StringConstraints(max_length=LONGEST_CASE_REF)] = Field(description="the case at hand")

    @property
    def why(self) -> Why:
        """The reason as operations take it."""
        return Why(purpose=self.purpose, case_ref=self.case_ref)


class RecordAsked(Reason):
    """Records of a number: `by` an item that holds numbers of people or organisations, or `record_id`."""

    by: Annotated[str, StringConstraints(max_length=64)]
    value: Annotated[str, StringConstraints(max_length=500)]


class PageAsked(Reason):
    """A page of rows; `after` is what the page before gave, blank for the first."""

    after: Annotated[str, StringConstraints(max_length=2000)] = ""


class SharedRowShown(Schema):
    """One record: the items that are granted, masked where the grant says so; null where the department gives no value."""

    as_of: date | None
    values: dict[str, str | None]


class SharedRowsShown(Schema):
    """Rows of another department."""

    resource: str
    items: list[str]
    rows: list[SharedRowShown]
    after: str = Field("", description="asks for the next page; blank at the end")


def _page(page: SharedPage) -> dict[str, Any]:
    return {
        "resource": page.resource.code,
        "items": list(page.items),
        "rows": [
            {"as_of": row.as_of, "values": {item: row.values.get(item) or None for item in page.items}}
            for row in page.rows
        ],
        "after": cursors.closed(page.after),
    }


@router.post("/exchange/{resource}/look-up", response=SharedRowsShown, summary="Look up another department's record")
@needs(READ_SHARED)
def look_up(request: HttpRequest, resource: str, body: RecordAsked) -> dict[str, Any]:
    """The records of a number, as far as a grant in force shows them; journalled before they are answered."""
    page = reading.look_up_shared(
        resource, by=body.by, value=body.value, why=body.why, actor=actor_of(request), at=timezone.now()
    )
    return _page(page)


@router.post("/exchange/{resource}/rows", response=SharedRowsShown, summary="Read another department's rows")
@needs(READ_SHARED)
def rows(request: HttpRequest, resource: str, body: PageAsked) -> dict[str, Any]:
    """The next page of rows, as far as a grant in force shows them; journalled before they are answered."""
    after = cursors.opened(body.after)
    return _page(reading.read_shared(resource, after=after, why=body.why, actor=actor_of(request), at=timezone.now()))
