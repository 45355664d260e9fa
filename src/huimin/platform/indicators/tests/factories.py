"""Small populations: tables of random numbers, and a build of golden values on disk."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from huimin.platform.indicators.rules import Crossing, PopulationTables
from huimin.platform.registries.declarations import authority

REFERENCE_ON = date(2026, 6, 30)
numbers = st.one_of(st.integers(0, 14), st.integers(0, 60), st.just(0))


@st.composite
def populations(draw: st.DrawFn) -> PopulationTables:
    """Chains of two to four dimensions whose joint numbers are random; some pairs of neighbours are published, some are not.

    The last pair may be a refinement: each category of the finer dimension lies in one of the coarser.
    """
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=4))
    names = [f"d{i}" for i in range(len(sizes))]
    combos: list[tuple[int, ...]] = [()]
    for size in sizes:
        combos = [(*combo, i) for combo in combos for i in range(size)]
    cells = {combo: draw(numbers) for combo in combos}
    refine = draw(st.booleans()) and len(sizes) > 1
    if refine:
        parent = [draw(st.integers(0, sizes[-2] - 1)) for _ in range(sizes[-1])]
        cells = {combo: n if parent[combo[-1]] == combo[-2] else 0 for combo, n in cells.items()}

    def summed(*places: int) -> dict[tuple[str, ...], int]:
        found: dict[tuple[str, ...], int] = {}
        for combo, number in cells.items():
            key = tuple(f"c{combo[place]}" for place in places)
            found[key] = found.get(key, 0) + number
        return found

    totals = {name: {key[0]: n for key, n in summed(i).items()} for i, name in enumerate(names)}
    crossings = {}
    for i in range(len(names) - 1):
        pairs = {(key[0], key[1]): n for key, n in summed(i, i + 1).items()}
        if refine and i == len(names) - 2:
            pairs = {(f"c{parent[b]}", f"c{b}"): pairs[f"c{parent[b]}", f"c{b}"] for b in range(sizes[-1])}
            crossings[names[i], names[i + 1]] = Crossing(cells=pairs, shown=False)
        elif draw(st.booleans()):
            crossings[names[i], names[i + 1]] = Crossing(cells=pairs, shown=True)
    shown = {name for pair, crossing in crossings.items() if crossing.shown for name in pair}
    shown |= set(draw(st.lists(st.sampled_from(names))))
    headline = draw(st.lists(st.sampled_from(sorted(shown)), unique=True)) if shown else []
    return PopulationTables(totals=totals, crossings=crossings, shown=frozenset(shown), headline=headline)


def golden_file(path: Path, rows: list[dict[str, str]]) -> Path:
    """A golden file as the registries write it, of entities with these fields."""
    fields = [*authority().people, *authority().organisations]
    columns = {"key": pa.array([f"P{i}" for i in range(len(rows))], pa.string())}
    columns |= {field: pa.array([row.get(field) for row in rows], pa.string()) for field in fields}
    pq.write_table(pa.table(columns), path)
    return path


def resident(born: str, sex: str, district: str, **fields: str) -> dict[str, str]:
    """A person's golden fields."""
    address = {"residence_address": f"安徽省芜湖市{district}某路1号"} if district else {}
    return {"birth_date": born, "sex": sex, **address, **fields}
