"""Start-up checks: every class has a limit and, in every district, a department that can deal with it; what files name is there."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from huimin.kernel.declarations import DeclarationWrong, Mistake, mistake_at
from huimin.platform.identity.declarations import this_city
from huimin.platform.incidents.declarations import AreasFile, LimitsFile, RoutingFile, areas, limits, routing, standard
from huimin.platform.incidents.declarations.local import GRADES, declared_in
from huimin.platform.incidents.operations.routing import row_fault
from huimin.platform.incidents.rules.reports import Channel
from huimin.platform.incidents.rules.routing import ANY, OWNER, Facts, route


@register()
def incidents_are_declared(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Iterable[CheckMessage]:
    """The city's files of incidents load, and leave no class without limit and no district without department."""
    try:
        found = [
            *limit_faults(limits(), declared_in("limits.yaml")),
            *area_faults(areas(), declared_in("areas.yaml")),
            *routing_faults(routing(), declared_in("routing.yaml")),
        ]
    except DeclarationWrong as wrong:
        return [Error(str(mistake), id="incidents.E001") for mistake in wrong.mistakes]
    return [Error(str(fault), id="incidents.E002") for fault in found]


def limit_faults(declared: LimitsFile, path: Path) -> Iterator[Mistake]:
    """Classes that have no limit, limits of classes that there are none of, channels that are not there."""
    numbered = standard(declared.standard_ref)
    for code in numbered.classes:
        for grade in GRADES:
            if declared.disposal(code, grade, urgent=False) is None:
                yield mistake_at(path, ("classes",), f"no limit for class {code} in areas of grade {grade}")
    for code in declared.classes:
        if code not in (ANY, "C") and not any(known.startswith(code) for known in numbered.classes):
            yield mistake_at(path, ("classes", code), "the standard has no such class")
    for channel in declared.most_reports_an_hour:
        if channel not in set(Channel):
            yield mistake_at(path, ("most_reports_an_hour", channel), "there is no such channel")


def area_faults(declared: AreasFile, path: Path) -> Iterator[Mistake]:
    """Areas outside of the city, and areas with two grades."""
    districts = {one.division for one in this_city().departments.departments if one.kind == "district"}
    seen: set[str] = set()
    for grade, codes in declared.grades.items():
        for place, code in enumerate(codes):
            if code[:6] not in districts:
                yield mistake_at(path, ("grades", grade, place), f"{code} is no area of this city")
            if code in seen:
                yield mistake_at(path, ("grades", grade, place), f"{code} has two grades")
            seen.add(code)


def routing_faults(declared: RoutingFile, path: Path) -> Iterator[Mistake]:
    """Rows that name what is not there, and classes that no row sends anywhere in some district."""
    numbered = standard(declared.standard_ref)
    for place, row in enumerate(declared.rows):
        if fault := row_fault(row):
            yield mistake_at(path, ("rows", place), fault)
    rows = tuple(row.as_rule for row in declared.rows)
    for district in (one for one in this_city().departments.departments if one.kind == "district"):
        for code in numbered.classes:
            facts = Facts(class_code=code, division=district.division, district=district.code)
            found = route(rows, facts).departments
            if not found or OWNER in found:
                yield mistake_at(path, ("rows",), f"class {code} goes nowhere in {district.division}")
