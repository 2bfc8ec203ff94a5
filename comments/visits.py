"""What is new in a discussion since a reader's last visit.

A visit lasts as long as its pages follow each other within half an hour, so that marks don't vanish
while somebody goes from page to page.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Case, Exists, F, OuterRef, QuerySet, Subquery, When
from django.utils import timezone

from comments.models import Comment, Discussion, Visit
from comments.notifications import MARK_READ

PAUSE = timedelta(minutes=30)  # longer ones end a visit
NOTED_FOR = timedelta(minutes=5)  # how long a page without anything new needs no note
MOST_NEW = 500  # more are not counted
KEPT_FOR = timedelta(days=180)


def with_news(
    discussions: QuerySet[Discussion], reader_id: int | None, now: datetime | None = None
) -> QuerySet[Discussion]:
    """Each with `seen_seq`, None at a first visit, and `new_seqs`: comments of others since then.

    And with `is_noted`: this visit is written down already. Part of the same query.
    """
    if reader_id is None:
        return discussions
    now = now or timezone.now()
    own = Visit.objects.filter(user=reader_id, discussion=OuterRef("pk"))
    over = When(visited_at__lt=now - PAUSE, then=F("shown_seq"))
    seen = own.values(seen=Case(over, default=F("seen_seq")))
    noted = own.filter(shown_seq=OuterRef("next_seq") - 1, visited_at__gte=now - NOTED_FOR)
    newer = Comment.objects.visible().filter(
        discussion=OuterRef("pk"), seq__gt=OuterRef("seen_seq")
    )
    seqs = newer.exclude(author=reader_id).order_by("seq").values("seq")[: MOST_NEW + 1]
    return discussions.annotate(seen_seq=Subquery(seen), is_noted=Exists(noted)).annotate(
        new_seqs=ArraySubquery(seqs)
    )


def note(
    reader_id: int,
    discussion_id: int,
    shown_seq: int,
    now: datetime | None = None,
    seqs: Iterable[int] = (),
) -> None:
    """A page of a discussion with the comments up to `shown_seq` is before the reader's eyes.

    Those that it shows, `seqs`, are no notifications any more. One query.
    """
    now = now or timezone.now()
    values: dict[str, Any] = {
        "user": reader_id,
        "discussion": discussion_id,
        "shown": shown_seq,
        "seqs": list(seqs),
        "now": now,
        "earlier": now - PAUSE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, values)


def forget_old(now: datetime | None = None) -> int:
    """Delete what is so old that everything would be new again. Returns how many."""
    since = (now or timezone.now()) - KEPT_FOR
    return Visit.objects.filter(visited_at__lt=since).delete()[0]


_NOTE = f"""
    WITH read AS ({MARK_READ})
    INSERT INTO comments_visit AS visit (user_id, discussion_id, seen_seq, shown_seq, visited_at)
    SELECT %(user)s, article_id, LEAST(next_seq - 1, %(shown)s), LEAST(next_seq - 1, %(shown)s),
        %(now)s
    FROM comments_discussion WHERE article_id = %(discussion)s
    ON CONFLICT (user_id, discussion_id) DO UPDATE SET
        seen_seq = CASE
            WHEN visit.visited_at < %(earlier)s THEN visit.shown_seq ELSE visit.seen_seq
        END,
        shown_seq = GREATEST(visit.shown_seq, EXCLUDED.shown_seq),
        visited_at = EXCLUDED.visited_at
"""  # noqa: S608 (constants alone)
