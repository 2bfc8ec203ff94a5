"""What the desk finds by words: published or not, by their beginnings, in either language.

The indexes are made by migration 0002, for the very expressions that are asked for here.
"""

import re
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db.models import F, Func, QuerySet

from news.models import Article, ArticleText, Entity, Image, IncomingItem, Mention
from news.search_results import FOLDED

# The Russian one knows English words, too: by their letters.
_CONFIGURATION = "russian"
_FROM, _TO = ("".join(map(chr, codes)) for codes in (FOLDED.keys(), FOLDED.values()))
_NUMBER = re.compile(r"#?([0-9]{1,18})")
_WORD = re.compile(r"\w+")
_MOST_WORDS = 12
_OF_IMAGE = ("alt_en", "alt_ru", "caption_en", "caption_ru", "credit")


def number_in(typed: str) -> int | None:
    """Of 17 or #17."""
    number = _NUMBER.fullmatch(typed)
    return int(number[1]) if number else None


def articles(rows: QuerySet[Article], typed: str) -> QuerySet[Article]:
    """Those with these words in a headline, and the one with this number."""
    found = _with_words(ArticleText.objects.all(), typed, "title").values("article")
    if number := number_in(typed):
        found = found.union(Article.objects.filter(pk=number).values("pk"))
    return rows.filter(pk__in=found)


def items(rows: QuerySet[IncomingItem], typed: str) -> QuerySet[IncomingItem]:
    return rows.filter(pk__in=_with_words(IncomingItem.objects.all(), typed, "title").values("pk"))


def images(rows: QuerySet[Image], typed: str) -> QuerySet[Image]:
    return rows.filter(pk__in=_with_words(Image.objects.all(), typed, *_OF_IMAGE).values("pk"))


def mentions(rows: QuerySet[Mention], typed: str) -> QuerySet[Mention]:
    """Those of entities with such a name, or in the article with this number."""
    if number := number_in(typed):
        return rows.filter(article=number)
    return rows.filter(entity__in=Entity.objects.with_name_like(typed).order_by().values("pk"))


class _Words(Func):
    template = (
        f"to_tsvector('{_CONFIGURATION}'::regconfig, translate(%(expressions)s,"
        f" '{_FROM}', '{_TO}'))"
    )
    arg_joiner = " || ' ' || "
    output_field = SearchVectorField()


def _with_words(rows: QuerySet[Any], typed: str, *columns: str) -> QuerySet[Any]:
    words = _WORD.findall(typed.translate(FOLDED))[:_MOST_WORDS]
    if not words:
        return rows.none()
    query = SearchQuery(
        " & ".join(f"'{word}':*" for word in words), config=_CONFIGURATION, search_type="raw"
    )
    return rows.alias(desk_words=_Words(*map(F, columns))).filter(desk_words=query)
