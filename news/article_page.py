"""What stands on an article's own page."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery

from news.models import Article, ArticleQuerySet, ArticleText, ArticleVote, Correction, Entity
from news.models.packed import packed, unpack_as_prefetched, unpacked
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
    """The page of one of `articles`; raises Article.DoesNotExist. Two queries."""
    whole = articles.for_cards().select_related("author").annotate(**_own_and_around(reader_id))
    article: Any = whole.get(pk=pk)
    unpack_as_prefetched(article, "texts", article.packed_texts)
    unpack_as_prefetched(article, "corrections", article.packed_corrections)
    article.entities = unpacked(Entity, article.packed_entities)
    beside = {article.response_to_id, article.previous_id, article.next_id} - {None}
    around = Article.objects.published().in_language().select_related("author")
    found = around.in_bulk({*beside, *article.response_ids})
    return ArticlePage(
        article=article,
        text=article.text_in(article.language),
        answered=found.get(article.response_to_id),
        responses=[found[pk] for pk in article.response_ids if pk in found],
        previous=found.get(article.previous_id),
        next=found.get(article.next_id),
    )


def _own_and_around(reader_id: int | None) -> dict[str, Any]:
    """Columns: the article's rows, the reader's vote, the ids of the articles around it."""
    own = {"article": OuterRef("pk")}
    responses = Article.objects.published().filter(response_to=OuterRef("pk"))
    return {
        "packed_texts": packed(ArticleText.objects.filter(**own)),
        "packed_corrections": packed(Correction.objects.filter(**own)),
        "packed_entities": packed(Entity.objects.mentioned_in(OuterRef("pk"))),
        "own_vote": Subquery(ArticleVote.objects.filter(user=reader_id, **own).values("value")),
        "response_ids": ArraySubquery(
            responses.order_by(*_OLDEST_FIRST).values("pk")[:MOST_RESPONSES]
        ),
        "previous_id": _beside(_NEWEST_FIRST),
        "next_id": _beside(_OLDEST_FIRST),
    }


def _beside(order: tuple[str, str]) -> Subquery:
    here = [OuterRef("published_at"), OuterRef("pk")]
    siblings = Article.objects.published().filter(beyond(order, here), rubric=OuterRef("rubric"))
    return Subquery(siblings.order_by(*order).values("pk")[:1])
