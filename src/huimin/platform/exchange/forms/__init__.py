"""The physical forms that a department's file may take, read and written.

For: turning a file, as messy as it was delivered, into rows of text that name their line and their damage, and rows back into a
file of the same form. Not for: what the text means; that is judged by landing. The door: the declared models (`Form`), `read`,
`write`, `sniff`, the defects and the refusals.
"""

from huimin.platform.exchange.forms.declared import (
    AnyForm,
    Delimited,
    FixedWidth,
    Form,
    Join,
    JsonArray,
    JsonLines,
    SqlDump,
    Sqlite,
    Workbook,
    Xml,
)
from huimin.platform.exchange.forms.reading import read, read_table
from huimin.platform.exchange.forms.rows import (
    DEFECT,
    LINE,
    NUMBER_MARK,
    RAW,
    SHEET,
    ColumnsAmbiguous,
    ColumnsMissing,
    Defect,
    FormMismatch,
    PartMissing,
)
from huimin.platform.exchange.forms.sniffing import sniff
from huimin.platform.exchange.forms.writers.columns import NotWritable
from huimin.platform.exchange.forms.writing import write

__all__ = [
    "DEFECT",
    "LINE",
    "NUMBER_MARK",
    "RAW",
    "SHEET",
    "AnyForm",
    "ColumnsAmbiguous",
    "ColumnsMissing",
    "Defect",
    "Delimited",
    "FixedWidth",
    "Form",
    "FormMismatch",
    "Join",
    "JsonArray",
    "JsonLines",
    "NotWritable",
    "PartMissing",
    "SqlDump",
    "Sqlite",
    "Workbook",
    "Xml",
    "read",
    "read_table",
    "sniff",
    "write",
]
