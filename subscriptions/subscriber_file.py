"""A CSV file of subscribers, as strangers' programs write it: read a line at a time, or refused."""

import csv
from collections.abc import Iterator
from io import TextIOWrapper
from typing import IO, NamedTuple

from django.utils.translation import gettext_lazy as _

from news.spreadsheets import FORMULA
from subscriptions.models import ImportLine

MOST_LINES = 1_000_000
ENCODINGS = {"utf-8-sig": "UTF-8", "cp1251": "Windows-1251", "utf-16": "UTF-16"}
# How other programs call the columns that we know. All others are left alone.
_COLUMNS = {
    "email": {"email", "e-mail", "email address", "e-mail address", "mail", "почта", "адрес"},
    "language": {"language", "lang", "locale", "язык"},
    "time_zone": {"time_zone", "timezone", "time zone", "часовой пояс"},
    "local_time": {"local_time", "time", "hour", "время"},
    "agreed": {"agreed", "consent", "confirmed_at", "optin_time", "opted in", "согласие"},
}
_LONGEST = {"email": ImportLine.LONGEST_EMAIL, "agreed": 200}
_LONGEST_OTHER = 20


class Unreadable(Exception):
    """The file as a whole is of no use; the text tells what to do."""


class Line(NamedTuple):
    number: int
    email: str
    language: str
    time_zone: str
    local_time: str
    agreed: str


def read(file: IO[bytes], encoding: str) -> Iterator[Line]:
    """The lines below the head, those without anything left out. Raises Unreadable."""
    file.seek(0)
    text = TextIOWrapper(file, encoding, newline="")
    try:
        yield from _lines(text)
    except UnicodeError:
        name = ENCODINGS[encoding]
        raise Unreadable(
            _("It can’t be read as %(encoding)s. Choose how its letters are written.")
            % {"encoding": name}
        ) from None
    except csv.Error as error:
        raise Unreadable(_("It is not a CSV file: %(error)s.") % {"error": error}) from None
    finally:
        text.detach()


def _lines(text: TextIOWrapper) -> Iterator[Line]:
    head = text.readline(4096)
    delimiter = max(",;\t", key=head.count)
    places = _places(next(csv.reader([head], delimiter=delimiter), []))
    if "email" not in places:
        raise Unreadable(
            _("Its first line must name the columns, and one of them must be called “email”.")
        )
    for number, cells in enumerate(csv.reader(text, delimiter=delimiter), start=2):
        if number > MOST_LINES:
            raise Unreadable(_("It has more than %(most)s lines. Split it.") % {"most": MOST_LINES})
        if any(cells):
            yield Line(number, *(_cell(cells, places, name) for name in Line._fields[1:]))


def _places(head: list[str]) -> dict[str, int]:
    named = [title.strip().casefold() for title in head]
    return {
        column: place
        for place, title in reversed(list(enumerate(named)))
        for column, names in _COLUMNS.items()
        if title in names
    }


def _cell(cells: list[str], places: dict[str, int], name: str) -> str:
    """Cut to what a row holds, without NUL; and without the mark of `safe`."""
    place = places.get(name, len(cells))
    cell = cells[place].strip().replace("\0", "\ufffd") if place < len(cells) else ""
    if cell.startswith("'") and cell[1:].startswith(FORMULA):
        cell = cell[1:]
    return cell[: _LONGEST.get(name, 64 if name == "time_zone" else _LONGEST_OTHER)]
