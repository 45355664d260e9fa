"""Which figures are withheld, so that nobody can compute a small one back from all the others (statistical disclosure control).

The tables of one population are kept together: its dimensions stand in a chain, and every table crosses two neighbours of it.
Then everybody in the population is one unit of flow that runs along the chain, once round:

    start → district → age group → age band → sex → education → end → start

and every figure, cell or total of whatever table, is the flow through one arc. What somebody outside can know of a withheld
figure is exactly how far the flow through its arc may change while every published arc keeps its flow and none falls below
zero: a maximum flow in the residual network. So one question answers for cells, margins and differences between tables alike.

Zero is no small figure: nobody is in that cell, so nobody is shown.

What guards a small figure is chosen among the least important ones. The number of everybody and the totals of the headline
dimensions are promised first, in that order, as long as withholding everything else would do; then cells go before totals, and
among those the ones that count the fewest people.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count, pairwise
from typing import Final

Figure = tuple[tuple[str, str], ...]
"""What a figure counts: (dimension, category) pairs in the order of the chain; () counts everybody."""

Node = tuple[str, ...]
_START: Final[Node] = ("start",)
_END: Final[Node] = ("end",)


@dataclass(frozen=True, slots=True)
class Crossing:
    """Two neighbours of the chain: how many there are of each pair; `shown` where a table publishes the pairs."""

    cells: Mapping[tuple[str, str], int]
    shown: bool


@dataclass(frozen=True, slots=True)
class PopulationTables:
    """Everything that is to be published of one population.

    `totals` dimension → category → number, in the order of the chain, every category of a dimension once; `crossings`
    (dimension, next dimension) → its pairs, where they are shown or where the second is a finer form of the first;
    `shown` the dimensions whose totals are published; `headline` those of them whose totals are the last to be withheld, the most
    important first.
    """

    totals: Mapping[str, Mapping[str, int]]
    crossings: Mapping[tuple[str, str], Crossing]
    shown: Set[str]
    headline: Sequence[str] = ()

    def figures(self) -> dict[Figure, int]:
        """Every figure that would be published if nothing were withheld."""
        return {arc.figure: arc.value for arc in self._arcs() if arc.figure is not None}

    def _arcs(self) -> Iterable["_Arc"]:
        chain = list(self.totals)
        whole = sum(self.totals[chain[0]].values())
        yield _Arc((), _END, _START, whole)
        for dimension, categories in self.totals.items():
            for category, number in categories.items():
                figure = ((dimension, category),) if dimension in self.shown else None
                yield _Arc(figure, ("into", dimension, category), ("out of", dimension, category), number)
        for category, number in self.totals[chain[0]].items():
            yield _Arc(None, _START, ("into", chain[0], category), number)
        for category, number in self.totals[chain[-1]].items():
            yield _Arc(None, ("out of", chain[-1], category), _END, number)
        for one, two in pairwise(chain):
            yield from self._between(one, two)

    def _between(self, one: str, two: str) -> Iterable["_Arc"]:
        crossing = self.crossings.get((one, two))
        if crossing is not None:
            for (a, b), number in crossing.cells.items():
                yield _Arc(
                    ((one, a), (two, b)) if crossing.shown else None, ("out of", one, a), ("into", two, b), number
                )
            return
        # Nothing is said of the pairs: all that outsiders know is that both dimensions count the same people.
        for category, number in self.totals[one].items():
            yield _Arc(None, ("out of", one, category), ("between", one, two), number)
        for category, number in self.totals[two].items():
            yield _Arc(None, ("between", one, two), ("into", two, category), number)


@dataclass(frozen=True, slots=True)
class _Arc:
    """One arc of the circulation; without a figure nothing is published of it."""

    figure: Figure | None
    tail: Node
    head: Node
    value: int


def withheld(tables: PopulationTables, *, smallest: int) -> frozenset[Figure]:
    """The figures to withhold: each from 1 to `smallest` - 1, and as few people as can be found of the others to guard them.

    Afterwards every withheld figure may, for all that is published, lie anywhere in a range at least `smallest` wide. A headline
    figure is withheld only where withholding every lesser one would not do.
    """
    arcs = list(tables._arcs())
    small = frozenset(arc.figure for arc in arcs if arc.figure is not None and 0 < arc.value < smallest)
    promised, widest = _promised(arcs, small, _by_importance(tables), smallest)
    hidden = set(small)
    while narrow := [arc for arc in arcs if arc.figure in hidden and _room(arcs, hidden, arc, smallest) < smallest]:
        arc = max(narrow, key=lambda arc: (arc.value, str(arc.figure)))
        guard = _cheapest_guard(arcs, hidden, promised, arc, smallest - _room(arcs, hidden, arc, smallest))
        if not guard:
            hidden = widest
            break
        hidden |= guard
    return frozenset(_without_needless(arcs, hidden, small, smallest))


def room(tables: PopulationTables, hidden: Set[Figure], figure: Figure, *, enough: int) -> int:
    """How wide a range the published figures leave for a withheld one, counted up to `enough`."""
    arcs = list(tables._arcs())
    return _room(arcs, hidden, next(arc for arc in arcs if arc.figure == figure), enough)


def rounded(number: int, base: int) -> int:
    """The nearest multiple of the base; a half goes up."""
    return (number + base // 2) // base * base


def _by_importance(tables: PopulationTables) -> list[Figure]:
    """The number of everybody, then the totals of each headline dimension, the largest first."""
    totals = [
        ((dimension, category),)
        for dimension in tables.headline
        for category in sorted(tables.totals[dimension], key=lambda one: (-tables.totals[dimension][one], one))
    ]
    return [(), *totals]


def _promised(
    arcs: Sequence[_Arc], small: Set[Figure], important: Iterable[Figure], smallest: int
) -> tuple[set[Figure], set[Figure]]:
    """The important figures that can be published while every small one stays guarded, and the most that is withheld beside them."""
    promised: set[Figure] = set()
    widest = _widest(arcs, small, promised, smallest)
    assert widest is not None, "with nothing published nothing can be computed back"
    for figure in important:
        if figure not in widest:
            promised.add(figure)
        elif figure not in small and (found := _widest(arcs, small, promised | {figure}, smallest)) is not None:
            promised, widest = promised | {figure}, found
    return promised, widest


def _widest(arcs: Sequence[_Arc], small: Set[Figure], promised: Set[Figure], smallest: int) -> set[Figure] | None:
    """Everything that can be withheld beside the promised figures; None where that does not guard every small one.

    What the published figures all but give away is no guard: it is published too.
    """
    own = {arc.figure: arc for arc in arcs if arc.figure is not None and arc.value}
    hidden = own.keys() - promised
    while narrow := {figure for figure in hidden if _room(arcs, hidden, own[figure], smallest) < smallest}:
        if narrow & small:
            return None
        hidden -= narrow
    return hidden


def _room(arcs: Sequence[_Arc], hidden: Set[Figure], arc: _Arc, enough: int) -> int:
    up = _flow(arcs, hidden, arc, arc.head, arc.tail, enough)
    if up >= enough:
        return up
    return up + _flow(arcs, hidden, arc, arc.tail, arc.head, min(arc.value, enough - up))


def _flow(arcs: Sequence[_Arc], hidden: Set[Figure], but: _Arc, source: Node, sink: Node, limit: int) -> int:
    """The maximum flow, up to the limit, from source to sink through arcs that outsiders do not know, but this one."""
    return _pushed(arcs, hidden, but, source, sink, limit)[0]


_Capacity = defaultdict[Node, defaultdict[Node, int]]


def _pushed(
    arcs: Sequence[_Arc], hidden: Set[Figure], but: _Arc, source: Node, sink: Node, limit: int
) -> tuple[int, _Capacity]:
    """That flow, and what each way could still carry beside it."""
    capacity: _Capacity = defaultdict(lambda: defaultdict(int))
    for arc in arcs:
        if arc is not but and (arc.figure is None or arc.figure in hidden):
            capacity[arc.tail][arc.head] += limit
            capacity[arc.head][arc.tail] += arc.value
    found = 0
    while found < limit:
        came: dict[Node, Node] = {source: source}
        queue = [source]
        for node in queue:
            for onward, left in capacity[node].items():
                if left > 0 and onward not in came:
                    came[onward] = node
                    queue.append(onward)
        if sink not in came:
            break
        path = [sink]
        while path[-1] != source:
            path.append(came[path[-1]])
        steps = list(pairwise(reversed(path)))
        more = min(limit - found, *(capacity[a][b] for a, b in steps))
        for a, b in steps:
            capacity[a][b] -= more
            capacity[b][a] += more
        found += more
    return found, capacity


def _cheapest_guard(
    arcs: Sequence[_Arc], hidden: Set[Figure], promised: Set[Figure], guarded: _Arc, wanted: int
) -> set[Figure]:
    """Figures that widen the range of the guarded one, past the promised ones: by as much as is wanted, or else by what there is.

    They lie on the cheapest way round, beside those that are in use already, along which the guarded figure could be larger. A way
    is made of arcs that may rise and, the other way, of arcs that may fall; what is withheld already costs nothing, a cell costs the
    people it counts, and a total costs more than all cells together. Empty where there is no such way.
    """
    everybody = 2 * sum(arc.value for arc in arcs) + 1
    _, left = _pushed(arcs, hidden, guarded, guarded.head, guarded.tail, everybody)
    known = [
        arc
        for arc in arcs
        if arc.figure is not None and arc.value and arc.figure not in hidden and arc.figure not in promised
    ]
    for width in range(wanted, 0, -1):
        ways: defaultdict[Node, list[tuple[Node, int, Figure | None]]] = defaultdict(list)
        for node, onwards in left.items():
            ways[node] += [(onward, 0, None) for onward, room in onwards.items() if room >= width]
        for arc in known:
            cost = arc.value * (everybody if len(arc.figure or ()) < 2 else 1)
            ways[arc.tail].append((arc.head, cost, arc.figure))
            if arc.value >= width:
                ways[arc.head].append((arc.tail, cost, arc.figure))
        if found := _cheapest_way(ways, guarded.head, guarded.tail):
            return found
    return set()


def _cheapest_way(
    ways: Mapping[Node, Sequence[tuple[Node, int, Figure | None]]], source: Node, sink: Node
) -> set[Figure]:
    """The figures on the cheapest way from source to sink; empty where there is none."""
    order = count()
    best: dict[Node, int] = {}
    waiting: list[tuple[int, int, Node, frozenset[Figure]]] = [(0, next(order), source, frozenset())]
    while waiting:
        cost, _, node, used = heappop(waiting)
        if node == sink:
            return set(used)
        if best.get(node, cost + 1) <= cost:
            continue
        best[node] = cost
        for onward, more, figure in ways.get(node, ()):
            if cost + more < best.get(onward, cost + more + 1):
                heappush(waiting, (cost + more, next(order), onward, used | {figure} if figure else used))
    return set()


def _without_needless(arcs: Sequence[_Arc], hidden: set[Figure], small: Set[Figure], smallest: int) -> set[Figure]:
    """Publish again, totals before cells and the largest first, what guards nothing that is not guarded without it."""
    values = {arc.figure: arc for arc in arcs if arc.figure in hidden}
    left = set(hidden)
    for figure in sorted(hidden - small, key=lambda figure: (len(figure), -values[figure].value, str(figure))):
        tried = left - {figure}
        if all(_room(arcs, tried, values[other], smallest) >= smallest for other in tried):
            left = tried
    return left
