"""Start-up check: what the city declares of ratings can be read, and every post that it names is there."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from huimin.kernel.declarations import DeclarationWrong
from huimin.platform.cases.declarations import RatingsFile, ratings
from huimin.platform.catalogue.library import DIVISION, bodies
from huimin.platform.identity.declarations import this_city


@register()
def ratings_are_declared(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Iterable[CheckMessage]:
    """`ratings.yaml` of this city, or that of the house, loads, and somebody verifies, reviews, coordinates and mends."""
    try:
        declared = ratings()
    except DeclarationWrong as wrong:
        return [Error(str(mistake), id="cases.E001") for mistake in wrong.mistakes]
    return [
        Error(f"ratings.yaml: there is no post {post} in this city", id="cases.E002")
        for post in sorted(posts_named(declared) - _posts_of_the_city())
    ]


def posts_named(declared: RatingsFile) -> set[str]:
    """The posts that the two drawings send work to, in every department that answers for a service."""
    answering = {code for code in bodies().values() if code != DIVISION}
    answering |= {one.code for one in this_city().departments.departments if one.division}
    named = {declared.loop.verifier, declared.loop.chief, declared.stuck.counter, declared.stuck.chief}
    return named | {f"{code}.{post}" for code in answering for post in (declared.loop.handler, declared.stuck.handler)}


def _posts_of_the_city() -> set[str]:
    declared = this_city().departments
    return {
        f"{department.code}.{post.code}"
        for department in declared.departments
        for post in declared.posts_of(department)
    }
