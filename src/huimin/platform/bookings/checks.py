"""Start-up checks: the offices can be read and belong to departments of the city."""

from typing import Any

from django.core.checks import Error, register

from huimin.kernel.declarations import DeclarationWrong
from huimin.platform.bookings.declarations import offices
from huimin.platform.identity.declarations import this_city


@register()
def offices_belong_to_the_city(**_: Any) -> list[Error]:
    """An error for a declaration that is wrong, and for an office of nobody."""
    try:
        declared = offices()
    except DeclarationWrong as wrong:
        return [Error(str(wrong), id="bookings.E001")]
    departments = {department.code for department in this_city().departments.departments}
    return [
        Error(f"offices.yaml: {code}: there is no department {office.department}", id="bookings.E002")
        for code, office in declared.items()
        if office.department not in departments
    ]
