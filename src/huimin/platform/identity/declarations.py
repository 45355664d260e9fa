"""The files a city declares identity in: `departments.yaml`, `grants.yaml`, `personas.yaml`; and the platform's
`duties.yaml`."""

from collections.abc import Mapping
from datetime import date
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final, Literal

from django.conf import settings
from pydantic import Field, RootModel, model_validator

from huimin.kernel.declarations import Declaration, load
from huimin.platform.identity.rules import Mask

BY_HAND: Final = "given."
"""How the codes of grants begin that an administrator gave; no declared one begins so."""

DUTIES: Final = Path(__file__).with_name("duties.yaml")
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=32)]
Prefix = Annotated[str, Field(pattern=r"^\d{2,12}$")]


class Names(Declaration):
    """The two names that everything has."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class DutyDeclaration(Declaration):
    """What holders of a duty may do, and under which conditions."""

    names: Names
    permissions: tuple[str, ...] = ()
    second_factor: bool = False
    borrowed: bool = False

    def allows(self, permission: str) -> bool:
        """Whether this duty holds the permission; `exchange.*` holds all of exchange."""
        return any(fnmatchcase(permission, pattern) for pattern in self.permissions)


class DutiesFile(RootModel[dict[str, DutyDeclaration]]):
    """`duties.yaml`: duty code → what it may do."""


class PostDeclaration(Declaration):
    """A post: where several have the same duty their codes tell them apart. No divisions: the whole city."""

    code: Code
    names: Names
    duty: str
    divisions: tuple[Prefix, ...] = ()


class DepartmentDeclaration(Declaration):
    """A department with its own posts; `posts_of` takes over a set of posts that many departments have alike."""

    code: Code
    names: Names
    kind: Literal["party", "government", "district", "institution", "mass", "vertical", "utility"]
    uscc: str = ""
    division: str = ""
    posts_of: tuple[Code, ...] = ()
    posts: tuple[PostDeclaration, ...] = ()


class DepartmentsFile(Declaration):
    """`departments.yaml`: sets of posts that repeat, and the departments."""

    post_sets: dict[Code, tuple[PostDeclaration, ...]] = {}
    departments: tuple[DepartmentDeclaration, ...]

    @model_validator(mode="after")
    def _each_code_once(self) -> "DepartmentsFile":
        codes = [department.code for department in self.departments]
        if twice := {code for code in codes if codes.count(code) > 1}:
            raise ValueError(f"departments declared twice: {sorted(twice)}")
        for department in self.departments:
            if unknown := set(department.posts_of) - self.post_sets.keys():
                raise ValueError(f"{department.code}: no such set of posts: {sorted(unknown)}")
            posts = [post.code for post in self.posts_of(department)]
            if twice := {code for code in posts if posts.count(code) > 1}:
                raise ValueError(f"{department.code}: posts declared twice: {sorted(twice)}")
        return self

    def posts_of(self, department: DepartmentDeclaration) -> tuple[PostDeclaration, ...]:
        """All posts of a department, those of its sets first; a set's post without divisions answers for the
        department's."""
        shared = [post for name in department.posts_of for post in self.post_sets[name]]
        return (*shared, *department.posts)


class GrantDeclaration(Declaration):
    """A grant to a post (`gaj.quick_query`); `until` is the first day on which it no longer holds."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_.-]*$", max_length=60)
    to: str
    resource: str
    plain: tuple[str, ...] = ()
    masked: Mapping[str, Mask] = {}
    rows: Literal["everything", "post_divisions"]
    purposes: tuple[Code, ...] = Field(min_length=1)
    legal_basis: str = Field(min_length=4)
    until: date

    @model_validator(mode="after")
    def _gives_something(self) -> "GrantDeclaration":
        if not (self.plain or self.masked):
            raise ValueError(f"{self.code} gives no field")
        if both := set(self.plain) & set(self.masked):
            raise ValueError(f"{self.code} gives fields both plain and masked: {sorted(both)}")
        return self


class GrantsFile(Declaration):
    """`grants.yaml`: the purposes that may be named, and who may see what for them."""

    purposes: dict[Code, Names]
    grants: tuple[GrantDeclaration, ...]

    @model_validator(mode="after")
    def _consistent(self) -> "GrantsFile":
        codes = [grant.code for grant in self.grants]
        if twice := {code for code in codes if codes.count(code) > 1}:
            raise ValueError(f"grants declared twice: {sorted(twice)}")
        if by_hand := [code for code in codes if code.startswith(BY_HAND)]:
            raise ValueError(f"codes that begin with {BY_HAND} are those of grants given by hand: {by_hand}")
        for grant in self.grants:
            if unknown := set(grant.purposes) - self.purposes.keys():
                raise ValueError(f"{grant.code}: purposes that are not declared: {sorted(unknown)}")
        return self


class PersonaDeclaration(Declaration):
    """Somebody to sign in as, in a demonstration only: a citizen chosen by a rule, the holder of a post, or an
    administrator."""

    code: Code
    names: Names
    says: Names
    person: str = ""
    post: str = ""
    administrator: Literal["", "system", "audit", "security"] = ""
    elder_mode: bool = False

    @model_validator(mode="after")
    def _is_one_thing(self) -> "PersonaDeclaration":
        if sum(map(bool, (self.person, self.post, self.administrator))) != 1:
            raise ValueError(f"{self.code} must be exactly one of person, post, administrator")
        return self


class PersonasFile(Declaration):
    """`personas.yaml`."""

    personas: tuple[PersonaDeclaration, ...]


class CityDeclaration(Declaration):
    """All that a city declares for identity."""

    slug: str
    departments: DepartmentsFile
    grants: GrantsFile
    personas: PersonasFile
    duties: Mapping[str, DutyDeclaration]

    @model_validator(mode="after")
    def _names_meet(self) -> "CityDeclaration":
        posts = {
            f"{department.code}.{post.code}": post.duty
            for department in self.departments.departments
            for post in self.departments.posts_of(department)
        }
        if lost := {duty for duty in posts.values() if duty not in self.duties}:
            raise ValueError(f"departments.yaml: no such duty: {sorted(lost)}")
        if lost := {grant.to for grant in self.grants.grants} - posts.keys():
            raise ValueError(f"grants.yaml: no such post: {sorted(lost)}")
        if lost := {persona.post for persona in self.personas.personas if persona.post} - posts.keys():
            raise ValueError(f"personas.yaml: no such post: {sorted(lost)}")
        return self


@lru_cache(maxsize=1)
def duties() -> Mapping[str, DutyDeclaration]:
    """The table of duties. Raises what `kernel.declarations.load` raises, with file and line."""
    return load(DutiesFile, DUTIES).root


@lru_cache(maxsize=8)
def city_declaration(folder: Path) -> CityDeclaration:
    """What the city of this folder declares, checked together. Raises with file and line where a file is wrong."""
    return CityDeclaration(
        slug=folder.name,
        departments=load(DepartmentsFile, folder / "departments.yaml"),
        grants=load(GrantsFile, folder / "grants.yaml"),
        personas=load(PersonasFile, folder / "personas.yaml"),
        duties=duties(),
    )


def this_city() -> CityDeclaration:
    """The declarations of the city that this installation serves."""
    return city_declaration(Path(settings.CITIES) / settings.CITY)
