"""Search: the articles that match what a reader typed, the best or the newest first.

A reader's words are compared with each text by the rules of that text's language. To bound what
common words cost, only the newest of the matches are ranked, and only those shown highlighted.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.core.exceptions import BadRequest
from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import get_language

from news.filters import ORDERS, SearchFilter
from news.models import SearchEntry
from news.paging import KeysetPage, keyset_page
from news.search_results import CONFIGURATIONS, FOLDED, Place, results

PAGE_SIZE = 20
MOST_PAGES = 10  # of the best; who looks further wants the newest, or other words
MOST_RANKED = 1000
MOST_COUNTED = 100
FRESH = timedelta(days=30)  # what is new counts twice what is old, and less with every such time
WORDS = [f"words_{code}" for code in CONFIGURATIONS]  # large, and read by PostgreSQL alone
_WEIGHTS = [0.1, 0.2, 0.5, 1.0]  # of D (nothing), C (body), B (lead), A (title)

_QUOTED_OR_HYPHENATED = re.compile(r'"[^"]*"|\w+(?:[-‐‑]\w+)+')
_LONE_DASH = re.compile(r"(?<!\S)[-−–—]+(?!\S)")
_LIKE = str.maketrans({**dict.fromkeys("«»“”„", '"'), "−": "-"})


@dataclass(frozen=True)
class Results:
    page: KeysetPage[Any]  # of news.search_results.Result
    count: int  # at most MOST_COUNTED + 1

    @property
    def has_more_than_counted(self) -> bool:
        return self.count > MOST_COUNTED


def find(filters: SearchFilter, query: QueryDict) -> Results | None:
    """What a valid form and the place in `query` ask for; None without anything to look for.

    Two queries. Raises BadRequest for a place that isn't one.
    """
    choices = filters.form.cleaned_data
    if not (typed := choices["q"]):
        return None
    search = Search(typed, choices["language"], filters.qs)
    return search.newest(query) if choices["order"] == "newest" else search.best(query)


def as_websearch(typed: str) -> str:
    """`typed` for websearch_to_tsquery(), folded as the texts are.

    Hyphenated words become phrases; «ёлочки» and “curly” quotes, a dash between words and the
    Russian "или" mean what they look like.
    """

    def phrase(found: re.Match[str]) -> str:
        return '"' + found[0].strip('"').translate(FOLDED) + '"'

    text = _LONE_DASH.sub(" ", typed.translate(_LIKE))
    text = _QUOTED_OR_HYPHENATED.sub(phrase, text)
    text = re.sub(r"\bили\b", "or", text, flags=re.IGNORECASE)
    return text.translate({key: to for key, to in FOLDED.items() if chr(key) != "-"})


class Search:
    """`entries` whose words match `typed`, in one language or, with "", in any."""

    def __init__(self, typed: str, language: str, entries: QuerySet[SearchEntry]) -> None:
        text = as_websearch(typed)
        # The reader's language first: an article that matches in both is shown in that one.
        codes = sorted(CONFIGURATIONS, key=lambda code: code != get_language())
        self._queries = {
            code: SearchQuery(text, config=CONFIGURATIONS[code], search_type="websearch")
            for code in codes
            if language in ("", code)
        }
        self._matches = [
            (code, Q(**{f"words_{code}": words})) for code, words in self._queries.items()
        ]
        self._entries = entries.filter(reduce(or_, (match for _code, match in self._matches)))

    def best(self, query: QueryDict) -> Results:
        """Pages by position: the order is that of a moment, and ends after MOST_PAGES."""
        ranked = self._best_first()
        last = min(len(ranked), MOST_PAGES * PAGE_SIZE)
        start = min(_position(query), max(last - 1, 0) // PAGE_SIZE * PAGE_SIZE)
        end = start + PAGE_SIZE
        items = results(ranked[start:end], self._queries)
        before, after = str(start) if start else "", str(end) if end < last else ""
        return Results(KeysetPage(items, before, after, query), len(ranked))

    def newest(self, query: QueryDict) -> Results:
        """Pages by keys."""
        counted = ArraySubquery(self._entries.order_by().values("pk")[: MOST_COUNTED + 1])
        entries = self._entries.annotate(language=self._language(), counted=counted)
        page: KeysetPage[Any] = keyset_page(
            entries.defer(*WORDS), ORDERS["newest"], query, PAGE_SIZE
        )
        items = results([(entry.pk, entry.language) for entry in page.items], self._queries)
        count = len(page.items[0].counted) if page.items else 0
        return Results(KeysetPage(items, page.before, page.after, query), count)

    def _best_first(self) -> list[Place]:
        """The newest that match, the best of them first."""
        newest = self._entries.order_by("-published_at", "-pk").values("pk")[:MOST_RANKED]
        rows = SearchEntry.objects.filter(pk__in=newest).values_list(
            "pk", self._language(), self._rank(), "published_at"
        )
        now = timezone.now()
        scored = [
            (rank * (1 + 0.5 ** ((now - at) / FRESH)), at, pk, language)
            for pk, language, rank, at in rows
        ]
        return [(pk, language) for _rank, _at, pk, language in sorted(scored, reverse=True)]

    def _language(self) -> Case:
        """Of the text that matches."""
        return Case(
            *(When(match, then=Value(code)) for code, match in self._matches),
            output_field=CharField(),
        )

    def _rank(self) -> Case:
        """Of that text."""
        return Case(
            *(
                When(match, then=SearchRank(F(f"words_{code}"), self._queries[code], _WEIGHTS))
                for code, match in self._matches
            )
        )


def _position(query: QueryDict) -> int:
    """Where the page starts that the pager's `after=` or `before=` asks for."""
    after, before = query.get("after"), query.get("before")
    text = after or before or "0"
    if not re.fullmatch(r"[0-9]{1,4}", text):
        raise BadRequest("no such place in the results")
    return max(int(text) - (0 if after else PAGE_SIZE), 0)
