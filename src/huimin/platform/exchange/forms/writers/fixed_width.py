"""Lines of fixed length, written: values padded with spaces to their bytes."""

from pathlib import Path
from typing import Any

from huimin.platform.exchange.forms.declared import FixedWidth
from huimin.platform.exchange.forms.writers.columns import LINE_ENDS, NotWritable, batches_of, prepared, refuse_holding


def write_fixed_width(rows: Any, form: FixedWidth, path: Path) -> None:
    """Write the rows; columns that the form does not declare are left out. See `forms.write`."""
    line_end = LINE_ENDS[form.newline].encode()
    ordered = sorted(form.ranges.items(), key=lambda item: item[1])
    with path.open("wb") as file:
        for batch in batches_of(rows):
            ready = prepared(batch, form.names)
            refuse_holding({name: ready.columns[name] for name in form.names}, r"\r\n")
            end, parts = 0, []
            for name, (first, last) in ordered:
                gap = b" " * (first - 1 - end)
                parts.append(_padded(ready.columns[name], name, last - first + 1, form.encoding, gap))
                end = last
            lines = [b"".join(cells) for cells in zip(*parts, strict=True)]
            if ready.raw is not None:
                delivered = ready.raw.to_pylist()
                lines = [
                    line if raw is None else raw.encode(form.encoding)
                    for line, raw in zip(lines, delivered, strict=True)
                ]
            file.write(line_end.join([*lines, b""]))


def _padded(array: Any, name: str, width: int, encoding: str, gap: bytes) -> list[bytes]:
    """A column as bytes of one length, led by the gap that the form leaves before it.

    Raises: NotWritable when a text is longer than its field.
    """
    texts = [(text or "").encode(encoding) for text in array.to_pylist()]
    if any(len(text) > width for text in texts):
        raise NotWritable(column=name)
    return [gap + text.ljust(width) for text in texts]
