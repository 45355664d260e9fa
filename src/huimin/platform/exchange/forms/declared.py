"""What a city declares about the physical form of a department's file: one model for each form, told apart by `kind`.

Every form names the columns that the file must have (`names`); a file may have more, in any order. `identity_columns` are
the columns that hold identity numbers, in which a spreadsheet's scientific notation is a defect rather than a value.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

Encoding = Literal["utf-8", "utf-8-sig", "gb18030", "utf-16"]
Newline = Literal["lf", "crlf"]


def _one_ascii_character(text: str) -> str:
    if len(text) != 1 or not text.isascii() or text in "\r\n\0":
        raise ValueError("must be one ASCII character that ends no line")
    return text


Character = Annotated[str, AfterValidator(_one_ascii_character)]
XmlName = Annotated[str, StringConstraints(pattern=r"^[^\W\d][\w.\-]*$")]
SqlName = Annotated[str, StringConstraints(pattern=r"^[^`\"'\x00]+$")]
ColumnNames = Annotated[tuple[str, ...], Field(min_length=1)]


class Declared(BaseModel):
    """The common part: unknown keys are mistakes, and the identity columns are among the file's columns."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    identity_columns: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that the file must have, in the department's order."""
        raise NotImplementedError  # abstract: a pydantic model has a metaclass of its own

    @model_validator(mode="after")
    def _columns_are_told_apart(self) -> "Declared":
        names = self.names
        if len(set(names)) != len(names):
            raise ValueError("a column is declared twice")
        if unknown := set(self.identity_columns) - set(names):
            raise ValueError(f"identity columns that the file does not have: {', '.join(sorted(unknown))}")
        return self


class Listed(Declared):
    """A form whose columns are a plain list."""

    columns: ColumnNames

    @property
    def names(self) -> tuple[str, ...]:
        """The declared columns."""
        return self.columns


class Delimited(Listed):
    """Lines of text cut by one character: CSV (RFC 4180, with `quote`), pipe and tab files (without).

    With a quote, a value may hold the delimiter, line ends and doubled quotes. Without one nothing is escaped.
    `newline` is how the file is written; either is read.
    """

    kind: Literal["delimited"]
    encoding: Encoding = "utf-8"
    delimiter: Character = ","
    quote: Character | None = None
    newline: Newline = "lf"
    header: bool = True

    @model_validator(mode="after")
    def _quote_is_no_delimiter(self) -> "Delimited":
        if self.quote == self.delimiter:
            raise ValueError("the quote cannot be the delimiter")
        return self


class FixedWidth(Declared):
    """Lines of one length; each column is a range of bytes (first, last; from 1) of the encoding, padded with spaces on the right."""

    kind: Literal["fixed_width"]
    encoding: Literal["utf-8", "gb18030"] = "gb18030"
    newline: Newline = "crlf"
    ranges: Annotated[dict[str, tuple[int, int]], Field(min_length=1)]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns in the order of the declaration."""
        return tuple(self.ranges)

    @property
    def width(self) -> int:
        """The length of a line in bytes, without its line end."""
        return max(last for _, last in self.ranges.values())

    @model_validator(mode="after")
    def _ranges_do_not_overlap(self) -> "FixedWidth":
        end = 0
        for first, last in sorted(self.ranges.values()):
            if first <= end or last < first:
                raise ValueError("byte ranges count from 1 and do not overlap")
            end = last
        return self


class Workbook(Listed):
    """An Office Open XML workbook (ISO/IEC 29500).

    `sheets`: the sheets that hold rows; none named means the first. `header_row`: the row (from 1) that names the columns.
    `above`: the cells over it, written when a file is made; `{sheet}` stands for the sheet's name. `total_row`: the text that
    begins the closing row, up to its first `{`; `{rows}` is the number of rows. `merged`: columns whose merged cells hold for
    every row they span. `numbers`: columns that are written as numbers where they read as one.
    """

    kind: Literal["workbook"]
    sheets: tuple[str, ...] = ()
    header_row: Annotated[int, Field(ge=1)] = 1
    above: tuple[tuple[str, ...], ...] = ()
    total_row: str = ""
    merged: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()

    @property
    def total_mark(self) -> str:
        """What the first cell of the closing row begins with; empty where there is no such row."""
        return self.total_row.partition("{")[0]

    @model_validator(mode="after")
    def _parts_fit(self) -> "Workbook":
        if len(self.above) >= self.header_row:
            raise ValueError("there are more rows above the header than the header row allows")
        if unknown := ({*self.merged, *self.numbers}) - set(self.columns):
            raise ValueError(f"no such columns: {', '.join(sorted(unknown))}")
        if self.total_row and not self.total_mark:
            raise ValueError("the closing row must begin with a fixed text")
        return self


class JsonLines(Listed):
    """One JSON object a line (UTF-8); a nested value is the column `outer.inner`. `numbers` are written as JSON numbers."""

    kind: Literal["json_lines"]
    numbers: tuple[str, ...] = ()


class JsonArray(Listed):
    """One JSON document (UTF-8) whose `key` (`outer.inner`; empty: the document itself) is an array of objects, one a row."""

    kind: Literal["json_array"]
    key: str = ""
    envelope: dict[str, str] = {}
    numbers: tuple[str, ...] = ()


class Xml(Listed):
    """An XML document whose `row` elements are the rows and their child elements the columns; `@name` is an attribute of the row.

    `root` and `count` (the number of rows as an attribute of the root) say how a file is written.
    """

    kind: Literal["xml"]
    encoding: Encoding = "utf-8"
    root: XmlName
    row: XmlName
    count: bool = False


class SqlDump(Listed):
    """A MySQL dump: the rows of `INSERT INTO table VALUES (…),(…);`, column names from the INSERT or from CREATE TABLE."""

    kind: Literal["sql_dump"]
    encoding: Literal["utf-8"] = "utf-8"
    table: SqlName
    rows_per_insert: Annotated[int, Field(ge=1)] = 200


class Join(BaseModel):
    """A second table of the same database: the row with the same value in column `by` adds its `columns`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    table: SqlName
    by: SqlName
    columns: Annotated[tuple[SqlName, ...], Field(min_length=1)]


class Sqlite(Declared):
    """An SQLite 3 database: the rows of one table, each with what a joined table says of it. `numbers` are written as REAL."""

    kind: Literal["sqlite"]
    table: SqlName
    columns: Annotated[tuple[SqlName, ...], Field(min_length=1)]
    join: Join | None = None
    numbers: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of the table, then those of the joined table."""
        return self.columns + (self.join.columns if self.join else ())


Form = Annotated[
    Delimited | FixedWidth | Workbook | JsonLines | JsonArray | Xml | SqlDump | Sqlite,
    Field(discriminator="kind"),
]
AnyForm = Delimited | FixedWidth | Workbook | JsonLines | JsonArray | Xml | SqlDump | Sqlite
