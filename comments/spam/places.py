"""What is known of the places that comments link to, from recent comments that did."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.conf import settings
from django.db import connection

from comments.spam import domains
from comments.spam.contacts import links
from news.models import Article, ArticleText, Source

_AUTHORS_OF_COMMON = 3
_OFTEN = 3


@dataclass(frozen=True)
class Place:
    name: str
    visible_authors: int  # others, in comments that stand
    own: int  # comments of the author at hand
    spam: int
    pending_authors: int  # others

    @property
    def is_common(self) -> bool:
        """Encyclopaedias, newspapers: many readers link there, spammers among them."""
        return self.visible_authors >= _AUTHORS_OF_COMMON

    @property
    def is_linked_again_and_again(self) -> bool:
        return self.own >= _OFTEN and not self.is_common

    def is_spammed(self, waiting: int) -> bool:
        """By the word of moderators, or because so many others who link there wait for one."""
        return bool(self.spam or self.pending_authors >= waiting) and not self.is_common


def is_public(name: str) -> bool:
    """Whether not everybody could have it: a library's, a university's, an authority's."""
    match name.split("/")[0].split("."):
        case [_, top]:
            return top in domains.PUBLIC or name in domains.LIBRARIES
        case [_, second, _]:
            return second in domains.PUBLIC_SECOND_LEVEL
    return False


def known(names: Collection[str], author_id: int, but: int | None = None) -> list[Place]:
    """Those of `names` that were linked to lately, in comments other than `but`."""
    if not names:
        return []
    values: dict[str, Any] = {"names": list(names), "author": author_id, "but": but or 0}
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, values)
        return [Place(*row) for row in cursor.fetchall()]


def own() -> frozenset[str]:
    """Ours, and those of the sources that the newsroom has chosen."""
    homepages = Source.objects.exclude(homepage="").values_list("homepage", flat=True)
    return frozenset(chain.from_iterable(map(links, (settings.SITE_URL, *homepages))))


def of(article: Article) -> list[str]:
    """Those that its text links to or names, and where it was taken from."""
    bodies = ArticleText.objects.filter(article=article).values_list("body", flat=True)
    return links("\n".join((article.source_url, *bodies)))


_KNOWN = """
    SELECT place,
           count(DISTINCT author_id) FILTER (WHERE status = 'visible' AND author_id <> %(author)s),
           count(*) FILTER (WHERE author_id = %(author)s),
           count(*) FILTER (WHERE status = 'spam'),
           count(DISTINCT author_id) FILTER (WHERE status = 'pending' AND author_id <> %(author)s)
    FROM comments_fingerprint AS print
    JOIN comments_comment AS comment ON comment.id = print.comment_id
    CROSS JOIN LATERAL unnest(print.places) AS place
    WHERE print.places && %(names)s::varchar[]
      AND place = ANY(%(names)s)
      AND print.comment_id <> %(but)s
    GROUP BY place
"""
