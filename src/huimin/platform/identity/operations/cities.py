"""Taking over what a city declares: departments, posts, grants; and the personas of a demonstration."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from huimin.platform.identity.declarations import BY_HAND, CityDeclaration, GrantDeclaration, PersonaDeclaration
from huimin.platform.identity.events import CityLoaded
from huimin.platform.identity.models import Account, Department, Grant, Post
from huimin.platform.identity.operations.accounts import open_account
from huimin.platform.identity.operations.administrators import appoint_administrator
from huimin.platform.identity.operations.posts import assign_post
from huimin.platform.identity.operations.proofs import bind_persona
from huimin.platform.identity.ports import persona_chooser
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor, digest

M = TypeVar("M", bound=Model)
PERSONA_PREFIX = "demo."


def _write(kept: QuerySet[M], wanted: Sequence[M], fields: Sequence[str]) -> int:
    """Create or change rows by their code until the table says what is wanted; returns how many were written."""
    known = {row.code: row for row in kept}  # type: ignore[attr-defined]
    new, changed = [], []
    for row in wanted:
        found = known.get(row.code)  # type: ignore[attr-defined]
        if found is None:
            new.append(row)
        elif any(getattr(found, field) != getattr(row, field) for field in fields):
            row.pk = found.pk
            changed.append(row)
    kept.model._default_manager.bulk_create(new)
    if changed:
        kept.model._default_manager.bulk_update(changed, fields)
    return len(new) + len(changed)


def _departments(city: CityDeclaration) -> list[Department]:
    return [
        Department(
            code=declared.code,
            name=declared.names.zh,
            name_en=declared.names.en,
            kind=declared.kind,
            uscc=declared.uscc,
            division=declared.division,
        )
        for declared in city.departments.departments
    ]


def _posts(city: CityDeclaration) -> list[Post]:
    departments = {department.code: department for department in Department.objects.all()}
    return [
        Post(
            department=departments[declared.code],
            code=f"{declared.code}.{post.code}",
            title=post.names.zh,
            title_en=post.names.en,
            duty=post.duty,
            # A post of a district answers for that district, unless it says otherwise.
            divisions=list(post.divisions or ([declared.division] if declared.division else [])),
        )
        for declared in city.departments.departments
        for post in city.departments.posts_of(declared)
    ]


def _grant(declared: GrantDeclaration, post: Post, at: datetime) -> Grant:
    return Grant(
        code=declared.code,
        post=post,
        resource=declared.resource,
        plain=list(declared.plain),
        masked={name: str(mask) for name, mask in declared.masked.items()},
        rows=declared.rows,
        purposes=list(declared.purposes),
        legal_basis=declared.legal_basis,
        granted_at=at,
        until=timezone.make_aware(datetime.combine(declared.until, time.min)),
    )


def _grants(city: CityDeclaration, at: datetime) -> list[Grant]:
    posts = {post.code: post for post in Post.objects.all()}
    return [_grant(declared, posts[declared.to], at) for declared in city.grants.grants]


def _close(rows: QuerySet[M], codes: Iterable[str], *, field: str, at: datetime) -> int:
    """End what is no longer declared: it stays for the trail."""
    return rows.filter(**{field: None}).exclude(code__in=list(codes)).update(**{field: at})


@transaction.atomic
def load_city(*, city: CityDeclaration, actor: Actor, at: datetime) -> CityLoaded | None:
    """Make departments, posts and declared grants what the city declares; what is no longer declared is ended, not
    erased.

    Loading the same declarations again writes and publishes nothing (returns None). A grant that was ended
    stays ended (declare it anew under a new code); grants given by hand are not touched.
    """
    known_before = Department.objects.exists()
    departments = _departments(city)
    department_fields = ["name", "name_en", "kind", "uscc", "division", "closed_at"]
    written_departments = _write(Department.objects.all(), departments, department_fields)
    posts = _posts(city)
    post_fields = ["department_id", "title", "title_en", "duty", "divisions", "closed_at"]
    written_posts = _write(Post.objects.all(), posts, post_fields)
    grants, declared_grants = (
        _grants(city, at),
        Grant.objects.filter(post__isnull=False).exclude(code__startswith=BY_HAND),
    )
    grant_fields = ["post_id", "resource", "plain", "masked", "rows", "purposes", "legal_basis", "until"]
    written_grants = _write(declared_grants, grants, grant_fields)
    ended = (
        _close(declared_grants, (grant.code for grant in grants), field="ended_at", at=at)
        + _close(Post.objects.all(), (post.code for post in posts), field="closed_at", at=at)
        + _close(Department.objects.all(), (department.code for department in departments), field="closed_at", at=at)
    )
    if known_before and not (written_departments or written_posts or written_grants or ended):
        return None
    fact = CityLoaded(
        subject=f"city:{city.slug}",
        departments=written_departments,
        posts=written_posts,
        grants=written_grants,
        ended=ended,
        digest=digest(city.model_dump_json()),
    )
    publish(fact, actor=actor, at=at)
    return fact


def _persona_account(persona: PersonaDeclaration, actor: Actor, at: datetime) -> Account:
    username = f"{PERSONA_PREFIX}{persona.code}"
    found = Account.objects.filter(username=username).first()
    if found is not None:
        return found
    kind = Account.Kind.CITIZEN if persona.person else Account.Kind.OFFICIAL
    account = Account(username=username, name=persona.names.zh, kind=kind, elder_mode=persona.elder_mode)
    return open_account(account=account, password=None, actor=actor, at=at)


@transaction.atomic
def load_personas(*, city: CityDeclaration, actor: Actor, at: datetime) -> int:
    """Open the accounts of the demonstration's personas and give them their posts; returns how many people are bound.

    Repeating it changes nothing, but binds those citizens whom the registry can choose only now. They have no
    password: only the
    page of personas, which exists in demonstrations only, signs them in.
    """
    chooser, bound = persona_chooser.find(), 0
    posts = {post.code: post for post in Post.objects.filter(closed_at=None)}
    for persona in city.personas.personas:
        account = _persona_account(persona, actor, at)
        if persona.post:
            assign_post(account=account, post=posts[persona.post], actor=actor, at=at)
        elif persona.administrator:
            appoint_administrator(account=account, role=persona.administrator, actor=actor, at=at)
        elif chooser is not None and not account.is_proven and (person := chooser(persona.person)):
            bind_persona(account=account, person=person, actor=actor, at=at)
        bound += account.is_proven
    return bound
