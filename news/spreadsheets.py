"""Rows as CSV, sent while it is made, for a program that opens it as a table."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse

# With what a cell begins that spreadsheets take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe(cell: object) -> str:
    """What looks like a formula is text."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def as_csv(name: str, head: Iterable[Any], rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """With a mark by which Excel knows UTF-8."""
    writer = csv.writer(_Line())
    words = [str(title) for title in head]

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(words)
        for row in rows:
            yield writer.writerow([safe(cell) for cell in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


class _Line:
    """What csv writes to: the line comes back."""

    def write(self, line: str) -> str:
        return line
