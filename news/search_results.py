"""Results of a search as pages show them: with marks around what was found."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.contrib.postgres.search import SearchHeadline, SearchQuery
from django.db.models import Case, Exists, Func, OuterRef, Q, TextField, Value, When
from django.db.models.functions import Concat, Left
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, override

from news.models import Article, ArticleText

# The configurations of PostgreSQL, by language; English words are stemmed in both.
CONFIGURATIONS = {"en": "english", "ru": "russian"}

# Marks that no text needs: around what was found, and between parts.
MARK, UNMARK, PART = "\ue000", "\ue001", "\ue002"

# As news_folded() of migration 0002 folds texts: a place in the folded text is one in the text.
_SIGNS = "-‐‑–—−«»“”„‘’‚‹›…·•№§°×\u00a0\u2009\u200b\u202f" + MARK + UNMARK + PART
FOLDED = str.maketrans("ёЁ" + _SIGNS, "еЕ" + " " * len(_SIGNS))

_LONGEST_MARKED = 20_000
_SNIPPET = 220

Place = tuple[int, str]  # an article, and the language of its text that matches


@dataclass(frozen=True)
class Result:
    """An article by its text that matches; `title` and `snippet` are HTML with <mark>."""

    article: Article
    url: str
    title: SafeString
    snippet: SafeString


def results(places: list[Place], queries: Mapping[str, SearchQuery]) -> list[Result]:
    """One for each of `places`, in their order. One query, none without places."""
    texts = {text.article_id: text for text in _texts(places, queries)} if places else {}
    return [_result(texts[article]) for article, _language in places if article in texts]


def _texts(places: list[Place], queries: Mapping[str, SearchQuery]) -> Any:
    """Texts with `words`, and `marked`: the same folded, with marks around what matched."""
    which = Q()
    for code in queries:
        which |= Q(language=code, article__in=[pk for pk, language in places if language == code])
    body = Func(
        Left("body", _LONGEST_MARKED),
        Value("<[^>]*>"),
        Value(" "),
        Value("g"),
        function="regexp_replace",
        output_field=TextField(),
    )
    between = Value(f" {PART} ")
    own = ArticleText.objects.filter(article=OuterRef("article"), language=get_language())
    return (
        ArticleText.objects.filter(which, article__state=Article.State.PUBLISHED)
        .select_related("article__rubric")
        .defer("body")
        .annotate(
            words=Concat("title", between, "lead", between, body, output_field=TextField()),
            marked=Case(
                *(When(language=code, then=_headline(code, queries[code])) for code in queries)
            ),
            is_in_own_language_too=Exists(own),
        )
    )


def _headline(language: str, query: SearchQuery) -> SearchHeadline:
    return SearchHeadline(
        Func("words", function="news_folded", output_field=TextField()),
        query,
        config=CONFIGURATIONS[language],
        start_sel=MARK,
        stop_sel=UNMARK,
        highlight_all=True,
    )


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
