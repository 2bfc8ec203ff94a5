"""The words that a reader looks for, as PostgreSQL is asked for them."""

import re
from functools import reduce
from operator import or_

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Case, CharField, F, Q, Value, When
from django.db.models.functions import Cast, Concat
from django.utils.translation import get_language

from news.search_results import CONFIGURATIONS, FOLDED

_WEIGHTS = [0.1, 0.2, 0.5, 1.0]  # of D (nothing), C (body), B (lead), A (title)

_QUOTED_OR_HYPHENATED = re.compile(r'"[^"]*"?|\w+(?:[-‐‑]\w+)+')
_LONE_DASH = re.compile(r"(?<!\S)[-−–—]+(?!\S)")
_LIKE = str.maketrans({**dict.fromkeys("«»“”„", '"'), "−": "-"})
_WITHOUT_PHRASES = re.compile(r" *(?:-*[^\W_]+(?: +|\Z))*")


class IndexQuery(SearchQuery):
    """What an index of words can answer of a query: for a phrase, whether a text has its words.

    In a SELECT of its own, to keep it from the planner: where many texts match, PostgreSQL would
    rather read them than ask the index, since it doesn't count what reading a text costs.
    """

    template = f"(SELECT news_indexable({SearchQuery.template}))"


class SearchWords:
    """What was typed, to be found in texts in one language or, with "", in any."""

    def __init__(self, typed: str, language: str) -> None:
        text = as_websearch(typed)
        # The reader's language first: an article that matches in both is shown in that one.
        codes = sorted(CONFIGURATIONS, key=lambda code: code != get_language())
        codes = [code for code in codes if language in ("", code)]
        self.queries = {code: _query(SearchQuery, text, code) for code in codes}
        self._index_queries = {code: _query(IndexQuery, text, code) for code in codes}
        self.may_have_phrases = not _WITHOUT_PHRASES.fullmatch(text)

    def in_index(self) -> Q:
        """Entries that match as far as the index can tell."""
        return reduce(or_, (_matches(code, query) for code, query in self._index_queries.items()))

    def language(self) -> Case:
        """Of the text that matches, or none."""
        return Case(
            *(When(_matches(code, query), Value(code)) for code, query in self.queries.items()),
            output_field=CharField(),
        )

    def language_and_rank(self) -> Case:
        """ "en 0.5" of the text that matches, or none: both at once, since each look costs."""
        return Case(
            *(
                When(_matches(code, query), Concat(Value(f"{code} "), _rank(code, query)))
                for code, query in self.queries.items()
            )
        )


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


def _query(kind: type[SearchQuery], text: str, code: str) -> SearchQuery:
    return kind(text, config=CONFIGURATIONS[code], search_type="websearch")


def _matches(code: str, query: SearchQuery) -> Q:
    return Q(**{f"words_{code}": query})


def _rank(code: str, query: SearchQuery) -> Cast:
    return Cast(SearchRank(F(f"words_{code}"), query, _WEIGHTS), CharField())
