"""Pages by keys: a page starts where the last one ended, so nothing shifts and nothing is counted.

Works on any queryset with a total order of columns.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from typing import Any, Generic, TypeVar

from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import BadRequest
from django.db.models import DateField, DateTimeField, Model, Q, QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_datetime

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class KeysetPage(Generic[M]):
    """One page of rows with the cursors of its neighbours; a missing cursor means there is none."""

    items: list[M]
    before: str
    after: str
    query: QueryDict

    @property
    def previous_query(self) -> str:
        return self._query_with(before=self.before)

    @property
    def next_query(self) -> str:
        return self._query_with(after=self.after)

    def _query_with(self, **cursor: str) -> str:
        """The reader's query string with this cursor instead of theirs, so filters survive."""
        query = self.query.copy()
        for name in ("before", "after"):
            query.pop(name, None)
        query.update(cursor)
        return "?" + query.urlencode()


class Keyset(Generic[M]):
    """An order of rows and the place in it that a query string names, for pages cut by hand.

    `order` names columns as for `order_by()`, the last one unique; those of a related row, as in
    "-discussion__last_at", need `select_related()`.
    """

    def __init__(self, order: tuple[str, ...], query: QueryDict) -> None:
        self.query = query
        self._names = tuple(name.lstrip("-") for name in order)
        after, before = query.get("after", ""), query.get("before", "")
        self.is_backwards = bool(before) and not after
        self._cursor = before if self.is_backwards else after
        # Nearest to the cursor first; those of a page backwards are turned when they are shown.
        self.order = tuple(_turned(name) for name in order) if self.is_backwards else order

    def place(self, model: type[M]) -> list[Any]:
        """What the cursor says of each column of the order; nothing without a cursor.

        Raises BadRequest for a cursor that isn't one.
        """
        return _parse_cursor(model, self._names, self._cursor) if self._cursor else []

    def rows(self, queryset: QuerySet[M]) -> QuerySet[M]:
        """Those beyond the cursor, in order. Raises BadRequest for a cursor that isn't one."""
        if values := self.place(queryset.model):
            queryset = queryset.filter(beyond(self.order, values))
        return queryset.order_by(*self.order)

    def page(self, rows: list[M], has_more: bool) -> KeysetPage[M]:
        """The page of these first of `rows()`; `has_more` says that there are others."""
        items = rows[::-1] if self.is_backwards else rows
        has_previous = has_more if self.is_backwards else bool(self._cursor)
        has_next = self.is_backwards or has_more
        return KeysetPage(
            items=items,
            before=_cursor(items[0], self._names) if items and has_previous else "",
            after=_cursor(items[-1], self._names) if items and has_next else "",
            query=self.query,
        )


def keyset_page(
    queryset: QuerySet[M], order: tuple[str, ...], query: QueryDict, size: int = 20
) -> KeysetPage[M]:
    """The page of `queryset` that `query` asks for with `after=` or `before=`.

    `order` is as for Keyset. Raises BadRequest for a cursor that isn't one. One query.
    """
    keyset: Keyset[M] = Keyset(order, query)
    rows = list(keyset.rows(queryset)[: size + 1])
    return keyset.page(rows[:size], len(rows) > size)


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def beyond(order: tuple[str, ...], values: list[Any]) -> Q:
    """Rows that come after `values` in `order`.

    Written as a range with an exception, not as alternatives: that is what an index can walk.
    """
    name, side = order[0].lstrip("-"), "lt" if order[0].startswith("-") else "gt"
    if len(order) == 1:
        return Q(**{f"{name}__{side}": values[0]})
    not_yet = Q(**{name: values[0]}) & ~beyond(order[1:], values[1:])
    return Q(**{f"{name}__{side}e": values[0]}) & ~not_yet


def _cursor(row: Model, names: tuple[str, ...]) -> str:
    return "~".join(_written(reduce(getattr, name.split("__"), row)) for name in names)


def _written(value: Any) -> str:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)


def _parse_cursor(model: type[Model], names: tuple[str, ...], cursor: str) -> list[Any]:
    parts = cursor.split("~")
    if len(parts) != len(names):
        raise BadRequest("cursor has the wrong number of parts")
    return [_parser_of(model, name)(part) for name, part in zip(names, parts, strict=True)]


def _parser_of(model: type[Model], name: str) -> Callable[[str], Any]:
    field = get_fields_from_path(model, name)[-1] if name != "pk" else model._meta.pk
    if isinstance(field, DateTimeField):
        return _parse_datetime
    return _parse_day if isinstance(field, DateField) else parse_number


def _parse_datetime(text: str) -> datetime:
    try:
        value = parse_datetime(text)
    except ValueError:
        value = None
    if value is None or value.tzinfo is None or not 1 < value.year < 9999:
        raise BadRequest("cursor has no such time")
    return value


def _parse_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadRequest("cursor has no such day") from None


def parse_number(text: str) -> int:
    """A whole number as it may stand in an address; raises BadRequest for anything else."""
    if not re.fullmatch("-?[0-9]{1,18}", text):
        raise BadRequest("cursor has no such number")
    return int(text)
