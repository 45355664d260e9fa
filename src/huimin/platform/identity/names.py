"""What this city calls its departments, posts and purposes, in the reader's language; and which posts have a duty."""

from collections.abc import Mapping
from functools import cache
from typing import Protocol

from huimin.platform.identity.declarations import Names, this_city


class Named(Protocol):
    """Whatever is declared with a name in both languages."""

    @property
    def zh(self) -> str:
        """In Chinese."""
        ...

    @property
    def en(self) -> str:
        """In English."""
        ...


def is_english(language: str) -> bool:
    """Whether a language tag asks for English; every other reader is shown Chinese."""
    return language.lower().startswith("en")


def in_language(names: Named, language: str) -> str:
    """The one of two names that this reader sees."""
    return names.en if is_english(language) else names.zh


@cache
def department_names() -> Mapping[str, Names]:
    """The names of this city's departments, by code."""
    return {declared.code: declared.names for declared in this_city().departments.departments}


def department_name(code: str, language: str) -> str:
    """A department's name; its code where the city no longer declares it."""
    names = department_names().get(code)
    return in_language(names, language) if names else code


@cache
def posts_with(duty: str) -> Mapping[str, str]:
    """The first post of each department that has this duty: department code → post code."""
    departments = this_city().departments
    found: dict[str, str] = {}
    for department in departments.departments:
        for post in departments.posts_of(department):
            if post.duty == duty:
                found.setdefault(department.code, f"{department.code}.{post.code}")
    return found


@cache
def duties_of_posts(department: str) -> Mapping[str, str]:
    """The posts that a department is declared to have: post code → duty."""
    declared = next((one for one in this_city().departments.departments if one.code == department), None)
    posts = this_city().departments.posts_of(declared) if declared else ()
    return {f"{department}.{post.code}": post.duty for post in posts}


def post_name(code: str, language: str) -> str:
    """A post as `市公安局 实名核查员`; its code where the city no longer declares it."""
    department_code = code.partition(".")[0]
    departments = this_city().departments
    for department in departments.departments:
        if department.code == department_code:
            titles = {f"{department.code}.{post.code}": post.names for post in departments.posts_of(department)}
            title = in_language(titles[code], language) if code in titles else code
            join = ", " if is_english(language) else " "
            return f"{in_language(department.names, language)}{join}{title}"
    return code


def purpose_name(code: str, language: str) -> str:
    """What a purpose is called; its code where the city no longer declares it."""
    names = this_city().grants.purposes.get(code)
    return in_language(names, language) if names else code
