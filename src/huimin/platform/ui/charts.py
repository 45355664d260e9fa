"""Charts drawn on the server: bars, a pyramid, a line. No script, no picture; direct labels, and a table behind each.

Lengths are percent of the drawing's width or height, so that the same markup serves a phone, a desk and paper.
A value of None is withheld (below the smallest cell of its release) and says so in a word instead of a bar.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huimin.platform.ui.pieces import Column, Table, Text

LINE_TOP: Final = 8.0
LINE_BOTTOM: Final = 92.0
LABEL_GAP: Final = 9.0
CATEGORY: Final = gettext_lazy("类别")
MALE: Final = gettext_lazy("男")
FEMALE: Final = gettext_lazy("女")
AGE: Final = gettext_lazy("年龄")
TIME: Final = gettext_lazy("时间")
DASHES: Final = ("none", "6 4", "2 3", "10 3 2 3")


def number(value: float | None) -> str:
    """A number with thousands separators, at most one decimal; the word for one that is not published."""
    if value is None:
        return _("不公布")
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def percent(value: float | None) -> str:
    """A share in percent, always with one decimal and without its sign; the word for one that is not published."""
    return _("不公布") if value is None else f"{value:.1f}"


def share(value: float | None, largest: float) -> float:
    """Percent of the largest, two decimals; nothing for what is withheld."""
    return round(100 * value / largest, 2) if value and largest > 0 else 0.0


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What every chart says: title, a sentence with what is to be seen in it, unit, as-of time, source."""

    title: Text
    summary: Text
    unit: Text = ""
    as_of: date | datetime | None = None
    source: Text = ""
    source_url: str = ""
    template: ClassVar[str]

    def table(self) -> Table:
        """The same figures as a table."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar: label and value; `note` a word behind the number."""

    label: Text
    value: float | None
    note: Text = ""


@dataclass(frozen=True)
class DrawnBar:
    """A bar with its length in percent of the widest."""

    label: str
    text: str
    note: str
    width: float
    withheld: bool


@dataclass(frozen=True, kw_only=True)
class BarChart(Chart):
    """Horizontal bars from a common zero, in the order given (`{% chart c %}`)."""

    bars: Sequence[Bar]
    heading: Text = CATEGORY
    template: ClassVar[str] = "ui/charts/bar.html"

    def drawn(self) -> list[DrawnBar]:
        """The bars as drawn."""
        largest = max((bar.value or 0 for bar in self.bars), default=0)
        return [
            DrawnBar(str(bar.label), number(bar.value), str(bar.note), share(bar.value, largest), bar.value is None)
            for bar in self.bars
        ]

    def table(self) -> Table:
        """Label and number."""
        return Table(
            caption=self.title,
            columns=[Column(heading=self.heading), Column(heading=self.unit or _("数值"), numeric=True)],
            rows=[[bar.label, number(bar.value)] for bar in self.bars],
        )


@dataclass(frozen=True, kw_only=True)
class Band:
    """One band of a pyramid: its label (an age band) and the two sides' numbers."""

    label: Text
    left: float | None
    right: float | None


@dataclass(frozen=True)
class DrawnBand:
    """A band with both lengths in percent of the widest bar on either side, and where the left one starts."""

    label: str
    left: str
    right: str
    left_width: float
    right_width: float

    @property
    def left_start(self) -> float:
        """The left bar ends at the middle."""
        return round(100 - self.left_width, 2)


@dataclass(frozen=True, kw_only=True)
class Pyramid(Chart):
    """Two sides over common bands, oldest on top if so given (`{% chart c %}`)."""

    bands: Sequence[Band]
    left: Text = MALE
    right: Text = FEMALE
    heading: Text = AGE
    template: ClassVar[str] = "ui/charts/pyramid.html"

    def drawn(self) -> list[DrawnBand]:
        """The bands as drawn."""
        largest = max((side or 0 for band in self.bands for side in (band.left, band.right)), default=0)
        return [
            DrawnBand(str(b.label), number(b.left), number(b.right), share(b.left, largest), share(b.right, largest))
            for b in self.bands
        ]

    def table(self) -> Table:
        """Band, left, right."""
        return Table(
            caption=self.title,
            columns=[
                Column(heading=self.heading),
                Column(heading=self.left, numeric=True),
                Column(heading=self.right, numeric=True),
            ],
            rows=[[band.label, number(band.left), number(band.right)] for band in self.bands],
        )


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line: its label and one value for each point of the chart; None leaves a gap."""

    label: Text
    values: Sequence[float | None]


@dataclass(frozen=True)
class DrawnLine:
    """A line as runs of `x,y` points in a 100 by 100 box, its dash, and its label at the right end."""

    label: str
    last: str
    runs: list[str]
    dash: str
    label_y: float


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: its text, where it stands in percent, and whether a narrow screen may leave it out."""

    text: str
    at: float
    minor: bool = False


@dataclass(frozen=True, kw_only=True)
class LineChart(Chart):
    """Values over time from zero, each line named at its end (`{% chart c %}`); at most four lines."""

    points: Sequence[Text]
    series: Sequence[Series]
    heading: Text = TIME
    template: ClassVar[str] = "ui/charts/line.html"

    def __post_init__(self) -> None:
        """Refuse what cannot be told apart, and series that do not fit the points."""
        if len(self.series) > len(DASHES):
            raise ValueError(f"a line chart tells at most {len(DASHES)} lines apart")
        if any(len(one.values) != len(self.points) for one in self.series):
            raise ValueError("every series needs one value for each point")

    @property
    def top(self) -> float:
        """The upper end of the scale: the next round number above the largest value."""
        return round_up(max((value or 0 for one in self.series for value in one.values), default=0))

    def drawn(self) -> list[DrawnLine]:
        """The lines as drawn, their end labels pushed apart."""
        ends = [next((v for v in reversed(one.values) if v is not None), None) for one in self.series]
        labels = spread([self._y(end or 0) for end in ends], gap=LABEL_GAP)
        return [
            DrawnLine(str(one.label), number(end), self._runs(one.values), dash, label_y)
            for one, end, dash, label_y in zip(self.series, ends, DASHES, labels, strict=False)
        ]

    def x_ticks(self) -> list[Tick]:
        """At most seven labels under the line, the first and the last always; a narrow screen keeps those two."""
        last = len(self.points) - 1
        step = max(1, -(-last // 6))
        wanted = sorted({*range(0, last - step // 2, step), last} if last > 0 else {0})
        return [Tick(str(self.points[i]), self._x(i), minor=i not in (0, last)) for i in wanted]

    def y_ticks(self) -> list[Tick]:
        """Zero, the middle and the top."""
        return [Tick(number(value), self._y(value)) for value in (0, self.top / 2, self.top)]

    def table(self) -> Table:
        """A row for each point, a column for each line."""
        columns = [Column(heading=self.heading), *(Column(heading=one.label, numeric=True) for one in self.series)]
        return Table(
            caption=self.title,
            columns=columns,
            rows=[[point, *(_cell(one.values[i]) for one in self.series)] for i, point in enumerate(self.points)],
        )

    def _x(self, index: int) -> float:
        return round(100 * index / max(1, len(self.points) - 1), 2)

    def _y(self, value: float) -> float:
        return round(LINE_BOTTOM - (LINE_BOTTOM - LINE_TOP) * value / (self.top or 1), 2)

    def _runs(self, values: Sequence[float | None]) -> list[str]:
        runs: list[list[str]] = [[]]
        for index, value in enumerate(values):
            if value is None:
                runs.append([])
            else:
                runs[-1].append(f"{self._x(index)},{self._y(value)}")
        return [" ".join(run) for run in runs if run]


def _cell(value: float | None) -> str:
    return "—" if value is None else number(value)


def round_up(value: float) -> float:
    """The next round number (1, 1.2, 1.5, 2 … 8, 10 times a power of ten), at or above the value; 1 for nothing."""
    if value <= 0:
        return 1.0
    power = 10.0 ** (len(str(int(value))) - 1)
    return next(step * power for step in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * power >= value)


def spread(places: Sequence[float], *, gap: float) -> list[float]:
    """Places moved down just so far that any two are at least `gap` apart, in their order; the whole kept above the bottom."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved: dict[int, float] = {}
    floor = float("-inf")
    for i in order:
        moved[i] = max(places[i], floor + gap) if floor != float("-inf") else places[i]
        floor = moved[i]
    over = max(0.0, floor - LINE_BOTTOM)
    return [round(moved[i] - over, 2) for i in range(len(places))]
