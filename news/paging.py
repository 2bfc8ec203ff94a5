"""Pages by keys: a page starts where the last one ended, so nothing shifts and nothing is counted.

Works on any queryset with a total order of columns.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any, Generic, TypeVar

from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import BadRequest
from django.db.models import DateTimeField, Model, Q, QuerySet
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


def keyset_page(
    queryset: QuerySet[M], order: tuple[str, ...], query: QueryDict, size: int = 20
) -> KeysetPage[M]:
    """The page of `queryset` that `query` asks for with `after=` or `before=`.

    `order` names columns as for `order_by()`, the last one unique; those of a related row, as in
    "-discussion__last_at", need `select_related()`. Raises BadRequest for a cursor that isn't one.
    One query.
    """
    names = tuple(name.lstrip("-") for name in order)
    after, before = query.get("after"), query.get("before")
    backwards = bool(before) and not after
    wanted = tuple(_turned(name) for name in order) if backwards else order
    if cursor := before if backwards else after:
        values = _parse_cursor(queryset.model, names, cursor)
        queryset = queryset.filter(_beyond(wanted, values))
    rows = list(queryset.order_by(*wanted)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    has_previous, has_next = (more, True) if backwards else (bool(cursor), more)
    return KeysetPage(
        items=rows,
        before=_cursor(rows[0], names) if rows and has_previous else "",
        after=_cursor(rows[-1], names) if rows and has_next else "",
        query=query,
    )


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(order: tuple[str, ...], values: list[Any]) -> Q:
    """Rows that come after `values` in `order`.

    Written as a range with an exception, not as alternatives: that is what an index can walk.
    """
    name, side = order[0].lstrip("-"), "lt" if order[0].startswith("-") else "gt"
    if len(order) == 1:
        return Q(**{f"{name}__{side}": values[0]})
    not_yet = Q(**{name: values[0]}) & ~_beyond(order[1:], values[1:])
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
    return _parse_datetime if isinstance(field, DateTimeField) else _parse_int


def _parse_datetime(text: str) -> datetime:
    try:
        value = parse_datetime(text)
    except ValueError:
        value = None
    if value is None or value.tzinfo is None or not 1 < value.year < 9999:
        raise BadRequest("cursor has no such time")
    return value


def _parse_int(text: str) -> int:
    if not (text.isascii() and text.lstrip("-").isdigit() and len(text) <= 18):
        raise BadRequest("cursor has no such number")
    return int(text)
