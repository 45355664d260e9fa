"""Reads of exchange: which deliveries stand, what waits in quarantine, how fresh each resource is."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet, Sum

from huimin.kernel.refusals import Refusal
from huimin.platform.exchange.declarations import CYCLE_DAYS, Resource, resources, sources
from huimin.platform.exchange.lake import current, engine
from huimin.platform.exchange.lake.current import Rows, Standing, current_records
from huimin.platform.exchange.models import Delivery, QuarantinedRow
from huimin.platform.exchange.permissions import DELIVER
from huimin.platform.exchange.rules import AccessRates, Punctuality, is_stale, punctuality
from huimin.platform.identity.declarations import this_city


class NotWritableHere(Refusal):
    """The department's files have no place where this item alone could be put right."""

    zh = "这一项（{item}）不能直接写回，请由该部门在原系统更正后重新交付。"
    en = "This item ({item}) cannot be written back here; the department corrects it in its own system and delivers again."


def lake() -> Path:
    """The folder of the lake."""
    return Path(settings.HOME) / "lake"


def as_standing(resource: str, deliveries: Iterable[Delivery]) -> list[Standing]:
    """Deliveries of a resource as those that count (whether or not they do), each with the delivery that it completes."""
    corrected = QuarantinedRow.objects.filter(resubmitted_as__resource=resource)
    completes = dict(corrected.values_list("resubmitted_as_id", "delivery_id").distinct())

    def completed(number: int) -> int | None:
        """The delivery that a corrected row belongs to, though it may have been returned and corrected more than once."""
        first = completes.get(number)
        while first in completes:
            first = completes[first]
        return first

    return [
        Standing(
            file=row.lake_file,
            mode="full" if row.mode == Delivery.Mode.FULL else "increment",
            reference_on=row.reference_on,
            number=row.number,
            completes=completed(row.number),
        )
        for row in deliveries
    ]


def standing(resource: str) -> list[Standing]:
    """The deliveries of a resource that count, oldest first (a full one without rows ends what there was)."""
    rows = Delivery.objects.filter(resource=resource, state=Delivery.State.STANDING).order_by("number")
    return as_standing(resource, rows)


def current_select(
    resource: Resource,
    columns: list[str],
    *,
    only: Collection[str] | None = None,
    between: tuple[str, str] | None = None,
) -> str | None:
    """The engine SELECT of a resource's current records with these expressions, or None while nothing of it stands; `only` of these
    record numbers, or those `between` two of them (the first exclusive)."""
    return current_records(lake(), resource.code, standing(resource.code), columns, only=only, between=between)


def first_records(resource: str, *, after: str, count: int) -> tuple[str | None, bool]:
    """The last of the first `count` record numbers after this one, and whether there are no more; None where there is none at all."""
    select = current.first_records(lake(), resource, standing(resource), after=after, count=count)
    if select is None:
        return None, True
    with engine.borrowed(Path(settings.HOME) / "spill") as connection:
        last, found = engine.one(connection, f"SELECT max(record_id), count(*) FROM ({select})")
    return last, found < count


def current_rows(resource: Resource) -> Rows | None:
    """All rows of a resource's standing deliveries and the outdated ones among them, or None while nothing of it stands."""
    return current.current_rows(lake(), resource.code, standing(resource.code))


def standing_digest() -> str:
    """A digest of the set of deliveries that stand: what the registries are computed from."""
    numbers = Delivery.objects.filter(state=Delivery.State.STANDING).order_by("number").values_list("number", flat=True)
    return sha256(",".join(map(str, numbers)).encode()).hexdigest()


def current_row(resource: str, record_id: str) -> dict[str, str] | None:
    """A current record as its department last delivered it, by the department's own column names; None where it is not current."""
    select = current_select(resources()[resource], ["COLUMNS('^=')"], only=[record_id])
    if select is None:
        return None
    with engine.borrowed(Path(settings.HOME) / "spill") as connection:
        answer = connection.execute(select)
        columns = [description[0].removeprefix("=") for description in answer.description]
        rows = answer.fetchall()
    return (
        {column: value for column, value in zip(columns, rows[0], strict=True) if value is not None} if rows else None
    )


def find_records(resource: str, said: Mapping[str, str]) -> list[str]:
    """The numbers of the current records whose items say exactly this, in order; none where nothing is asked for."""
    select = current_select(resources()[resource], ["record_id", *sorted(said)]) if said else None
    if select is None:
        return []
    wanted = " AND ".join(f'"{item}" = ?' for item in sorted(said))
    with engine.borrowed(Path(settings.HOME) / "spill") as connection:
        found = connection.execute(
            f"SELECT record_id FROM ({select}) WHERE {wanted} ORDER BY record_id", [said[item] for item in sorted(said)]
        )
        return [record for (record,) in found.fetchall()]


def column_text(resource: str, item: str, value: str) -> tuple[str, str]:
    """Which column of the department holds an item, and how the department would write this value there. Raises NotWritableHere."""
    column = sources()[resource].column(item)
    if column is None or column.source is None or column.part:
        raise NotWritableHere(item=resources()[resource].items[item].zh)
    if column.codes:
        own = {meaning: code for code, meaning in reversed(column.codes.items())}
        if value not in own:
            raise NotWritableHere(item=resources()[resource].items[item].zh)
        return column.source, own[value]
    if column.divide:
        return column.source, f"{Decimal(value) * column.divide}"
    return column.source, value


def reference_day() -> date | None:
    """The day that the city's data speak of: that of the newest full delivery that stands; where there is none, of any.

    A record pushed for a later day does not move the whole city's day, and with it every window of dispute.
    """
    standing_ones = Delivery.objects.filter(state=Delivery.State.STANDING)
    days = standing_ones.aggregate(full=Max("reference_on", filter=Q(mode=Delivery.Mode.FULL)), any=Max("reference_on"))
    day: date | None = days["full"] or days["any"]
    return day


def lake_files() -> set[str]:
    """Every lake file that a delivery names, as `resource/file`."""
    rows = Delivery.objects.exclude(lake_file="").values_list("resource", "lake_file")
    return {f"{resource}/{file}" for resource, file in rows}


def deliveries(resource: str | None = None) -> QuerySet[Delivery]:
    """Deliveries, newest first."""
    rows = Delivery.objects.order_by("-number")
    return rows.filter(resource=resource) if resource else rows


def quarantined_rows(delivery: Delivery | None = None) -> QuerySet[QuarantinedRow]:
    """Rows that were sent back, in the order of their files; of one delivery or of all that still count."""
    rows = QuarantinedRow.objects.select_related("delivery").order_by("delivery_id", "line", "id")
    return rows.filter(delivery=delivery) if delivery else rows.exclude(delivery__state=Delivery.State.WITHDRAWN)


@dataclass(frozen=True, kw_only=True)
class Freshness:
    """How a resource stands today: when it last came, for which day, whether it is overdue by its update cycle."""

    resource: Resource
    department: str
    reference_on: date | None
    rows: int
    quarantined: int
    waiting: int
    is_stale: bool


def freshness(today: date) -> list[Freshness]:
    """Every resource of this city with its freshness, three queries whatever their number."""
    standing_rows = Delivery.objects.filter(state=Delivery.State.STANDING).values("resource")
    counts = {
        row["resource"]: row
        for row in standing_rows.annotate(day=Max("reference_on"), rows=Sum("landed"), back=Sum("quarantined"))
    }
    waiting = {
        row["delivery__resource"]: row["n"]
        for row in QuarantinedRow.objects.filter(state=QuarantinedRow.State.WAITING)
        .values("delivery__resource")
        .annotate(n=Count("id"))
    }
    found = []
    for code, source in sources().items():
        row: Mapping[str, Any] = counts.get(code, {})
        resource = resources()[code]
        found.append(
            Freshness(
                resource=resource,
                department=source.department,
                reference_on=row.get("day"),
                rows=row.get("rows") or 0,
                quarantined=row.get("back") or 0,
                waiting=waiting.get(code, 0),
                is_stale=is_stale(row.get("day"), today, CYCLE_DAYS[resource.cycle]),
            )
        )
    return found


@dataclass(frozen=True, kw_only=True)
class DepartmentStanding:
    """A department that has agreed on a source: its resources, overdue ones first."""

    department: str
    resources: Sequence[Freshness]

    @property
    def punctuality(self) -> Punctuality:
        """On time with everything, overdue with something, or never connected."""
        return punctuality((one.reference_on, one.is_stale) for one in self.resources)

    @property
    def overdue(self) -> int:
        """Resources that are overdue by their update cycle; what never came is overdue too."""
        return sum(one.is_stale for one in self.resources)

    @property
    def reference_on(self) -> date | None:
        """The day of its oldest data; None where one of its resources never came."""
        days = [one.reference_on for one in self.resources]
        return None if None in days else min(day for day in days if day is not None)


@dataclass(frozen=True, kw_only=True)
class Access:
    """How far the city's departments exchange data: every one that is to, and those that have agreed on a source, by code."""

    expected: Sequence[str]
    departments: Sequence[DepartmentStanding]

    @property
    def rates(self) -> AccessRates:
        """Access rate and on-time rate."""
        stand = [one.punctuality for one in self.departments]
        return AccessRates(
            expected=len(self.expected),
            agreed=len(stand),
            connected=sum(one is not Punctuality.NEVER for one in stand),
            on_time=sum(one is Punctuality.ON_TIME for one in stand),
        )

    @property
    def without_source(self) -> list[str]:
        """The departments that are to exchange data but have agreed on no source yet."""
        return sorted(set(self.expected) - {one.department for one in self.departments})


def access(today: date) -> Access:
    """How far the city's departments exchange data today.

    A department is to exchange data where the city gave it a post that delivers, or a source: city-level departments, districts,
    institutions and utilities alike.
    """
    city, found = (
        this_city(),
        sorted(freshness(today), key=lambda one: (one.department, not one.is_stale, one.resource.code)),
    )
    departments = [
        DepartmentStanding(department=code, resources=list(own))
        for code, own in groupby(found, key=lambda one: one.department)
    ]
    posts = {
        department.code
        for department in city.departments.departments
        if any(city.duties[post.duty].allows(DELIVER) for post in city.departments.posts_of(department))
    }
    return Access(expected=sorted(posts | {one.department for one in departments}), departments=departments)


def landed_records(delivery: Delivery) -> list[str]:
    """The record numbers that a delivery landed, in order."""
    if not delivery.lake_file:
        return []
    path = engine.text(lake() / delivery.resource / delivery.lake_file)
    with engine.borrowed(Path(settings.HOME) / "spill") as connection:
        rows = connection.execute(
            f"SELECT DISTINCT record_id FROM read_parquet('{path}') ORDER BY record_id"
        ).fetchall()
    return [record_id for (record_id,) in rows]


def delivery_records(number: int) -> tuple[str, list[str]]:
    """The resource of a delivery and the record numbers that it landed."""
    delivery = Delivery.objects.get(number=number)
    return delivery.resource, landed_records(delivery)
