"""What stands on an article's own page."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, Subquery

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
    def has_more_responses(self) -> bool:
        return len(self.responses) == MOST_RESPONSES

    @property
    def is_stale(self) -> bool:
        """Whether the reader sees a translation of what the original no longer says."""
        original = self.article.original()
        return bool(self.text and original and self.text.is_stale(original))


def article_page(articles: ArticleQuerySet, pk: int, reader_id: int | None = None) -> ArticlePage:
    """The page of one of `articles`; raises Article.DoesNotExist. One query."""
    whole = (
        articles.for_cards().select_related("author").annotate(**_own_rows(reader_id), **_around())
    )
    article: Any = whole.get(pk=pk)
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


def _own_rows(reader_id: int | None) -> dict[str, Any]:
    own = {"article": OuterRef("pk")}
    return {
        "packed_texts": packed(ArticleText.objects.filter(**own)),
        "packed_corrections": packed(Correction.objects.filter(**own)),
        "packed_entities": packed(Entity.objects.mentioned_in(OuterRef("pk"))),
        "own_vote": Subquery(ArticleVote.objects.filter(user=reader_id, **own).values("value")),
    }


def _around() -> dict[str, Any]:
    articles = Article.objects.published().in_language()
    articles = articles.annotate(author_name=F("author__username"))
    responses = articles.filter(response_to=OuterRef("pk")).order_by(*_OLDEST_FIRST)
    siblings = articles.filter(rubric=OuterRef("rubric"))
    wanted = {
        "packed_answered": articles.filter(pk=OuterRef("response_to")),
        "packed_responses": responses[:MOST_RESPONSES],
        "packed_previous": _first_beyond(siblings, _NEWEST_FIRST),
        "packed_next": _first_beyond(siblings, _OLDEST_FIRST),
    }
    names = ("title", "slug", "lead", "language", "author_name")
    return {name: packed(rows, *names) for name, rows in wanted.items()}


def _first_beyond(articles: ArticleQuerySet, order: tuple[str, str]) -> ArticleQuerySet:
    here = [OuterRef("published_at"), OuterRef("pk")]
    return articles.filter(beyond(order, here)).order_by(*order)[:1]


def _one(rows: Packed) -> Article | None:
    return next(iter(unpacked(Article, rows)), None)
