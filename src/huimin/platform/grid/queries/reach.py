"""How far an actor's post reaches over the grid: the divisions that it answers for, and cells and districts within them."""

from typing import TYPE_CHECKING

from django.db.models import Q

from huimin.kernel.refusals import NotFound
from huimin.platform.identity.queries import posts_coded
from huimin.platform.identity.rules import Rows
from huimin.platform.journal.rules import Actor
from huimin.platform.registries.queries import places

if TYPE_CHECKING:
    from huimin.platform.registries.models import GridCell


class NoSuchCell(NotFound):
    """The grid in force has no such cell, or none that the actor's post answers for."""

    zh = "没有编号为 {code} 的网格，或不归您的岗位管。"
    en = "There is no cell {code}, or none that your post answers for."


def reach_of(actor: Actor) -> Rows:
    """The divisions that the actor's post answers for: everything for a post of the whole city, and for the system itself."""
    if actor.kind == "system":
        return Rows(everything=True)
    post = posts_coded([actor.post]).get(actor.post) if actor.post else None
    if post is None:
        return Rows()
    return Rows(divisions=frozenset(post.divisions)) if post.divisions else Rows(everything=True)


def within(reach: Rows, column: str) -> Q:
    """The rows whose code in this column lies within the reach, as a predicate."""
    if reach.everything:
        return Q()
    found = Q(pk__in=[])
    for prefix in sorted(reach.divisions):
        found |= Q(**{f"{column}__startswith": prefix})
    return found


def is_within(reach: Rows, code: str) -> bool:
    """Whether a cell, street or district lies within the reach."""
    return reach.everything or any(code.startswith(prefix) for prefix in reach.divisions)


def get_cell(code: str) -> "GridCell":
    """The cell of this code in the grid in force. Raises NoSuchCell."""
    found = places.grid_cells().filter(code=code).first()
    if found is None:
        raise NoSuchCell(code=code[:15])
    return found


def access_cell(code: str, actor: Actor) -> "GridCell":
    """The cell of this code, if the actor's post answers for it. Raises NoSuchCell."""
    cell = get_cell(code)
    if not is_within(reach_of(actor), cell.code):
        raise NoSuchCell(code=code[:15])
    return cell
