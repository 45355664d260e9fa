"""What the benchmarks of the data plane share: CPU seconds against a floor of the same run, and peak memory."""

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Spent:
    """CPU seconds of this process, every thread counted; known once the `cpu` block has ended."""

    seconds: float = 0.0


@contextmanager
def cpu() -> Iterator[Spent]:
    """Count the CPU seconds that the block takes."""
    spent = Spent()
    began = time.process_time()
    try:
        yield spent
    finally:
        spent.seconds = time.process_time() - began


def peak_megabytes() -> int:
    """The most memory that this process has held so far, in MB."""
    units = 1 << (20 if sys.platform == "darwin" else 10)
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / units)


def cpu_figure(name: str, value: Spent, floor: Spent, *, most: float) -> dict[str, object]:
    """A figure of `make bench`: CPU seconds, and their ratio to the floor's, which is to be at most `most`."""
    ratio = value.seconds / max(floor.seconds, 1e-9)
    return {
        "name": name,
        "value": round(value.seconds, 2),
        "unit": "CPU s",
        "floor": round(floor.seconds, 2),
        "ratio": round(ratio, 2),
        "goal": f"ratio at most {most}",
        "met": ratio <= most,
    }


def memory_figure(name: str, *, most: int) -> dict[str, object]:
    """A figure of `make bench`: the peak memory of this process, to be at most `most` MB."""
    peak = peak_megabytes()
    return {
        "name": name,
        "value": peak,
        "unit": "MB",
        "floor": most,
        "ratio": round(peak / most, 2),
        "goal": f"at most {most:,} MB",
        "met": peak <= most,
    }
