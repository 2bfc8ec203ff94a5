"""Search: the articles that match what a reader typed, the best or the newest first.

A reader's words are compared with each text by the rules of that text's language. An index finds
texts that have these words, but doesn't know where in a text they stand. So an answer takes two
steps: ask the index for the newest that have the words, and read those, MOST_READ at most, to see
which of them match and to rank them. No page costs more, however many articles there are. The
newest go on from page to page until all have been read; the best say so where there were more.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import BadRequest
from django.db.models import F, FloatField, Func, IntegerField, OrderBy, QuerySet, Value
from django.db.models.functions import Cast, Extract, Now
from django.http import QueryDict
from django.utils import timezone

from news.filters import ORDERS, SearchFilter
from news.models import SearchEntry
from news.paging import Keyset, KeysetPage
from news.search_results import CONFIGURATIONS, Place, results
from news.search_words import SearchWords

PAGE_SIZE = 20
MOST_PAGES = 10  # of the best; who looks further wants the newest, or other words
MOST_READ = 300
MOST_COUNTED = 100
FRESH = timedelta(days=30)  # what is new counts twice what is old, and less with every such time
NEAR = timedelta(days=180)  # how far from the start of a page is looked first
_AGE = Cast(Extract(Now() - F("published_at"), "epoch") / FRESH.total_seconds(), FloatField())
WORDS = [f"words_{code}" for code in CONFIGURATIONS]  # large, and read by PostgreSQL alone


@dataclass(frozen=True)
class Results:
    page: KeysetPage[Any]  # of news.search_results.Result
    count: int | None  # at most MOST_COUNTED + 1; None where only reading on would tell
    read: int  # how many of those that have the words, if it wasn't all of them; else 0

    @property
    def has_more_than_counted(self) -> bool:
        return (self.count or 0) > MOST_COUNTED


def find(filters: SearchFilter, query: QueryDict) -> Results | None:
    """What a valid form and the place in `query` ask for; None without anything to look for.

    Two queries. Raises BadRequest for a place that isn't one.
    """
    choices = filters.form.cleaned_data
    if not (typed := choices["q"]):
        return None
    search = Search(SearchWords(typed, choices["language"]), filters.qs)
    return search.newest(query) if choices["order"] == "newest" else search.best(query)


class Search:
    """`entries` that match `words`."""

    def __init__(self, words: SearchWords, entries: QuerySet[SearchEntry]) -> None:
        self._words = words
        self._indexed = entries.filter(words.in_index())

    def best(self, query: QueryDict) -> Results:
        """Pages by position: the order is that of a moment, and ends after MOST_PAGES."""
        read = self._read(Keyset(ORDERS["newest"], QueryDict()), MOST_READ)
        rows = list(read.values_list("pk", _AGE, self._words.language_and_rank()))
        ranked = _best_first(rows)
        last = min(len(ranked), MOST_PAGES * PAGE_SIZE)
        start = min(_position(query), max(last - 1, 0) // PAGE_SIZE * PAGE_SIZE)
        end = start + PAGE_SIZE
        items: list[Any] = results(ranked[start:end], self._words.queries)
        before, after = str(start) if start else "", str(end) if end < last else ""
        page = KeysetPage(items, before, after, query)
        return Results(page, len(ranked), MOST_READ if len(rows) == MOST_READ else 0)

    def newest(self, query: QueryDict) -> Results:
        """Pages by keys: each goes on where reading for the last one has ended."""
        keyset: Keyset[Any] = Keyset(ORDERS["newest"], query)
        most = MOST_READ if self._words.may_have_phrases else PAGE_SIZE + 1
        read = self._counted(self._read(keyset, most)).annotate(language=self._words.language())
        rows = list(read.order_by(*keyset.order).defer(*WORDS))
        matching = [number for number, row in enumerate(rows) if row.language]
        is_full = len(matching) > PAGE_SIZE
        has_unread = len(rows) == most and not is_full
        page = keyset.page(rows[: matching[PAGE_SIZE]] if is_full else rows, is_full or has_unread)
        places = [(row.pk, row.language) for row in page.items if row.language]
        items = results(places, self._words.queries)
        count = rows[0].count if rows else 0
        return Results(replace(page, items=items), count, most if has_unread else 0)

    def _read(self, keyset: Keyset[Any], most: int) -> QuerySet[Any]:
        """The next `most` that the index finds."""
        start = next(iter(keyset.place(SearchEntry)), timezone.now())
        parts = _near_and_far(keyset.rows(self._indexed), start, keyset.is_backwards)
        nexts: list[QuerySet[Any]] = [
            part.order_by(*_sorted(keyset.order)).values("pk")[:most] for part in parts
        ]
        pks = nexts[0].union(*nexts[1:], all=True)[:most]
        return SearchEntry.objects.filter(pk__in=pks)

    def _counted(self, read: QuerySet[Any]) -> QuerySet[Any]:
        """With the `count` of all that match, or None where each would have to be read for it."""
        first = self._indexed.order_by().values("pk")[: MOST_COUNTED + 1]
        count = Func(ArraySubquery(first), function="cardinality", output_field=IntegerField())
        unknown = Value(None, IntegerField())
        return read.annotate(count=unknown if self._words.may_have_phrases else count)


def _near_and_far(
    entries: QuerySet[SearchEntry], start: datetime, is_backwards: bool
) -> list[QuerySet[SearchEntry]]:
    """In two parts, of which PostgreSQL leaves out the second where the first is enough."""
    if is_backwards:
        until = start + NEAR
        return [entries.filter(published_at__lt=until), entries.filter(published_at__gte=until)]
    since = start - NEAR
    return [entries.filter(published_at__gte=since), entries.filter(published_at__lt=since)]


def _sorted(order: tuple[str, ...]) -> list[OrderBy | str]:
    """`order` as no index has it: PostgreSQL would walk the index and read text after text."""
    first, *others = order
    by = F(first.lstrip("-")) + timedelta(0)
    return [OrderBy(by, descending=first.startswith("-")), *others]


def _best_first(rows: Iterable[tuple[int, float, str | None]]) -> list[Place]:
    """Those that match; rows are (article, its age in units of FRESH, "language rank")."""
    scored = []
    for pk, age, match in rows:
        if match:
            language, rank = match.split()
            scored.append((float(rank) * (1 + 0.5**age), -age, pk, language))
    return [(pk, language) for _score, _age, pk, language in sorted(scored, reverse=True)]


def _position(query: QueryDict) -> int:
    """Where the page starts that the pager's `after=` or `before=` asks for."""
    after, before = query.get("after"), query.get("before")
    text = after or before or "0"
    if not re.fullmatch(r"[0-9]{1,4}", text):
        raise BadRequest("no such place in the results")
    return max(int(text) - (0 if after else PAGE_SIZE), 0)
