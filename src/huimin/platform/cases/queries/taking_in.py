"""What a window has taken in: half-taken drafts and lodged cases of a department, the city's windows, whether a receipt holds."""

from functools import cache
from typing import Final

from django.db.models import QuerySet

from huimin.platform.cases.models import Case, Intake
from huimin.platform.cases.queries.drafts import department_of_post
from huimin.platform.cases.queries.files import NoSuchCase
from huimin.platform.identity.declarations import this_city
from huimin.platform.journal.rules import Actor

WINDOW: Final = "window_clerk"


def half_taken(actor: Actor) -> QuerySet[Intake]:
    """What the actor's department has begun to take in and not lodged."""
    return Intake.objects.filter(department=department_of_post(actor), case=None).select_related("draft")


def find_half_taken(number: str, actor: Actor) -> Intake | None:
    """What the actor's department has half taken, by the number on the one-time notice."""
    return half_taken(actor).filter(draft__public_id=number.strip().upper()).first()


def taken_in(actor: Actor) -> QuerySet[Intake]:
    """What the actor's department has taken in and lodged."""
    return Intake.objects.filter(department=department_of_post(actor)).exclude(case=None).select_related("case")


def access_taken_in(number: str, actor: Actor) -> Intake:
    """The intake of a case that the actor's department lodged. Raises NoSuchCase."""
    if intake := taken_in(actor).filter(case__number=number).first():
        return intake
    raise NoSuchCase


def find_lodged(public_id: str, actor: Actor) -> Case | None:
    """The case that a draft of the actor's department has become."""
    intake = taken_in(actor).filter(draft__public_id=public_id).first()
    return intake.case if intake else None


def find_receipt(number: str, edition: int) -> tuple[Case, bool]:
    """The case of a receipt, and whether this receipt is the one in force. Raises NoSuchCase."""
    intake = Intake.objects.select_related("case").filter(case__number=number, printed__gte=edition).first()
    if intake is None or intake.case is None or edition < 1:
        raise NoSuchCase
    return intake.case, intake.printed == edition and not intake.voided


@cache
def window_posts() -> tuple[str, ...]:
    """The codes of the posts of this city that take in applications."""
    declared = this_city().departments
    return tuple(
        f"{department.code}.{post.code}"
        for department in declared.departments
        for post in declared.posts_of(department)
        if post.duty == WINDOW
    )
