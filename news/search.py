"""Search: the texts that match what a reader typed, the best or the newest first.

A reader's words are compared with each text by the rules of that text's language. To bound what
common words cost, only the newest of the matches are ranked, and only those shown highlighted.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.core.exceptions import BadRequest
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat
from django.http import QueryDict
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, override

from news.filters import ORDERS, SearchFilter
from news.models import Article, ArticleText
from news.models.article_search import (
    CONFIGURATIONS,
    FOLDED,
    MARK,
    PART,
    UNMARK,
    by_language,
    folded,
    without_tags,
)
from news.paging import KeysetPage, keyset_page

T = TypeVar("T")

PAGE_SIZE = 20
MOST_PAGES = 10  # of the best; who looks further wants the newest, or other words
MOST_RANKED = 1000
MOST_COUNTED = 100
FRESH = timedelta(days=30)  # what is new counts twice what is old, and less with every such time
_WEIGHTS = [0.1, 0.2, 0.5, 1.0]  # of D (nothing), C (body), B (lead), A (title)
_LONGEST_MARKED = 20_000
_SNIPPET = 220

_QUOTED_OR_HYPHENATED = re.compile(r'"[^"]*"|\w+(?:[-‐‑]\w+)+')
_LONE_DASH = re.compile(r"(?<!\S)[-−–—]+(?!\S)")
_LIKE = str.maketrans({**dict.fromkeys("«»“”„", '"'), "−": "-"})


@dataclass(frozen=True)
class Result:
    """An article by its text that matches; `title` and `snippet` are HTML with <mark>."""

    article: Article
    url: str
    title: SafeString
    snippet: SafeString


@dataclass(frozen=True)
class Results:
    page: KeysetPage[Any]  # of Result
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
    languages = [choices["language"]] if choices["language"] else list(CONFIGURATIONS)
    search = Search(typed, languages, filters.qs)
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
    """`articles` whose texts in `languages` match `typed`."""

    def __init__(self, typed: str, languages: list[str], articles: QuerySet[Article]) -> None:
        text = as_websearch(typed)
        self._articles = articles
        self._languages = languages
        self._queries = {
            code: SearchQuery(text, config=config, search_type="websearch")
            for code, config in CONFIGURATIONS.items()
        }

    def best(self, query: QueryDict) -> Results:
        """Pages by position: the order is that of a moment, and ends after MOST_PAGES."""
        ranked = self._best_texts()
        last = min(len(ranked), MOST_PAGES * PAGE_SIZE)
        start = min(_position(query), max(last - 1, 0) // PAGE_SIZE * PAGE_SIZE)
        end = start + PAGE_SIZE
        shown = ranked[start:end]
        texts = {text.pk: text for text in self._marked(Q(pk__in=shown))}
        before, after = str(start) if start else "", str(end) if end < last else ""
        items = [_result(texts[pk]) for pk in shown if pk in texts]
        return Results(KeysetPage(items, before, after, query), len(ranked))

    def newest(self, query: QueryDict) -> Results:
        matching = self._articles.filter(
            Exists(ArticleText.objects.filter(self._match(), article=OuterRef("pk")))
        )
        page = keyset_page(matching, ORDERS["newest"], query, PAGE_SIZE)
        shown = [article.pk for article in page.items]
        counted = ArraySubquery(matching.order_by().values("pk")[: MOST_COUNTED + 1])
        texts = self._marked(self._match() & Q(article__in=shown)).annotate(counted=counted)
        chosen = _one_for_each_article((text.article_id, text.language, text) for text in texts)
        items = [_result(chosen[pk]) for pk in shown if pk in chosen]
        count = len(next(iter(chosen.values())).counted) if chosen else 0
        return Results(KeysetPage(items, page.before, page.after, query), count)

    def _match(self, prefix: str = "") -> Q:
        match = Q()
        for code in self._languages:
            match |= Q(**{f"{prefix}language": code, f"{prefix}search": self._queries[code]})
        return match

    def _best_texts(self) -> list[int]:
        """The ids of a text for each article, best first, among the newest that match."""
        newest = (
            self._articles.alias(hit=FilteredRelation("texts", condition=self._match("texts__")))
            .filter(hit__isnull=False)
            .order_by("-published_at", "-pk")
            .values("hit__pk")[:MOST_RANKED]
        )
        rank = by_language(lambda code: SearchRank(F("search"), self._queries[code], _WEIGHTS))
        rows = ArticleText.objects.filter(pk__in=newest).values_list(
            "article_id", "language", "article__published_at", "pk", rank
        )
        now = timezone.now()
        scored = (
            (article, language, (rank * (1 + 0.5 ** ((now - at) / FRESH)), at, pk))
            for article, language, at, pk, rank in rows
        )
        return [pk for _, _, pk in sorted(_one_for_each_article(scored).values(), reverse=True)]

    def _marked(self, which: Q) -> QuerySet[ArticleText]:
        """Texts with `words`, and `marked`: the same folded, with marks around what matched."""
        parts = ("title", Value(f" {PART} "), "lead", Value(f" {PART} "))
        body = without_tags("body", _LONGEST_MARKED)
        own = ArticleText.objects.filter(article=OuterRef("article"), language=get_language())
        return (
            ArticleText.objects.filter(which)
            .select_related("article__rubric")
            .defer("search", "body")
            .annotate(
                words=Concat(*parts, body, output_field=TextField()),
                marked=by_language(self._headline_in),
                is_in_own_language_too=Exists(own),
            )
        )

    def _headline_in(self, language: str) -> SearchHeadline:
        return SearchHeadline(
            folded("words"),
            self._queries[language],
            config=CONFIGURATIONS[language],
            start_sel=MARK,
            stop_sel=UNMARK,
            highlight_all=True,
        )


def _one_for_each_article(rows: Iterable[tuple[int, str, T]]) -> dict[int, T]:
    """Of (article, language, what) the `what` in the reader's language, else in another."""
    chosen: dict[int, T] = {}
    for article, language, what in rows:
        if article not in chosen or language == get_language():
            chosen[article] = what
    return chosen


def _position(query: QueryDict) -> int:
    """Where the page starts that the pager's `after=` or `before=` asks for."""
    after, before = query.get("after"), query.get("before")
    text = after or before or "0"
    if not re.fullmatch(r"[0-9]{1,4}", text):
        raise BadRequest("no such place in the results")
    return max(int(text) - (0 if after else PAGE_SIZE), 0)


def _result(text: Any) -> Result:
    article = text.article
    article.language, article.slug = text.language, text.slug
    # Where the article exists in the reader's language too, their address would show that text.
    with override(text.language if text.is_in_own_language_too else get_language()):
        url = article.get_absolute_url()
    title, lead, body = _with_marks(text.words, text.marked).split(PART, 2)
    snippet = unescape(body) if MARK in body and MARK not in lead else lead
    return Result(article, url, _html(title), _html(_excerpt(snippet)))


def _with_marks(words: str, marked: str) -> str:
    """`words` as they were written, with the marks of `marked`, where they are folded."""
    parts = re.split(f"[{MARK}{UNMARK}]", marked)
    folded_words = "".join(parts)
    # PostgreSQL leaves out words of more than 2 kB: then better folded than marked askew.
    plain = words if len(words) == len(folded_words) else folded_words
    plain = plain.replace(MARK, " ").replace(UNMARK, " ")
    pieces, at = [], 0
    for number, part in enumerate(parts):
        piece, at = plain[at : at + len(part)], at + len(part)
        pieces.append(f"{MARK}{piece}{UNMARK}" if number % 2 else piece)
    return "".join(pieces)


def _excerpt(text: str) -> str:
    """The part of `text` with the most marks, between blanks; a marked word has none inside."""
    text = " ".join(text.split())
    places = [match.start() for match in re.finditer(MARK, text)] or [0]
    best = max(places, key=lambda place: text.count(MARK, place, place + _SNIPPET))
    start = text.rfind(" ", 0, best - 40) + 1 if best > _SNIPPET // 2 else 0
    end = len(text)
    if end - start > _SNIPPET:
        end = max(text.rfind(" ", best, start + _SNIPPET), text.find(" ", best + 1, end), best)
        end = end if end > best else len(text)
    return ("… " if start else "") + text[start:end] + (" …" if end < len(text) else "")


def _html(text: str) -> SafeString:
    """Everything escaped but our marks."""
    html = escape(text.strip()).replace(MARK, "<mark>").replace(UNMARK, "</mark>")
    return mark_safe(html)  # noqa: S308
