"""What stands on an article's own page."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import get_language, override

from news.models import Article, ArticleQuerySet, ArticleText, ArticleVote, Correction, Entity
from news.models.packed import Packed, packed, unpack_as_prefetched, unpacked
from news.paging import beyond

MOST_RESPONSES = 20
_NEWEST_FIRST = ("-published_at", "-pk")
_OLDEST_FIRST = ("published_at", "pk")


@dataclass(frozen=True)
class ArticlePage:
    """An article with its words in the reader's language, else its original, and what is around it.

    `answered` is the article that it responds to; `previous` and `next` are the older and the newer
    one in its rubric.
    """

    article: Article
    text: ArticleText | None
    answered: Article | None
    responses: list[Article]
    previous: Article | None
    next: Article | None

    @property
    def addresses(self) -> dict[str, str]:
        """Where it is read in each language that it has a text in."""
        return {text.language: self._address_of(text) for text in self.article.texts.all()}

    def _address_of(self, text: ArticleText) -> str:
        with override(text.language):
            return reverse("news:article", args=[self.article.pk, text.slug])

    @property
    def has_more_responses(self) -> bool:
        return len(self.responses) == MOST_RESPONSES

    @property
    def is_stale(self) -> bool:
        """Whether the reader sees a translation of what the original no longer says."""
        original = self.article.original()
        return bool(self.text and original and self.text.is_stale(original))


def article_page(pk: int, reader_id: int | None = None, *, is_preview: bool = False) -> ArticlePage:
    """The page of an article that has one, for a preview of any; raises Article.DoesNotExist.

    One query.
    """
    articles = _with_own_and_around(get_language() or settings.LANGUAGE_CODE)
    articles = articles if is_preview else articles.addressable()
    votes = ArticleVote.objects.filter(article=OuterRef("pk"), user=reader_id)
    own_vote = {"own_vote": Subquery(votes.values("value"))}
    article: Any = articles.annotate(**own_vote).get(pk=pk)
    unpack_as_prefetched(article, "texts", article.packed_texts)
    unpack_as_prefetched(article, "corrections", article.packed_corrections)
    article.entities = unpacked(Entity, article.packed_entities)
    return ArticlePage(
        article=article,
        text=article.text_in(article.language),
        answered=_one(article.packed_answered),
        responses=unpacked(Article, article.packed_responses),
        previous=_one(article.packed_previous),
        next=_one(article.packed_next),
    )


@lru_cache
def _with_own_and_around(language: str) -> ArticleQuerySet:
    """Articles with their rows, and what is around them, packed.

    Kept, since putting it together takes as long as the database takes to answer.
    """
    own = {"article": OuterRef("pk")}
    return (
        Article.objects.for_cards(language)
        .select_related("author")
        .annotate(
            packed_texts=packed(ArticleText.objects.filter(**own)),
            packed_corrections=packed(Correction.objects.filter(**own)),
            packed_entities=packed(Entity.objects.mentioned_in(OuterRef("pk"))),
            **_around(language),
        )
    )


def _around(language: str) -> dict[str, ArraySubquery]:
    articles = Article.objects.published().in_language(language)
    responses = articles.annotate(author_name=F("author__username"))
    responses = responses.filter(response_to=OuterRef("pk")).order_by(*_OLDEST_FIRST)
    siblings = articles.filter(rubric=OuterRef("rubric"))
    link = ("id", "slug", "title", "language")
    card = ("published_at", "is_date_estimated", "comment_count", "response_kind", "author_name")
    return {
        "packed_answered": packed(articles.filter(pk=OuterRef("response_to")), *link),
        "packed_responses": packed(responses[:MOST_RESPONSES], *link, *card),
        "packed_previous": packed(_first_beyond(siblings, _NEWEST_FIRST), *link),
        "packed_next": packed(_first_beyond(siblings, _OLDEST_FIRST), *link),
    }


def _first_beyond(articles: ArticleQuerySet, order: tuple[str, str]) -> ArticleQuerySet:
    here = [OuterRef("published_at"), OuterRef("pk")]
    return articles.filter(beyond(order, here)).order_by(*order)[:1]


def _one(rows: Packed) -> Article | None:
    return next(iter(unpacked(Article, rows)), None)
