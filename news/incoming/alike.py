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
    """For each of `items` that resembles something, by its number. Four queries at most."""
    found = _candidates({item.pk: item.sketch for item in items})
    texts = _texts({row for _, kind, row, _ in found if kind == "text"})
    others = _items({row for _, kind, row, _ in found if kind == "item"})
    alike: dict[int, Alike] = {}
    for number, kind, row, shared in found:
        known: dict[int, Any] = texts if kind == "text" else others
        if row in known and number not in alike:
            alike[number] = Alike(known[row], shared / SIZE)
    return alike


def _candidates(sketches: dict[int, list[int]]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(_COMMON)
        common = dict(cursor.fetchall())
        values: dict[str, Any] = {
            "items": list(sketches),
            "rare": [_as_array(_rare(sketch, common)) for sketch in sketches.values()],
            "fewest": _FEWEST_SHARED,
        }
        cursor.execute(_CANDIDATES, values)
        return cursor.fetchall()


def _rare(sketch: list[int], common: dict[int, float]) -> list[int]:
    """Those that are worth looking for. Who shares five of all shares one of these at least, so
    four may be left out, and that "National Aeronautics and Space Administration" is in so many
    texts costs nothing.
    """
    return sorted(sketch, key=lambda piece: common.get(piece, 0))[: 1 - _FEWEST_SHARED]


def _as_array(pieces: list[int]) -> str:
    """As PostgreSQL writes an array: there are no arrays of arrays of different lengths."""
    return f"{{{','.join(map(str, pieces))}}}"


def _texts(numbers: set[int]) -> dict[int, ArticleText]:
    texts = ArticleText.objects.select_related("article__source")
    return texts.in_bulk(numbers) if numbers else {}


def _items(numbers: set[int]) -> dict[int, IncomingItem]:
    items = IncomingItem.objects.select_related("source")
    return items.in_bulk(numbers) if numbers else {}


# What PostgreSQL knows by itself of frequent elements, once a table has been analysed.
_COMMON = """
    SELECT * FROM unnest(
        (SELECT most_common_elems::text::int[] FROM pg_stats WHERE schemaname = current_schema()
         AND tablename = 'news_articletext' AND attname = 'sketch'),
        (SELECT most_common_elem_freqs FROM pg_stats WHERE schemaname = current_schema()
         AND tablename = 'news_articletext' AND attname = 'sketch')
    ) AS common (piece, frequency) WHERE piece IS NOT NULL
"""

# The best texts and the best item for each, the better first. A taken item is an article now.
_CANDIDATES = """
    SELECT item.id, found.kind, found.id, found.shared
    FROM unnest(%(items)s::bigint[], %(rare)s::text[]) AS wanted (id, pieces)
    JOIN news_incomingitem AS item ON item.id = wanted.id
    CROSS JOIN LATERAL (
        (SELECT 'text' AS kind, text.id, text.article_id,
                (SELECT count(*) FROM unnest(text.sketch) AS piece
                 WHERE piece = ANY(item.sketch)) AS shared
         FROM news_articletext AS text
         WHERE text.sketch && wanted.pieces::int[]
           AND text.article_id IS DISTINCT FROM item.article_id
         ORDER BY shared DESC, text.id DESC LIMIT 3)
        UNION ALL
        (SELECT 'item' AS kind, other.id, NULL AS article_id,
                (SELECT count(*) FROM unnest(other.sketch) AS piece
                 WHERE piece = ANY(item.sketch)) AS shared
         FROM news_incomingitem AS other
         WHERE other.sketch && wanted.pieces::int[] AND other.id <> item.id
           AND other.state IN ('waiting', 'dismissed')
         ORDER BY shared DESC, other.id DESC LIMIT 1)
    ) AS found
    LEFT JOIN news_article AS article ON article.id = found.article_id
    WHERE found.shared >= %(fewest)s AND article.state IS DISTINCT FROM 'binned'
    ORDER BY item.id, found.shared DESC, found.kind DESC
"""
