"""What a letter about comments says: who is answered where, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from itertools import groupby
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.utils.html import strip_tags

from comments.letter_links import stop_link
from comments.markdown import render, without_quotes
from comments.models import Comment, Notification
from news.models import Article

MOST_LISTED = 20
MOST_COUNTED = 99
_EXCERPT = 300  # characters


@dataclass(frozen=True)
class Item:
    """A comment; `count` of them where it is the first of a discussion that is followed."""

    comment: Comment
    kind: str
    count: int
    stop_url: str
    has_title: bool  # whether another article stands before it

    @property
    def article(self) -> Article:
        return self.comment.discussion.article

    @property
    def excerpt(self) -> str:
        """Its own words, without what it quotes and without marks of Markdown."""
        html = render(without_quotes(self.comment.body))
        text = " ".join(unescape(strip_tags(html)).split())
        return text if len(text) <= _EXCERPT else f"{text[:_EXCERPT].rsplit(maxsplit=1)[0]}\u00a0…"

    @property
    def has_more_than_counted(self) -> bool:
        return self.count > MOST_COUNTED


@dataclass(frozen=True)
class Section:
    """Comments of one kind."""

    kind: str
    items: list[Item]


def sections_of(reader: Any, notifications: Sequence[Notification]) -> list[Section]:
    """As many of these as a letter lists, by kind and article, the oldest first. Three queries."""
    order = {kind: number for number, kind in enumerate(Notification.Kind)}
    listed = sorted(notifications, key=lambda row: (order[Notification.Kind(row.kind)], row.pk))
    found = _with_comments(reader, [row.pk for row in listed[:MOST_LISTED]])
    places: dict[tuple[str, int], list[Any]] = {}
    for row in (found[row.pk] for row in listed[:MOST_LISTED]):
        places.setdefault((row.kind, row.comment.discussion_id), []).append(row)
    items = [_item(reader, row, row is rows[0]) for rows in places.values() for row in rows]
    return [Section(kind, list(some)) for kind, some in groupby(items, lambda item: item.kind)]


def _with_comments(reader: Any, pks: list[int]) -> dict[int, Any]:
    newer = Comment.objects.visible().filter(
        discussion=OuterRef("comment__discussion"), seq__gte=OuterRef("comment__seq")
    )
    seqs = newer.exclude(author=reader.pk).order_by("seq").values("seq")[: MOST_COUNTED + 1]
    rows = Notification.objects.filter(pk__in=pks).with_articles(reader.language)
    return rows.annotate(new_seqs=ArraySubquery(seqs)).in_bulk()


def _item(reader: Any, row: Any, has_title: bool) -> Item:
    if row.kind != Notification.Kind.FOLLOW:
        return Item(row.comment, row.kind, 1, "", has_title)
    stop = stop_link(reader, "discussion", row.comment.discussion_id)
    return Item(row.comment, row.kind, len(row.new_seqs), stop.url, has_title)
