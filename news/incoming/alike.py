"""What is there already that says nearly the same as an item: an article, or another item."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from news.likeness import SIZE
from news.models import ArticleText, IncomingItem

# Of the 24 hashes of a sketch. Measured on a thousand real articles, see docs/decisions.md.
_FEWEST_SHARED = 5


@dataclass(frozen=True)
class Alike:
    """The one that is most like an item; a share of 1 is the same beginning."""

    row: ArticleText | IncomingItem
    share: float

    @property
    def text(self) -> ArticleText | None:
        return self.row if isinstance(self.row, ArticleText) else None

    @property
    def item(self) -> IncomingItem | None:
        return self.row if isinstance(self.row, IncomingItem) else None


def most_alike(items: Iterable[IncomingItem]) -> dict[int, Alike]:
    """For each of `items` that resembles something, by its number. Three queries at most."""
    with connection.cursor() as cursor:
        numbers = [item.pk for item in items]
        cursor.execute(_CANDIDATES, {"items": numbers, "fewest": _FEWEST_SHARED})
        found = cursor.fetchall()
    texts = _texts({row for _, kind, row, _ in found if kind == "text"})
    others = _items({row for _, kind, row, _ in found if kind == "item"})
    alike: dict[int, Alike] = {}
    for number, kind, row, shared in found:
        known: dict[int, Any] = texts if kind == "text" else others
        if row in known and number not in alike:
            alike[number] = Alike(known[row], shared / SIZE)
    return alike


def _texts(numbers: set[int]) -> dict[int, ArticleText]:
    texts = ArticleText.objects.select_related("article__source")
    return texts.in_bulk(numbers) if numbers else {}


def _items(numbers: set[int]) -> dict[int, IncomingItem]:
    items = IncomingItem.objects.select_related("source")
    return items.in_bulk(numbers) if numbers else {}


# The best article and the best item for each, the better first. A taken item is an article now.
_CANDIDATES = """
    SELECT item.id, found.kind, found.id, found.shared
    FROM news_incomingitem AS item
    CROSS JOIN LATERAL (
        (SELECT 'text' AS kind, text.id,
                (SELECT count(*) FROM unnest(text.sketch) AS piece
                 WHERE piece = ANY(item.sketch)) AS shared
         FROM news_articletext AS text
         JOIN news_article AS article ON article.id = text.article_id
         WHERE text.sketch && item.sketch AND article.state <> 'binned'
           AND text.article_id IS DISTINCT FROM item.article_id
         ORDER BY shared DESC, text.id DESC LIMIT 1)
        UNION ALL
        (SELECT 'item' AS kind, other.id,
                (SELECT count(*) FROM unnest(other.sketch) AS piece
                 WHERE piece = ANY(item.sketch)) AS shared
         FROM news_incomingitem AS other
         WHERE other.sketch && item.sketch AND other.id <> item.id
           AND other.state IN ('waiting', 'dismissed')
         ORDER BY shared DESC, other.id DESC LIMIT 1)
    ) AS found
    WHERE item.id = ANY(%(items)s) AND found.shared >= %(fewest)s
    ORDER BY item.id, found.shared DESC, found.kind DESC
"""
