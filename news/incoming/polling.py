"""Reads the feeds that are due. Which are is a query; who reads one has claimed its row.

An attempt is written down as failed before it begins, and only what it found says otherwise. So a
worker that is killed in the middle has told the truth already, and what it had not stored yet is
fetched again: items and the server's mark for "nothing new since" are stored together.
"""

import logging
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.html import strip_tags

from news.incoming import pace
from news.incoming.documents import Document, Item, read
from news.incoming.fetching import Answer, FetchFailed, Trouble, fetch
from news.likeness import sketch
from news.models import IncomingFeed, IncomingItem
from news.models.incoming import LONGEST_MARK

logger = logging.getLogger(__name__)

MOST_WAITING = 500  # items of one feed


def due(now: datetime | None = None, batch: int = 200) -> list[int]:
    """The feeds that are to be read now, by their numbers."""
    feeds = IncomingFeed.objects.due(now).order_by("next_poll_at")
    return list(feeds.values_list("pk", flat=True)[:batch])


def poll(feed_id: int, now: datetime | None = None) -> int:
    """Read a feed, if it is due and nobody else reads it; returns how many items are new.

    Safe to run twice, late, or side by side.
    """
    now = now or timezone.now()
    feed = _claim(feed_id, now)
    if feed is None:
        return 0
    try:
        if feed.items.waiting().count() >= MOST_WAITING:
            raise FetchFailed(Trouble.CROWDED, MOST_WAITING)
        answer = fetch(feed.url, feed.etag, feed.last_modified)
        document = read(answer) if answer.body is not None else None
    except FetchFailed as failure:
        logger.warning("feed %s of %s: %s", feed.pk, feed.url, failure)
        _put_off(feed, failure, now)
        return 0
    return _store(feed, answer, document, now)


def poll_soon(feeds: Any) -> list[int]:
    """Make `feeds` due at once, except where a server has asked us to wait; their numbers."""
    now = timezone.now()
    ready = feeds.unclaimed(now).filter(is_on=True).exclude(retry_at__gt=now)
    numbers = list(ready.values_list("pk", flat=True))
    IncomingFeed.objects.unclaimed(now).filter(pk__in=numbers).update(next_poll_at=now)
    return numbers


def _claim(feed_id: int, now: datetime) -> IncomingFeed | None:
    with transaction.atomic():
        due = IncomingFeed.objects.due(now).select_for_update(skip_locked=True)
        feed = due.filter(pk=feed_id).first()
        if feed:
            feed.claim, feed.polled_at = uuid4(), now
            feed.failures += 1
            feed.trouble, feed.trouble_detail = Trouble.BROKEN_OFF, ""
            feed.next_poll_at = now + pace.after_failures(feed.interval, feed.failures - 1)
            feed.save(
                update_fields=[
                    *("claim", "polled_at", "failures", "trouble", "trouble_detail"),
                    "next_poll_at",
                ]
            )
    return feed


def _put_off(feed: IncomingFeed, failure: FetchFailed, now: datetime) -> None:
    next_poll_at = now + pace.spread(pace.after_failures(feed.interval, feed.failures - 1))
    if failure.retry_at:
        next_poll_at = max(next_poll_at, failure.retry_at)
    is_gone = {"is_on": False} if failure.trouble == Trouble.GONE else {}
    IncomingFeed.objects.filter(pk=feed.pk, claim=feed.claim).update(
        claim=None,
        trouble=failure.trouble,
        trouble_detail=failure.detail,
        retry_at=failure.retry_at,
        next_poll_at=next_poll_at,
        **is_gone,
    )


def _store(feed: IncomingFeed, answer: Answer, document: Document | None, now: datetime) -> int:
    """Items and the feed's new state, all or nothing; nothing where the claim was lost."""
    with transaction.atomic():
        ours = IncomingFeed.objects.filter(pk=feed.pk, claim=feed.claim)
        if not ours.select_for_update().exists():
            return 0
        new = _add(feed, document.items) if document else 0
        rest = document.rest if document else pace.SHORTEST
        interval = pace.adapted(feed.interval, bool(new), rest)
        ours.update(
            claim=None,
            failures=0,
            trouble="",
            retry_at=None,
            read_at=now,
            interval=interval,
            next_poll_at=now + pace.spread(interval),
            items_got=F("items_got") + new,
            **_remembered(answer),
        )
    return new


def _remembered(answer: Answer) -> dict[str, str]:
    """What to ask with the next time; a server's mark that is too long for us is none."""
    found = {"moved_to": answer.moved_to[:500]}
    for field, header in (("etag", "ETag"), ("last_modified", "Last-Modified")):
        value = str(answer.headers.get(header, ""))
        if answer.body is not None or value:
            is_usable = len(value) <= LONGEST_MARK and value.isascii() and value.isprintable()
            found[field] = value if is_usable else ""
    return found


def _add(feed: IncomingFeed, items: list[Item]) -> int:
    keys = [item.key for item in items]
    known = set(
        IncomingItem.objects.filter(source=feed.source_id, key__in=keys).values_list(
            "key", flat=True
        )
    )
    new = [_row(feed, item) for item in items if item.key not in known]
    IncomingItem.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _row(feed: IncomingFeed, item: Item) -> IncomingItem:
    return IncomingItem(
        source_id=feed.source_id,
        feed=feed,
        rubric_id=feed.rubric_id,
        language=feed.language,
        key=item.key,
        link=item.link,
        title=item.title,
        lead=item.lead,
        body=item.body,
        author=item.author,
        published_at=item.published_at,
        sketch=sketch(item.title, item.lead or strip_tags(item.body)),
    )
