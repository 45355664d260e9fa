"""Who is responsible: the most telling row of a routing table that fits an incident."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

ANY: Final = "*"
DISTRICT: Final = "{district}"
OWNER: Final = "{owner}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A row of the table. `of_class` is a class, the beginning of one (a group) or `*`; `division` a district or `*`; `owner` a
    department to which the component belongs, or `*`.

    `departments` are codes, the leading one first; `{district}` stands for the district's own, `{owner}` for the component's owner.
    `by_itself`: what a worker reports of it is filed and dispatched without waiting for an operator.
    """

    of_class: str
    division: str = ANY
    owner: str = ANY
    departments: tuple[str, ...] = ()
    by_itself: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What routing looks at: the class, the district and its department, the department to which the component belongs."""

    class_code: str
    division: str = ""
    district: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Assigned:
    """Who is responsible, the leading department first; nobody where no row fits."""

    departments: tuple[str, ...] = ()
    by_itself: bool = False


NOWHERE: Final = Assigned()


def route(rows: Iterable[Route], facts: Facts) -> Assigned:
    """What the most telling row says: the longest class, then one that names the owner, then one that names the district.

    Of rows that tell alike the first in the table counts.
    """
    fitting = [row for row in rows if _fits(row, facts)]
    if not fitting or not facts.class_code:
        return NOWHERE
    best = max(fitting, key=_weight)
    stands_for = {DISTRICT: facts.district, OWNER: facts.owner}
    named = [stands_for.get(code, code) for code in best.departments]
    return Assigned(tuple(dict.fromkeys(code for code in named if code)), best.by_itself)


def _fits(row: Route, facts: Facts) -> bool:
    return (
        (row.of_class == ANY or facts.class_code.startswith(row.of_class))
        and row.division in (ANY, facts.division)
        and (row.owner == ANY or row.owner == facts.owner or (row.owner == OWNER and facts.owner != ""))
        # A row that leaves it to nobody known here does not answer the question.
        and (facts.owner != "" or row.departments != (OWNER,))
        and (facts.district != "" or row.departments != (DISTRICT,))
    )


def _weight(row: Route) -> tuple[int, bool, bool]:
    return (0 if row.of_class == ANY else len(row.of_class), row.owner != ANY, row.division != ANY)
