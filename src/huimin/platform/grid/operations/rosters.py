"""Taking over a roster: the workers of a city or district and the cells that they walk, from a CSV file."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from huimin.kernel.identifiers import GridCellId
from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.grid.events import WorkersTaken
from huimin.platform.grid.models import Assignment
from huimin.platform.grid.queries import WORKER_DUTY
from huimin.platform.grid.rules import Refused, Taken, day_said, read_rows
from huimin.platform.identity.operations import Recruit, open_workforce
from huimin.platform.identity.queries import accounts_named, posts_with_duty
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor, digest
from huimin.platform.registries.queries import places

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "worker": ("*工号", "*worker"),
    "name": ("*姓名", "*name"),
    "cell": ("*网格编号", "*网格", "*cell"),
    "since": ("起始日", "since"),
    "until": ("结束日", "until"),
    "first": ("首要", "first"),
}
YES: Final = frozenset({"是", "1", "yes", "true", "y"})


class WorkerMissing(BadInput):
    """A row names nobody."""

    zh = "缺少工号或姓名。"
    en = "The worker's number or name is missing."


class CellUnknown(BadInput):
    """A row names a cell that the grid in force does not have."""

    zh = "现行网格中没有“{cell}”。"
    en = "The grid in force has no cell “{cell}”."


class NobodyTakesWorkers(BadInput):
    """The district of a cell has no post for grid workers."""

    zh = "区县 {division} 没有网格员岗位。"
    en = "District {division} has no post for grid workers."


class NamedOtherwise(BadInput):
    """One number, two names."""

    zh = "工号“{worker}”已属于“{name}”。"
    en = "Number “{worker}” belongs to “{name}”."


class FirstTwice(BadInput):
    """A cell has one first worker."""

    zh = "网格“{cell}”已有首要负责人。"
    en = "Cell “{cell}” has a first worker already."


class StandsTwice(BadInput):
    """The same worker and cell a second time."""

    zh = "同一网格员和网格重复。"
    en = "The same worker and cell stand there twice."


class SpanWrong(BadInput):
    """The end does not come after the beginning."""

    zh = "结束日应在起始日之后。"
    en = "The end must come after the beginning."


@dataclass(frozen=True, kw_only=True)
class _Row:
    worker: str
    name: str
    cell: str
    post: str
    since_on: date
    until_on: date | None
    is_first: bool


class _Reader:
    """Reads rows against what the city has: its cells, its posts, and what the rows before said."""

    def __init__(self, at: datetime) -> None:
        self.today = timezone.localdate(at)
        self.cells = set(places.grid_cells().values_list("code", flat=True))
        self.posts = {
            division: post.code for post in posts_with_duty(WORKER_DUTY) for division in post.divisions or [""]
        }
        standing = Assignment.objects.filter(Q(until_on=None) | Q(until_on__gt=self.today))
        held = standing.values_list("worker__username", "cell", "is_first", "since_on", "until_on")
        self.held = {(worker, cell): (is_first, since, until) for worker, cell, is_first, since, until in held}
        self.first = {cell for (_, cell), (is_first, _, _) in self.held.items() if is_first}
        self.seen: set[tuple[str, str]] = set()
        self.names: dict[str, str] = {}

    def know(self, workers: Collection[str]) -> None:
        """Whose numbers these are already: a roster does not rename anybody."""
        self.names |= {username: account.name for username, account in accounts_named(list(workers)).items()}

    def read(self, said: Mapping[str, str]) -> _Row:
        """The row, if it is right. Raises a refusal with why not."""
        worker, name = said["worker"].lower(), said["name"]
        if not worker or not name:
            raise WorkerMissing
        if self.names.setdefault(worker, name) != name:
            raise NamedOtherwise(worker=worker, name=self.names[worker])
        cell = GridCellId.parse(said["cell"])
        if cell not in self.cells:
            raise CellUnknown(cell=cell)
        post = self.posts.get(cell[:6]) or self.posts.get("")
        if post is None:
            raise NobodyTakesWorkers(division=cell[:6])
        if (worker, cell) in self.seen:
            raise StandsTwice
        since, until = day_said(said["since"], self.today), day_said(said["until"], None)
        assert since is not None
        if until is not None and until <= since:
            raise SpanWrong
        is_first = said["first"].lower() in YES
        if is_first and cell in self.first and not self.held.get((worker, cell), (False,))[0]:
            raise FirstTwice(cell=cell)
        self.seen.add((worker, cell))
        if is_first:
            self.first.add(cell)
        return _Row(worker=worker, name=name, cell=cell, post=post, since_on=since, until_on=until, is_first=is_first)


def take_workers(content: bytes, *, actor: Actor, at: datetime) -> Taken:
    """Open the accounts of a roster's workers, let them hold their district's post, assign their cells; wrong rows are told and left out.

    Accounts have no password: each worker draws his first code. The same roster again changes nothing. Raises NotATable.
    """
    rows = read_rows(content, COLUMNS)
    taken, reader, right = Taken(rows=len(rows)), _Reader(at), list[_Row]()
    reader.know({said["worker"].lower() for _, said in rows})
    for line, said in rows:
        try:
            right.append(reader.read(said))
        except Refusal as refusal:
            taken.refused.append(Refused(line, refusal.sentence("zh"), refusal.sentence("en")))
    fresh = [row for row in right if (row.worker, row.cell) not in reader.held]
    taken.made = len(fresh)
    _write(right, fresh, taken, file=digest(sha256(content).hexdigest()), actor=actor, at=at)
    return taken


@transaction.atomic
def _write(right: list[_Row], fresh: list[_Row], taken: Taken, *, file: str, actor: Actor, at: datetime) -> None:
    """Write what the rows say, set by set."""
    accounts = open_workforce(
        [Recruit(username=row.worker, name=row.name, post=row.post) for row in right], actor=actor, at=at
    )
    Assignment.objects.bulk_create(
        [
            Assignment(
                worker=accounts[row.worker],
                cell=row.cell,
                since_on=row.since_on,
                until_on=row.until_on,
                is_first=row.is_first,
            )
            for row in fresh
        ],
        batch_size=500,
    )
    fact = WorkersTaken(
        subject="grid:workers",
        rows=taken.rows,
        refused=len(taken.refused),
        workers=len(accounts),
        cells=len({row.cell for row in right}),
        file=file,
    )
    publish(fact, actor=actor, at=at)
